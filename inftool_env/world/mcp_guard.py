"""What stands before an MCP server on HTTP: refuses what must not reach it, and names the world of the rest."""

import json
import logging
from http import HTTPStatus
from typing import Any

from mcp_types import INVALID_REQUEST
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inftool_env.world.http_guard import RefusedError, check_sender, read_body, replay
from inftool_env.world.mcp_names import MCP_PATH, ChoiceError, WorldName, choice_in_url
from inftool_env.world.mcp_server import SESSION_HEADER, WORLD_SCOPE
from inftool_env.world.mcp_sessions import Sessions

logger = logging.getLogger(__name__)

_BODY_TIMEOUT_S = 30.0
"""Seconds in which a request's body must have come."""
_REASON_CHARACTERS = 200
"""Of a refusal's text in the log."""


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
            body = await read_body(headers, receive, self._sessions.limits.max_body_bytes, _BODY_TIMEOUT_S)
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
            await self._app(inner, replay(body, receive), watched)
        if scope["method"] == "DELETE" and watched.status == HTTPStatus.OK and not name.token:
            self._sessions.close(name)

    def _admit(self, scope: Scope, headers: Headers) -> WorldName:
        check_sender(headers, self._bearer)
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
