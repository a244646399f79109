"""A small real MCP server made with the official SDK, which keeps books in its working directory.

It misbehaves on demand: a book of the right name makes it crash or hang, an argument makes it talk nonsense
or nothing at all.
"""

import json
import os
import sys
import time
from pathlib import Path

import anyio
import mcp_types
from mcp.server import Server
from mcp.server.stdio import stdio_server

FILE = Path("books.json")
BOOKS = [
    {"book_id": "b-veltor", "title": "The Long Veltor", "shelf": "north"},
    {"book_id": "b-mindra", "title": "Mindra at Sea", "shelf": "south"},
    {"book_id": "b-quosh", "title": "A Quosh in Winter", "shelf": "north"},
]
TEXT = {"type": "string"}


def tool(name: str, description: str, required: list[str], **hints: bool) -> mcp_types.Tool:
    properties: dict[str, object] = dict.fromkeys(required, TEXT)
    if "shelf" in required:
        properties["shelf"] = {"type": "string", "enum": ["north", "south"]}
    return mcp_types.Tool(
        name=name,
        description=description,
        input_schema={"type": "object", "properties": properties, "required": required},
        annotations=mcp_types.ToolAnnotations(**hints) if hints else None,
    )


TOOLS = [
    tool("list_books", "List the books on a shelf.", ["shelf"], read_only_hint=True),
    tool("get_book", "Get one book.", ["book_id"], read_only_hint=True),
    tool("find_titles", "Find the titles with a word.", ["word"], read_only_hint=True),
    tool("get_time", "Get the time of day.", [], read_only_hint=True),
    tool("get_surroundings", "Get what the server sees around it.", [], read_only_hint=True),
    tool("add_book", "Add a book to a shelf.", ["title", "shelf"], read_only_hint=False),
    tool("burn_book", "Burn a book.", ["book_id"]),
]


def answer(name: str, arguments: dict[str, str]) -> object:
    books = json.loads(FILE.read_text()) if FILE.exists() else BOOKS
    match name:
        case "list_books":
            return {"books": [book for book in books if book["shelf"] == arguments["shelf"]]}
        case "get_book":
            misbehave(arguments["book_id"])
            return next(book for book in books if book["book_id"] == arguments["book_id"])
        case "find_titles":
            return {"titles": [book["title"] for book in books if arguments["word"] in book["title"]]}
        case "get_time":
            return {"time": time.time_ns(), "process": os.getpid()}
        case "get_surroundings":
            return {"folder": str(Path.cwd()), "variables": sorted(os.environ)}
        case "add_book":
            book = {"book_id": f"b-{len(books)}", **arguments}
            FILE.write_text(json.dumps([*books, book]))
            return book
        case _:
            book = next(book for book in books if book["book_id"] == arguments["book_id"])
            FILE.write_text(json.dumps([one for one in books if one is not book]))
            return book


def misbehave(how: str) -> None:
    if how == "crash":
        sys.stderr.write("The shelf has fallen over.\n")
        sys.stderr.flush()
        os._exit(3)
    if how == "hang":
        time.sleep(600)


async def list_tools(_: object, params: object) -> mcp_types.ListToolsResult:
    return mcp_types.ListToolsResult(tools=TOOLS)


async def call_tool(_: object, params: mcp_types.CallToolRequestParams) -> mcp_types.CallToolResult:
    try:
        result = answer(params.name, params.arguments or {})
    except StopIteration:
        text = mcp_types.TextContent(text="there is no such book")
        return mcp_types.CallToolResult(content=[text], is_error=True)
    return mcp_types.CallToolResult(
        content=[mcp_types.TextContent(text=json.dumps(result))], structured_content=result
    )


async def main() -> None:
    server = Server(
        "shelf", version="1", title="Book Shelf", on_list_tools=list_tools, on_call_tool=call_tool
    )
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.stdout.write("no message\n" * (1000 if sys.argv[1:] == ["babble"] else 0))
        sys.stdout.flush()
        time.sleep(600)
    anyio.run(main)
