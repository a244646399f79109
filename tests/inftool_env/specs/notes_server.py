"""A small MCP server made with the official SDK: ``python notes_server.py stdio``, or ``... http PORT``.

Its tools come on two pages. With the variable STARTS set it notes every start in that file.
"""

import os
import sys
from pathlib import Path

import anyio
import mcp_types
import uvicorn
from mcp.server import Server
from mcp.server.stdio import stdio_server

NOTE = {
    "type": "object",
    "properties": {
        "note_id": {"type": "string"},
        "title": {"type": "string"},
        "tag": {"type": "string", "enum": ["work", "home", "travel"]},
    },
    "required": ["note_id", "title", "tag"],
}


def tool(name: str, description: str, required: list[str], returns: dict, **hints: bool) -> mcp_types.Tool:
    properties = {key: NOTE["properties"][key] for key in required}
    return mcp_types.Tool(
        name=name,
        description=description,
        input_schema={"type": "object", "properties": properties, "required": required},
        output_schema=returns,
        annotations=mcp_types.ToolAnnotations(**hints),
    )


NOTES = {
    "type": "object",
    "properties": {"notes": {"type": "array", "items": NOTE}},
    "required": ["notes"],
}
PAGES = [
    [
        tool("create_note", "Create a note.", ["title", "tag"], NOTE, read_only_hint=False),
        tool("get_note", "Get one note.", ["note_id"], NOTE, read_only_hint=True),
    ],
    [
        tool("find_notes", "Find the notes with a tag.", ["tag"], NOTES, read_only_hint=True),
        tool("delete_note", "Delete a note.", ["note_id"], NOTE, destructive_hint=True),
        tool("flip_note", "Turn a note over.", ["note_id"], NOTE, read_only_hint=False),
    ],
]


async def list_tools(_: object, params: mcp_types.PaginatedRequestParams | None) -> mcp_types.ListToolsResult:
    page = int(params.cursor) if params is not None and params.cursor else 0
    more = str(page + 1) if page + 1 < len(PAGES) else None
    return mcp_types.ListToolsResult(tools=PAGES[page], next_cursor=more)


async def call_tool(_: object, params: mcp_types.CallToolRequestParams) -> mcp_types.CallToolResult:
    raise AssertionError(f"{params.name} was called, though tools are only to be listed")


def main(transport: str, port: str = "0") -> None:
    if "STARTS" in os.environ:
        with Path(os.environ["STARTS"]).open("a") as file:
            file.write("started\n")
    sys.stderr.write("The notes server speaks.\n")
    server = Server("notes", version="1", title="My Notes", on_list_tools=list_tools, on_call_tool=call_tool)
    if transport == "http":
        uvicorn.run(server.streamable_http_app(), host="127.0.0.1", port=int(port), log_level="warning")
        return

    async def serve() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


if __name__ == "__main__":
    main(*sys.argv[1:])
