"""A policy as a server: its paths, and its life from the first request to the last."""

import time
from collections.abc import Sequence
from http import HTTPStatus

import anyio.to_thread
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from agents.chat_template import ChatTemplate
from agents.samplers.turn_sampler import TurnSampler
from agents.serving.answers import Model, Models
from agents.serving.completions import JSON, Completions, check_model
from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError
from agents.serving.guard import PolicyGuard, answer_error
from agents.serving.preparing import Preparer
from agents.serving.scheduler import Scheduler
from agents.serving.speech import Outcome
from inftool_env.core.errors import ConfigError
from inftool_env.envs.actions import FORMATS
from inftool_env.world.http_listen import check_bearer, check_loopback, listen

VERB = "serve-policy"
_KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection, or one that is about to be used again would be closed on them."""
_SHUTDOWN_S = 2
_MORE_CONNECTIONS = 256
"""Open beside those whose answers are written or wait."""


class PolicyServer:
    """One policy, served.

    Args:
        sampler: Of the policy; used by nobody else meanwhile.
        names: Under which it is served; one or more.
        config: Limits and defaults.
        bearer: What clients must send as ``Authorization: Bearer ...``; None asks for nothing.

    Raises:
        ConfigError: an option cannot be, or the constraint that it asks for cannot be made.
    """

    def __init__(
        self,
        sampler: TurnSampler,
        names: Sequence[str],
        config: ServingConfig | None = None,
        *,
        bearer: str | None = None,
    ) -> None:
        self.config = config or ServingConfig()
        self.names = tuple(names)
        if bearer is not None:
            check_bearer(bearer, VERB)
        if self.config.action_format not in FORMATS:
            raise ConfigError(
                f"{VERB}: action_format is {self.config.action_format!r}; expected one of {', '.join(FORMATS)}. "
                "Choose the one that the policy writes."
            )
        if self.config.constrained:
            sampler.constraint()  # at once: a missing library is the operator's business, not a client's
        template = ChatTemplate(sampler.tokenizer, kept=0)
        self.scheduler = Scheduler(sampler, self.config)
        self.completions = Completions(
            Preparer(template, sampler, self.config),
            self.scheduler,
            sampler.tokenizer,
            self.names,
            self.config,
        )
        self._started = int(time.time())
        self._bearer = bearer

    def app(self) -> ASGIApp:
        """The server as an ASGI application; its scheduler is started by whoever runs it."""
        routes = [
            Route("/health", self._health, methods=["GET"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/models/{name:path}", self._model, methods=["GET"]),
            Route("/v1/chat/completions", self.completions.answer, methods=["POST"]),
        ]
        handlers = {ApiError: _on_api_error, HTTPException: _on_http_error}
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        return PolicyGuard(app, self.config, bearer=self._bearer)

    async def serve(self, host: str = "127.0.0.1", port: int = 8000) -> None:
        """Serve ``http://host:port/v1`` until SIGINT or SIGTERM.

        Raises:
            ConfigError: the host is not a loopback address, or the port is taken.
        """
        check_loopback(host, VERB)
        listener = listen(host, port, VERB)
        most = self.config.max_waiting + self.config.most_at_once + _MORE_CONNECTIONS
        config = uvicorn.Config(
            self.app(),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            ws="none",
            limit_concurrency=most,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
        self.scheduler.start()
        try:
            await uvicorn.Server(config).serve(sockets=[listener])
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.scheduler.stop)

    async def _health(self, _request: Request) -> Response:
        done = self.completions.outcomes
        state = {
            "status": "ok" if self.scheduler.is_open else "stopped",
            "requests": self.completions.requests,
            "waiting": self.scheduler.waiting,
            "running": self.scheduler.running,
            "tokens_written": self.scheduler.tokens_written,
            "answers": {outcome.value: done[outcome] for outcome in Outcome},
        }
        is_well = HTTPStatus.OK if self.scheduler.is_open else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(msgspec.json.encode(state), status_code=is_well, media_type=JSON)

    async def _models(self, _request: Request) -> Response:
        models = Models(data=[Model(id=name, created=self._started) for name in self.names])
        return Response(msgspec.json.encode(models), media_type=JSON)

    async def _model(self, request: Request) -> Response:
        name: str = request.path_params["name"]
        check_model(name, self.names)
        return Response(msgspec.json.encode(Model(id=name, created=self._started)), media_type=JSON)


async def _on_api_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError), "registered for these"
    return answer_error(error)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these"
    status = HTTPStatus(error.status_code)
    message = (
        f"{status.phrase.lower()}; expected GET /v1/models, GET /v1/models/NAME, POST /v1/chat/completions or GET /health. "
        "Correct the path or the method."
    )
    return answer_error(ApiError(message, status=status, headers=error.headers))
