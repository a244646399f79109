"""Any backend spoken over the Model Context Protocol by the official SDK: stdio, streamable HTTP, in memory."""

import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp_types
import uvicorn
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from inftool_env.core.errors import ConfigError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.backend import Backend

BackendFactory = Callable[[], Backend]
"""Makes the world of one session."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MCP_PATH = "/mcp"
_SESSION_HEADER = "mcp-session-id"
_MAX_SESSIONS = 1000
"""Open HTTP sessions before new ones are refused."""


class Worlds:
    """One backend a session; the sessions of the longest silence are forgotten first."""

    def __init__(self, factory: BackendFactory, capacity: int = 4 * _MAX_SESSIONS) -> None:
        self._factory = factory
        self._capacity = capacity
        self._backends: OrderedDict[str, Backend] = OrderedDict()

    def of(self, session: str) -> Backend:
        """The backend of one session, made on its first call."""
        if session not in self._backends:
            self._backends[session] = self._factory()
        self._backends.move_to_end(session)
        while len(self._backends) > self._capacity:
            self._backends.popitem(last=False)
        return self._backends[session]


def build_server(backend_factory: BackendFactory, toolset: Toolset) -> Server[Worlds]:
    """An MCP server that offers the toolset and lets backends answer.

    Over stdio and in memory every connection has a world of its own. Over HTTP every session has (the
    header ``mcp-session-id``); clients of the stateless protocol send none and share one world.
    """
    tools = [describe_tool(tool) for tool in toolset.tools]

    @asynccontextmanager
    async def lifespan(_: Server[Worlds]) -> AsyncIterator[Worlds]:
        yield Worlds(backend_factory)

    async def list_tools(
        _: ServerRequestContext[Worlds], params: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListToolsResult:
        if params is not None and params.cursor is not None:
            raise MCPError(INVALID_PARAMS, f"Unknown cursor: {params.cursor}; there is one page")
        return mcp_types.ListToolsResult(tools=tools)

    async def call_tool(
        context: ServerRequestContext[Worlds], params: mcp_types.CallToolRequestParams
    ) -> mcp_types.CallToolResult:
        tool = toolset.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name}")
        call = ToolCall(name=params.name, arguments=params.arguments or {}, id=str(context.request_id or ""))
        return encode_result(tool, context.lifespan_context.of(_session_of(context)).call(call))

    return Server(
        toolset.name,
        version="1",
        title=toolset.title,
        instructions=toolset.description or None,
        lifespan=lifespan,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def describe_tool(tool: ToolSpec) -> mcp_types.Tool:
    """A tool as MCP lists it."""
    return mcp_types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema={**tool.parameters, "type": "object"},
        output_schema=_output_schema(tool),
        annotations=mcp_types.ToolAnnotations(
            read_only_hint=tool.effect is Effect.READ,
            destructive_hint=tool.effect in (Effect.UPDATE, Effect.DELETE),
            idempotent_hint=tool.effect is not Effect.CREATE,
            open_world_hint=False,
        ),
    )


def encode_result(tool: ToolSpec, result: ToolResult) -> mcp_types.CallToolResult:
    """A backend's result as MCP sends it; one that is no object travels as ``{"result": ...}``."""
    structured: Any = None
    if not result.is_error and tool.returns is not None:
        structured = result.data if tool.returns.get("type") == "object" else {"result": result.data}
    return mcp_types.CallToolResult(
        content=[mcp_types.TextContent(text=result.content)],
        structured_content=structured,
        is_error=result.is_error,
    )


async def serve_stdio(backend_factory: BackendFactory, toolset: Toolset) -> None:
    """Serve one client over standard input and output until it hangs up."""
    server = build_server(backend_factory, toolset)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def serve_http(backend_factory: BackendFactory, toolset: Toolset, *, host: str, port: int) -> None:
    """Serve streamable HTTP at ``http://host:port/mcp`` until SIGINT or SIGTERM.

    The SDK refuses foreign ``Host`` and ``Origin`` headers, so that a web page cannot reach the world.

    Raises:
        ConfigError: the host is not a loopback address, or the port is taken.
    """
    if host not in LOOPBACK:
        raise ConfigError(
            f"serve: host is '{host}'; expected one of {', '.join(LOOPBACK)}: the server has no log-in. "
            "Put a proxy that has one in front of it to serve other machines."
        )
    listener = _listen(host, port)
    app = build_server(backend_factory, toolset).streamable_http_app(
        streamable_http_path=MCP_PATH, host=host, max_sessions=_MAX_SESSIONS
    )
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    await uvicorn.Server(config).serve(sockets=[listener])


def serve(
    backend_factory: BackendFactory,
    toolset: Toolset,
    *,
    transport: str = "stdio",
    host: str = "127.0.0.1",
    port: int = 8765,
) -> None:
    """Serve until the client hangs up (``stdio``) or the process is told to stop (``http``)."""
    if transport == "stdio":
        anyio.run(lambda: serve_stdio(backend_factory, toolset))
    else:
        anyio.run(lambda: serve_http(backend_factory, toolset, host=host, port=port))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"serve: {host}:{port}: {error.strerror or error}; expected a free port. Choose another with --port."
        ) from error
    return listener


def _session_of(context: ServerRequestContext[Worlds]) -> str:
    headers = getattr(context.request, "headers", None)
    return "" if headers is None else str(headers.get(_SESSION_HEADER, ""))


def _output_schema(tool: ToolSpec) -> JsonObject | None:
    if tool.returns is None:
        return None
    if tool.returns.get("type") == "object":
        return tool.returns
    definitions = tool.returns.get("$defs")
    inner = {word: part for word, part in tool.returns.items() if word not in ("$defs", "$schema")}
    schema: JsonObject = {"type": "object", "properties": {"result": inner}, "required": ["result"]}
    return schema if definitions is None else {**schema, "$defs": definitions}
