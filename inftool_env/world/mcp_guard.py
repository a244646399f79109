"""What stands before an MCP server on HTTP: refuses what must not reach it, and names the world of the rest."""

import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import anyio
from mcp_types import INVALID_REQUEST
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inftool_env.world.mcp_names import MCP_PATH, ChoiceError, WorldName, choice_in_url
from inftool_env.world.mcp_server import SESSION_HEADER, WORLD_SCOPE
from inftool_env.world.mcp_sessions import Sessions

logger = logging.getLogger(__name__)

_BODY_TIMEOUT_S = 30.0
"""Seconds in which a request's body must have come."""
_REASON_CHARACTERS = 200
"""Of a refusal's text in the log."""
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_LOOPBACK_ORIGIN = re.compile(rf"https?://{_LOOPBACK_HOST.pattern}", re.IGNORECASE)


class RefusedError(Exception):
    """A request that must not reach the server: the answer's status, the reason, and more headers."""

    def __init__(self, status: HTTPStatus, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})


class Guard:
    """An ASGI application before the server's own.

    Requests come from this machine, under its own name and from its own pages (``Host`` and ``Origin``), to
    ``/mcp`` or ``/mcp/{token}``, with the bearer token if there is one, and with a body of bounded size that
    comes in bounded time. ``?seed=`` and ``&split=`` choose the world. All others are refused, and so is
    whatever the server behind refuses; each refusal is one warning in the log, without tokens.

    ``DELETE /mcp/{token}`` without a session id ends the token's world.

    Args:
        app: The server.
        sessions: Its sessions.
        bearer: What clients must send as ``Authorization: Bearer ...``; None asks for nothing.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, *, bearer: str | None = None) -> None:
        self._app = app
        self._sessions = sessions
        self._bearer = bearer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            name = self._admit(scope, headers)
            body = await _read_body(headers, receive, self._sessions.limits.max_body_bytes)
        except RefusedError as refusal:
            _log(scope, refusal.status, refusal.reason)
            await _refuse(refusal, scope, receive, send)
            return
        session = headers.get(SESSION_HEADER)
        if scope["method"] == "DELETE" and name.token and session is None:
            closed = self._sessions.close(name)
            status = HTTPStatus.NO_CONTENT if closed else HTTPStatus.NOT_FOUND
            await Response(status_code=status)(scope, receive, send)
            return
        inner = {**scope, "path": MCP_PATH, "raw_path": MCP_PATH.encode(), WORLD_SCOPE: name}
        watched = _Watched(scope, send)
        with self._sessions.held(name):
            await self._app(inner, _replay(body, receive), watched)
        if scope["method"] == "DELETE" and watched.status == HTTPStatus.OK and not name.token:
            self._sessions.close(name)

    def _admit(self, scope: Scope, headers: Headers) -> WorldName:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not _LOOPBACK_HOST.fullmatch(hosts[0]):
            raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, "Host is not this machine")
        if not all(_LOOPBACK_ORIGIN.fullmatch(origin) for origin in origins):
            raise RefusedError(HTTPStatus.FORBIDDEN, "Origin is not this machine")
        self._check_bearer(headers)
        try:
            choice = choice_in_url(scope["path"], scope["query_string"].decode("latin-1"))
        except ChoiceError as error:
            raise RefusedError(HTTPStatus.BAD_REQUEST, str(error)) from error
        if choice is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND,
                f"no such path; expected {MCP_PATH} or {MCP_PATH}/TOKEN, TOKEN of 1 to 128 letters, digits, - and _",
            )
        version = headers.get("mcp-protocol-version")
        # Only the handshake protocol has sessions; in the other one the header is anybody's word.
        handshake = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
        return self._sessions.name(choice, session=headers.get(SESSION_HEADER, "") if handshake else "")

    def _check_bearer(self, headers: Headers) -> None:
        if self._bearer is None:
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._bearer.encode())
        if scheme.lower() != "bearer" or not right:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "bearer token is wrong" if given else "bearer token is missing",
                {"WWW-Authenticate": "Bearer"},
            )


class _Watched:
    """Passes an answer on; remembers its status, and writes a refusal into the log."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self.status >= HTTPStatus.BAD_REQUEST and not message.get("more_body", False):
            _log(self._scope, self.status, message.get("body", b"").decode(errors="replace"))
        await self._send(message)


async def _read_body(headers: Headers, receive: Receive, limit: int) -> Message:
    """The whole body as one message, or the message that ended it (the client has gone)."""
    too_large = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"body is larger than {limit} bytes")
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise too_large
    body = bytearray()
    more = True
    with anyio.move_on_after(_BODY_TIMEOUT_S):
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body += message.get("body", b"")
            if len(body) > limit:
                raise too_large
            more = message.get("more_body", False)
    if more:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, f"body did not come in {_BODY_TIMEOUT_S:g} s")
    return {"type": "http.request", "body": bytes(body), "more_body": False}


def _replay(first: Message, receive: Receive) -> Callable[[], Awaitable[Message]]:
    waiting = [first]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _refuse(refusal: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    error: dict[str, Any] = {"code": INVALID_REQUEST, "message": refusal.reason}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error})
    response = Response(
        body, status_code=refusal.status, headers=refusal.headers, media_type="application/json"
    )
    await response(scope, receive, send)


def _log(scope: Scope, status: int, reason: str) -> None:
    # The path is left out where it is not ours: it may hold a client's token, or anything else.
    logger.warning("refused %s: %d %r", scope["method"], status, reason[:_REASON_CHARACTERS])
