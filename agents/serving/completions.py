"""Chat completions over HTTP: a request becomes an exchange, and what comes of it the response."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from transformers import PreTrainedTokenizerBase

from agents.serving.answers import Completion
from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError, queue_full
from agents.serving.exchange import Exchange
from agents.serving.preparing import Preparer
from agents.serving.requests import ChatRequest, read_request
from agents.serving.scheduler import Scheduler
from agents.serving.speech import Outcome

JSON = "application/json"
_UNREAD_S = 60.0
"""How much longer than an answer may take to be written, its client may take to read it."""
_CLIENT_CLOSED = 499
"""What logs call an answer that nobody waited for; it is never read."""


class Completions:
    """Answers chat completions, all with one policy.

    Args:
        preparer: Makes prompts and grammars.
        scheduler: Writes the answers.
        tokenizer: Of the policy.
        names: Under which the policy is served.
        config: Limits and defaults.
    """

    def __init__(
        self,
        preparer: Preparer,
        scheduler: Scheduler,
        tokenizer: PreTrainedTokenizerBase,
        names: Sequence[str],
        config: ServingConfig,
    ) -> None:
        self._preparer = preparer
        self._scheduler = scheduler
        self._tokenizer = tokenizer
        self._names = tuple(names)
        self._config = config
        # One at a time: rendering is quick, and the libraries behind it are not made for many threads.
        self._one_thread = anyio.CapacityLimiter(1)
        self._preparing = 0
        self.requests = 0
        """Taken since the start."""
        self.outcomes: Counter[Outcome] = Counter()
        """Of the answers that came to their end."""

    async def answer(self, request: Request) -> Response:
        """The response to one request.

        Raises:
            ApiError: it is refused, too many wait, or it takes too long.
        """
        asked = read_request(await request.body())
        check_model(asked.model, self._names)
        exchange = await self._begin(asked)
        if asked.stream:
            return _EventStream(exchange, self._config.time_limit_s + _UNREAD_S)
        try:
            found = await _unless_gone(exchange, request.receive)
        finally:
            exchange.cancel()
        if isinstance(found, ApiError):
            raise found
        if found is None:
            return Response(status_code=_CLIENT_CLOSED)
        return Response(msgspec.json.encode(found), media_type=JSON)

    async def _begin(self, asked: ChatRequest) -> Exchange:
        if self._preparing >= self._config.max_waiting:
            raise queue_full(self._preparing)
        self.requests += 1
        self._preparing += 1
        try:
            prepared = await anyio.to_thread.run_sync(
                self._preparer.prepare, asked, self.requests, limiter=self._one_thread
            )
        finally:
            self._preparing -= 1
        exchange = Exchange(asked, prepared, self._tokenizer, self._config, self.outcomes)
        self._scheduler.submit(exchange.jobs)
        return exchange


def check_model(model: str, names: Sequence[str]) -> None:
    """Refuse a name under which no policy is served.

    Raises:
        ApiError: with 404.
    """
    if model not in names:
        raise ApiError(
            f"model: found {model[:60]!r}; expected one of {', '.join(names)}. "
            "Ask for one of these, or start the server with --names.",
            status=HTTPStatus.NOT_FOUND,
            param="model",
            code="model_not_found",
        )


class _EventStream(Response):
    """Sends an exchange's events as they come; cancels it when the client has gone."""

    def __init__(self, exchange: Exchange, limit_s: float) -> None:
        super().__init__(media_type="text/event-stream", headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._exchange = exchange
        self._limit_s = limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's
        """Send it; a client that does not read is left after a while."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
                with anyio.move_on_after(self._limit_s):
                    await send(
                        {
                            "type": "http.response.start",
                            "status": self.status_code,
                            "headers": self.raw_headers,
                        }
                    )
                    async for event in self._exchange.events():
                        await send({"type": "http.response.body", "body": event, "more_body": True})
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                tasks.cancel_scope.cancel()
        finally:
            self._exchange.cancel()


async def _unless_gone(exchange: Exchange, receive: Receive) -> Completion | ApiError | None:
    """The whole answer; None when the client has gone before."""
    found: Completion | ApiError | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
        found = await exchange.whole()
        tasks.cancel_scope.cancel()
    return found


async def _cancel_when_gone(receive: Receive, waiting: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    waiting.cancel()
