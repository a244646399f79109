"""Any toolset and its worlds, spoken over the Model Context Protocol by the official SDK."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import mcp_types
from mcp.server import NotificationOptions, Server, ServerRequestContext
from mcp.server.models import InitializationOptions
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from inftool_env.core.message import ToolCall
from inftool_env.core.tool import Effect
from inftool_env.world.mcp_names import CLOSE_METHOD, ChoiceError, WorldName, choice_in_meta
from inftool_env.world.mcp_sessions import Session, Sessions, SessionsFullError
from inftool_env.world.mcp_tools import describe_tool, encode_result, page_of_tools

DIGEST_URI = "inftool://world/digest"
"""The resource that tells in what state the session's world is: ``{"digest": "..."}``."""
SESSION_HEADER = "mcp-session-id"
WORLD_SCOPE = "inftool.world"
"""Where an HTTP request's scope holds the ``WorldName`` that it speaks to."""

Context = ServerRequestContext[WorldName]


class _ToolServer(Server[WorldName]):
    """A server that announces changes of its tool list where there can be any."""

    tools_change = False

    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        options = notification_options or NotificationOptions(tools_changed=self.tools_change)
        return super().create_initialization_options(options, experimental_capabilities, extensions)


def build_server(sessions: Sessions, *, page_size: int | None = None) -> Server[WorldName]:
    """An MCP server that offers the toolset of the sessions and lets their worlds answer.

    Over stdio and in memory every connection has a world of its own. Over HTTP, ``mcp_http`` says which
    request speaks to which world. Over each of them a request may name another one (``mcp_names``).

    A changing call that comes again in its session, with its request's id, changes nothing again. Clients of
    the stateless protocol have no session but their token: two that share one must not share ids.

    Args:
        sessions: The worlds.
        page_size: Tools on one page of ``tools/list``; None lists all at once, since many clients read one page.
    """
    toolset = sessions.toolset
    tools = [describe_tool(tool) for tool in toolset.tools]
    schemas = {tool.name: tool.input_schema for tool in tools}

    @asynccontextmanager
    async def lifespan(_: Server[WorldName]) -> AsyncIterator[WorldName]:
        name = sessions.connect()
        try:
            yield name
        finally:
            sessions.close(name)

    def name_of(context: Context) -> WorldName:
        scope = getattr(context.request, "scope", {})
        name: WorldName = scope.get(WORLD_SCOPE, context.lifespan_context)
        try:
            choice = choice_in_meta(context.meta)
        except ChoiceError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from error
        if choice is None:
            return name
        if name.token and not choice.token:
            choice = replace(choice, token=name.token)
        return sessions.name(choice, session=name.session)

    def session_of(context: Context) -> Session:
        try:
            session = sessions.of(name_of(context))
        except SessionsFullError as error:
            raise MCPError(INTERNAL_ERROR, f"Too many worlds: {error}; try again later") from error
        if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS:
            session.client = context.session
        return session

    async def list_tools(
        context: Context, params: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListToolsResult:
        hidden = session_of(context).hidden if sessions.hidden else frozenset()
        seen = [tool for tool in tools if tool.name not in hidden]
        return page_of_tools(seen, None if params is None else params.cursor, page_size)

    async def call_tool(
        context: Context, params: mcp_types.CallToolRequestParams
    ) -> mcp_types.CallToolResult:
        session = session_of(context)
        tool = None if params.name in session.hidden else toolset.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name}")
        request_id = context.request_id
        call = ToolCall(
            name=params.name,
            arguments=params.arguments or {},
            id="" if request_id is None else str(request_id),
        )
        # Reading twice does no harm, and clients who do not know each other may well use the same ids.
        repeatable = tool.effect is Effect.READ or session.name.is_shared or request_id is None
        return encode_result(
            tool, session.call(call, None if repeatable else (_client_of(context), request_id))
        )

    async def list_resources(
        context: Context, _: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListResourcesResult:
        digest = mcp_types.Resource(
            name="world-digest",
            title="Digest of the world",
            uri=DIGEST_URI,
            description="A hash of what has changed in this session's world since its beginning.",
            mime_type="application/json",
        )
        return mcp_types.ListResourcesResult(resources=[digest] if session_of(context).digest() else [])

    async def list_templates(
        _: Context, __: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListResourceTemplatesResult:
        return mcp_types.ListResourceTemplatesResult(resource_templates=[])

    async def read_resource(
        context: Context, params: mcp_types.ReadResourceRequestParams
    ) -> mcp_types.ReadResourceResult:
        digest = session_of(context).digest() if str(params.uri) == DIGEST_URI else ""
        if not digest:
            raise MCPError(INVALID_PARAMS, f"Resource not found: {params.uri}", {"uri": str(params.uri)})
        text = json.dumps({"digest": digest})
        contents = mcp_types.TextResourceContents(uri=DIGEST_URI, mime_type="application/json", text=text)
        return mcp_types.ReadResourceResult(contents=[contents])

    async def listen(
        context: Context, params: mcp_types.SubscriptionsListenRequestParams
    ) -> mcp_types.SubscriptionsListenResult:
        return await session_of(context).listen(context, params)

    def input_schema(name: str) -> Mapping[str, Any] | None:
        return schemas.get(name)

    async def close_world(context: Context, _: mcp_types.RequestParams) -> mcp_types.EmptyResult:
        sessions.close(name_of(context))
        return mcp_types.EmptyResult()

    server = _ToolServer(
        toolset.name,
        version="1",
        title=toolset.title,
        instructions=toolset.description or None,
        lifespan=lifespan,
        get_tool_input_schema=input_schema,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_subscriptions_listen=listen if sessions.hidden else None,
    )
    server.add_request_handler(CLOSE_METHOD, mcp_types.RequestParams, close_world)
    server.tools_change = bool(sessions.hidden)
    return server


async def serve_stdio(sessions: Sessions, *, page_size: int | None = None) -> None:
    """Serve one client over standard input and output until it hangs up."""
    server = build_server(sessions, page_size=page_size)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _client_of(context: Context) -> str:
    """The protocol's session that a request belongs to; empty for the stateless protocol over HTTP."""
    headers = getattr(context.request, "headers", None)
    if headers is None:
        return context.lifespan_context.session
    handshake = context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS
    return str(headers.get(SESSION_HEADER, "")) if handshake else ""
