"""A server of the bare SDK with one trivial tool: a worker of ``benchmarks.speed.mcp``."""

import json
import sys
from typing import Any

import anyio
import mcp_types
import uvicorn
from mcp.server import Server
from mcp.server.stdio import stdio_server

from inftool_env.world.http_listen import listen

TOOL = "answer"


def bare_server(text: str) -> Server[Any]:
    """A server whose tool takes anything and always answers the same JSON, as a text and as structured content."""
    data = json.loads(text)
    structured = data if isinstance(data, dict) else {"result": data}
    tool = mcp_types.Tool(name=TOOL, input_schema={"type": "object"})

    async def list_tools(_: Any, __: Any) -> mcp_types.ListToolsResult:
        return mcp_types.ListToolsResult(tools=[tool])

    async def call_tool(_: Any, __: mcp_types.CallToolRequestParams) -> mcp_types.CallToolResult:
        return mcp_types.CallToolResult(
            content=[mcp_types.TextContent(text=text)], structured_content=structured
        )

    return Server("bare", on_list_tools=list_tools, on_call_tool=call_tool)


async def _serve_stdio(text: str) -> None:
    server = bare_server(text)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def _serve_http(text: str) -> None:
    app = bare_server(text).streamable_http_app()
    config = uvicorn.Config(app, log_level="error", access_log=False, ws="none")
    with listen("127.0.0.1", 0) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)  # noqa: T201
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    anyio.run(_serve_http if sys.argv[1] == "http" else _serve_stdio, sys.argv[2])
