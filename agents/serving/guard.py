"""What stands before a served policy: refuses what must not reach it, in the words of OpenAI's API."""

import logging

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError
from inftool_env.world.http_guard import RefusedError, check_sender, read_body, replay

logger = logging.getLogger(__name__)


class PolicyGuard:
    """An ASGI application before the server's own.

    Requests come from this machine, under its own name and from its own pages, with the bearer token if there is one,
    and with a body of bounded size that comes in bounded time. Each refusal is one warning in the log, without tokens.

    Args:
        app: The server.
        config: Its limits.
        bearer: What clients must send as ``Authorization: Bearer ...``; None asks for nothing.
    """

    def __init__(self, app: ASGIApp, config: ServingConfig, *, bearer: str | None = None) -> None:
        self._app = app
        self._config = config
        self._bearer = bearer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limits = self._config
        try:
            check_sender(headers, self._bearer)
            body = await read_body(headers, receive, limits.max_body_bytes, limits.body_timeout_s)
        except RefusedError as refusal:
            logger.warning("refused %s: %d %r", scope["method"], refusal.status, refusal.reason)
            error = ApiError(refusal.reason, status=refusal.status, headers=refusal.headers)
            await answer_error(error)(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)


def answer_error(error: ApiError) -> Response:
    """The response that says so."""
    return Response(
        error.body(), status_code=error.status, headers=error.headers, media_type="application/json"
    )
