"""An MCP server on streamable HTTP: one port, a world for every session and every token."""

import anyio
import uvicorn
from starlette.types import ASGIApp

from inftool_env.world.http_listen import check_bearer, check_loopback, listen
from inftool_env.world.mcp_guard import Guard
from inftool_env.world.mcp_names import MCP_PATH
from inftool_env.world.mcp_server import build_server
from inftool_env.world.mcp_sessions import Sessions

_CONNECTIONS_PER_SESSION = 4
"""Open at once: a client holds one for what it is told, and one for each call under way."""
_SWEEPS_PER_IDLE = 4
_KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection, or one that is about to be used again would be closed on them."""
_SHUTDOWN_S = 2


def http_app(sessions: Sessions, *, bearer: str | None = None, page_size: int | None = None) -> ASGIApp:
    """The server as an ASGI application.

    ``/mcp`` gives every session of the handshake protocol a world of its own (the header ``mcp-session-id``);
    clients of the stateless protocol have no session, and share one world there. ``/mcp/{token}`` is one
    world for whoever knows the token, which its client makes up: 1 to 128 letters, digits, ``-`` and ``_``.
    ``?seed=7&split=eval`` behind either chooses the world's seed and split; token, seed and split together
    are its name.

    Args:
        sessions: The worlds.
        bearer: What clients must send as ``Authorization: Bearer ...``; None asks for nothing.
        page_size: Tools on one page of ``tools/list``; None lists all at once.

    Raises:
        ConfigError: the bearer token is too short, or of characters that no header can hold.
    """
    if bearer is not None:
        check_bearer(bearer, "serve")
    limits = sessions.limits
    app = build_server(sessions, page_size=page_size).streamable_http_app(
        streamable_http_path=MCP_PATH,
        max_request_body_size=limits.max_body_bytes,
        session_idle_timeout=limits.idle_s,
        max_sessions=limits.max_sessions,
    )
    return Guard(app, sessions, bearer=bearer)


async def serve_http(
    sessions: Sessions,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    bearer: str | None = None,
    page_size: int | None = None,
) -> None:
    """Serve streamable HTTP at ``http://host:port/mcp`` until SIGINT or SIGTERM; see ``http_app``.

    Raises:
        ConfigError: the host is not a loopback address, the port is taken, or the bearer token cannot be one.
    """
    check_loopback(host, "serve")
    app = http_app(sessions, bearer=bearer, page_size=page_size)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=_CONNECTIONS_PER_SESSION * sessions.limits.max_sessions,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )
    listener = listen(host, port)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_forget_idle, sessions)
            await uvicorn.Server(config).serve(sockets=[listener])
            tasks.cancel_scope.cancel()
    finally:
        sessions.close_all()


async def _forget_idle(sessions: Sessions) -> None:
    while True:
        await anyio.sleep(sessions.limits.idle_s / _SWEEPS_PER_IDLE)
        sessions.drop_idle()
