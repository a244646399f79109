"""The tools of a live MCP server, over stdio or streamable HTTP."""

import json
import shlex
from collections.abc import Collection
from pathlib import Path
from typing import Any

import anyio
from mcp import Client
from mcp_types import ListToolsRequest, PaginatedRequestParams
from pydantic import BaseModel, Field

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonObject
from inftool_env.specs.document import MAX_BYTES, parse_value
from inftool_env.specs.load import read_operations
from inftool_env.specs.mcp import MCP
from inftool_env.specs.mcp_link import (
    TROUBLES,
    Overheard,
    connect,
    explain,
    first_error,
    quiet_sdk,
    shorten,
)
from inftool_env.specs.mcp_process import Command
from inftool_env.specs.reader import ApiSpec
from inftool_env.specs.reading import SpecReading

TIMEOUT_S = 60.0
"""Room for ``npx`` and ``uvx`` to download a server first."""
MAX_TOOLS = 5_000
_MAX_PAGES = 1_000


def read_live_tools(server: str, *, skip: Collection[str] = (), timeout_s: float = TIMEOUT_S) -> SpecReading:
    """The tools that a running MCP server lists, read as a saved list of them would be.

    A command is started without a shell and stopped again before this returns. It sees ``HOME``, ``PATH``
    and the like; what else it needs can be set in it: ``env API_KEY=... npx -y some-server``.

    Args:
        server: A command, quoted as for a shell, or the ``http(s)://`` URL of a streamable HTTP server.
        skip: Tools to leave out, by name.
        timeout_s: For everything from the start to the last tool.

    Raises:
        SpecError: the server cannot be started or reached, does not speak MCP, takes too long, or none of
            its tools can be read.
    """
    overheard = Overheard()
    with quiet_sdk():
        try:
            spec = anyio.run(_ask, server, overheard, timeout_s)
        except BaseExceptionGroup as group:
            error = first_error(group)
            if not isinstance(error, TROUBLES):
                raise
            raise _explained(server, error, overheard) from error
        except TROUBLES as error:
            raise _explained(server, error, overheard) from error
    return read_operations(spec, source=server, skip=skip)


async def _ask(server: str, overheard: Overheard, timeout_s: float) -> ApiSpec:
    address = server if _is_url(server) else Command(words=tuple(_split(server)))
    with anyio.move_on_after(timeout_s):
        async with Client(connect(address, overheard, MAX_BYTES), cache=None) as client:
            info = client.server_info
            document = {
                "serverInfo": {} if info is None else info.model_dump(by_alias=True, exclude_unset=True),
                "tools": await _list_tools(client, server),
            }
            # To text and back, so that it is read as a saved list is: the same bounds, and null for NaN.
            raw = parse_value(json.dumps(document).encode(), _named(server))
            return ApiSpec(source=Path(server), reader=MCP, version=client.protocol_version, raw=raw)
    raise _error(server, f"did not list its tools within {timeout_s:g} s", overheard)


class _Page(BaseModel):
    """One answer to ``tools/list``, its tools as they came."""

    tools: list[dict[str, Any]]
    next_cursor: str | None = Field(alias="nextCursor", default=None)


async def _list_tools(client: Client, server: str) -> list[JsonObject]:
    tools: list[JsonObject] = []
    size, cursor = 0, None
    for _ in range(_MAX_PAGES):
        request = ListToolsRequest(params=PaginatedRequestParams(cursor=cursor))
        page = await client.session.send_request(request, _Page)
        tools.extend(page.tools)
        size += len(json.dumps(page.tools))
        if len(tools) > MAX_TOOLS or size > MAX_BYTES:
            break
        if not page.next_cursor:
            return tools
        if page.next_cursor == cursor:
            raise SpecError(
                f"{_named(server)}: the next page of tools/list after {shorten(cursor)!r} is itself; "
                "expected pages that end. Report it to the server's author."
            )
        cursor = page.next_cursor
    raise SpecError(
        f"{_named(server)}: lists {len(tools):,} tools or more, in {size:,} bytes; expected at most "
        f"{MAX_TOOLS:,} tools, {_MAX_PAGES:,} pages and {MAX_BYTES:,} bytes. "
        "Start the server with fewer tools, if it has an option for it."
    )


def _split(server: str) -> list[str]:
    try:
        words = shlex.split(server)
    except ValueError as error:
        raise SpecError(
            f"{_named(server)}: cannot be split into words ({error}); expected a command, quoted as for a shell. "
            "Close the quotes."
        ) from error
    if not words:
        raise SpecError(
            "MCP server: the command is empty; expected one, or a URL. Give it as "
            '--mcp "npx -y @modelcontextprotocol/server-memory".'
        )
    if "://" in words[0]:
        raise SpecError(
            f"{_named(server)}: is no http:// or https:// URL; expected one of these, or a command. "
            "Give the address of its streamable HTTP endpoint."
        )
    return words


def _is_url(server: str) -> bool:
    return server.lower().startswith(("http://", "https://"))


def _explained(server: str, error: Exception, overheard: Overheard) -> SpecError:
    return (
        error
        if isinstance(error, SpecError)
        else _error(server, explain(error, overheard, "it had listed its tools"), overheard)
    )


def _error(server: str, found: str, overheard: Overheard) -> SpecError:
    if _is_url(server):
        remedy = "Check the address (most servers answer at /mcp), and that the server runs"
    else:
        remedy = "Run the command by itself to see what it says and waits for"
    return SpecError(
        f"{_named(server)}: {found}; expected an MCP server that lists its tools. {remedy}.{overheard.quoted()}"
    )


def _named(server: str) -> str:
    return f"MCP server {shorten(server)!r}"
