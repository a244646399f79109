"""How MCP writes our records: tools, results, and the pages of a list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import mcp_types
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from inftool_env.core.message import ToolResult
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, ToolSpec


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


def page_of_tools(
    tools: Sequence[mcp_types.Tool], cursor: str | None, page_size: int | None
) -> mcp_types.ListToolsResult:
    """One page of the tools: those after the cursor, which names the last tool of the page before.

    So a tool that is revealed between two pages moves no other to a page already read.

    Args:
        tools: All that the session sees, in order.
        cursor: As the page before gave it; None for the first page.
        page_size: Tools on a page; None puts all on one.

    Raises:
        MCPError: the cursor is none that this server gave.
    """
    start = 0
    if cursor is not None:
        names = [tool.name for tool in tools]
        last = _read_cursor(cursor)
        if last not in names:
            raise MCPError(INVALID_PARAMS, f"Unknown cursor: {cursor[:80]}; list from the first page again")
        start = names.index(last) + 1
    stop = len(tools) if page_size is None else start + page_size
    page = list(tools[start:stop])
    more = stop < len(tools)
    return mcp_types.ListToolsResult(tools=page, next_cursor=_write_cursor(page[-1].name) if more else None)


def _write_cursor(name: str) -> str:
    return urlsafe_b64encode(name.encode()).decode()


def _read_cursor(cursor: str) -> str | None:
    try:
        return urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        return None


def _output_schema(tool: ToolSpec) -> JsonObject | None:
    if tool.returns is None:
        return None
    if tool.returns.get("type") == "object":
        return tool.returns
    definitions = tool.returns.get("$defs")
    inner = {word: part for word, part in tool.returns.items() if word not in ("$defs", "$schema")}
    schema: JsonObject = {"type": "object", "properties": {"result": inner}, "required": ["result"]}
    return schema if definitions is None else {**schema, "$defs": definitions}
