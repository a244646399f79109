"""A process that serves the worlds of one toolset over MCP to the process that started it.

    python -m inftool_env.world.mcp_worker stdio|http

The toolset comes first on standard input: a line with its length in bytes, then its JSON. Over ``http`` the
process writes the URL of its endpoint as the only line of its output, and ends when its input does.
"""

import os
import sys

import anyio
import anyio.to_thread
import uvicorn

from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.tool import Toolset
from inftool_env.specs.mcp_process import Command
from inftool_env.world.http_listen import listen
from inftool_env.world.mcp_http import http_app
from inftool_env.world.mcp_names import MCP_PATH
from inftool_env.world.mcp_server import serve_stdio
from inftool_env.world.mcp_sessions import Limits, Sessions
from inftool_env.world.worlds import SimulatedWorlds

HOST = "127.0.0.1"
LIMITS = Limits(max_sessions=65_536)
"""Worlds are closed with their episodes, so that only those of open ones are held."""


def worker_command(toolset: Toolset, *, over_http: bool) -> Command:
    """The command that starts such a process; it sees the modules that this process does."""
    told = to_json(toolset, sort_keys=False).encode()
    return Command(
        words=(sys.executable, "-m", "inftool_env.world.mcp_worker", "http" if over_http else "stdio"),
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        preface=b"%d\n%b" % (len(told), told),
        prints_url=over_http,
        grace_s=0.0,  # it has nothing to put in order
    )


def main(transport: str) -> None:
    """Serve until standard input ends."""
    sessions = Sessions(SimulatedWorlds(), from_json(_read_preface(), Toolset), limits=LIMITS)
    if transport == "http":
        anyio.run(_serve_http, sessions)
    else:
        anyio.run(serve_stdio, sessions)


async def _serve_http(sessions: Sessions) -> None:
    config = uvicorn.Config(
        http_app(sessions), log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with listen(HOST, 0) as listener:
        port = listener.getsockname()[1]
        os.write(sys.stdout.fileno(), f"http://{HOST}:{port}{MCP_PATH}\n".encode())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            await anyio.to_thread.run_sync(sys.stdin.buffer.read, abandon_on_cancel=True)
            server.should_exit = True


def _read_preface() -> bytes:
    """From the descriptor itself, so that no buffer keeps what comes after."""
    digits = bytearray()
    while not digits.endswith(b"\n"):
        digits += os.read(0, 1) or sys.exit("no toolset came")
    left = int(digits)
    parts = []
    while left:
        part = os.read(0, left) or sys.exit("the toolset ended early")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    main(sys.argv[1])
