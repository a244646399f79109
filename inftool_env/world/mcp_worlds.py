"""Worlds behind a real MCP session with our own server: in memory, over stdio or over HTTP."""

import json
from contextlib import suppress
from enum import StrEnum
from functools import partial
from itertools import count
from typing import Any

import msgspec
from mcp.server import Server

from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.same import Same
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.specs.mcp_process import Command
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_client import McpSession
from inftool_env.world.mcp_names import CLOSE_METHOD, WORLD_META
from inftool_env.world.mcp_server import DIGEST_URI, build_server
from inftool_env.world.mcp_sessions import Sessions
from inftool_env.world.mcp_worker import LIMITS, worker_command
from inftool_env.world.worlds import SimulatedWorlds


class Wire(StrEnum):
    """How calls travel to the server."""

    MEMORY = "memory"
    """Inside this process."""
    STDIO = "stdio"
    """To a process of its own, over its standard input and output."""
    HTTP = "http"
    """To a process of its own, over streamable HTTP on this machine."""


class McpWorlds:
    """Worlds of ``StatefulBackend`` on the other side of a wire.

    A toolset's server is started when its first world is opened, and kept for all the later ones; in place of one
    that broke, the next world starts a fresh one. Each request says which world it means.

    Args:
        wire: How calls travel.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._sessions: dict[Same[Toolset], McpSession] = {}
        self._tokens = count()

    def open(self, toolset: Toolset, seed: int, split: Split) -> "McpWorld":
        """A fresh world; it is made by the server at its first call.

        Raises:
            BackendError: the server cannot be started.
        """
        session = self._sessions.get(Same(toolset))
        if session is None or not _answers(session):
            session = McpSession(_server(toolset, self._wire), name=f"{toolset.name} ({self._wire})")
            self._sessions[Same(toolset)] = session
        return McpWorld(session, f"world-{next(self._tokens)}", toolset, seed, split)

    def close(self) -> None:
        """End every server; the next world would start a fresh one."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()


class McpWorld:
    """One world of a server: answers as the ``StatefulBackend`` on the other side does.

    Args:
        session: With the server, which other worlds share.
        token: The world's name, which no other of the session has.
        toolset: The server's.
        seed: Of the world.
        split: Of the world.
    """

    def __init__(self, session: McpSession, token: str, toolset: Toolset, seed: int, split: Split) -> None:
        self._session = session
        self._open_again = partial(StatefulBackend, toolset, seed, split)
        self._calls: list[ToolCall] = []
        self._meta = {WORLD_META: {"token": token, "seed": seed, "split": split.value}}
        self._is_closed = False

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call.

        Raises:
            BackendError: the server is broken, gone or too late.
        """
        self._calls.append(call)
        answer = self._session.call_tool(call.name, call.arguments, meta=self._meta)
        # Of the text rather than the structured content, which errors lack.
        data = msgspec.json.decode(answer.text)
        return ToolResult(
            call_id=call.id, name=call.name, content=answer.text, is_error=answer.is_error, data=data
        )

    def digest(self) -> str:
        """A hash of what has changed since the beginning.

        Raises:
            BackendError: the server is broken, gone or too late.
        """
        return str(json.loads(self._session.read_resource(DIGEST_URI, meta=self._meta))["digest"])

    def simulation(self) -> StatefulBackend:
        """The world again in this process, after the same calls."""
        backend = self._open_again()
        for call in self._calls:
            backend.call(call)
        return backend

    def close(self) -> None:
        """Let the server forget the world; the second time nothing."""
        if self._is_closed or not self._session.is_open:
            return
        self._is_closed = True
        with suppress(BackendError):
            self._session.request(CLOSE_METHOD, meta=self._meta)


def _answers(session: McpSession) -> bool:
    """Whether the server is still there; one that died since the last episode must not spoil the next one."""
    if not session.is_open:
        return False
    try:
        session.request(CLOSE_METHOD, meta={WORLD_META: {"token": "never-opened"}})
    except BackendError:
        return False
    return True


def _server(toolset: Toolset, wire: Wire) -> Server[Any] | Command:
    if wire is Wire.MEMORY:
        server = build_server(Sessions(SimulatedWorlds(), toolset, limits=LIMITS))
        server.middleware.clear()  # traces: a tenth of a call, for a server that nobody else can reach
        return server
    return worker_command(toolset, over_http=wire is Wire.HTTP)
