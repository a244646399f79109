"""The tools of a live MCP server, over stdio or streamable HTTP."""

import json
import logging
import shlex
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED, ListToolsRequest, PaginatedRequestParams
from pydantic import BaseModel, Field, ValidationError

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonObject
from inftool_env.specs.document import MAX_BYTES, parse_value
from inftool_env.specs.last_words import LastWords
from inftool_env.specs.load import read_operations
from inftool_env.specs.mcp import MCP
from inftool_env.specs.reader import ApiSpec
from inftool_env.specs.reading import SpecReading
from inftool_env.specs.text import plain_text, without_controls

TIMEOUT_S = 60.0
"""Room for ``npx`` and ``uvx`` to download a server first."""
MAX_TOOLS = 5_000
_MAX_PAGES = 1_000
_MAX_STRAY_LINES = 100
"""Lines of a command's output that are no messages, before it is taken for no server."""
_MAX_QUOTED = 200
_TROUBLES = (OSError, ValueError, RuntimeError, MCPError, httpx2.HTTPError, httpx2.InvalidURL)
"""What the SDK raises when a server cannot be started, reached or understood."""


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
    overheard = _Overheard()
    with _quiet_sdk():
        try:
            spec = anyio.run(_ask, server, overheard, timeout_s)
        except BaseExceptionGroup as group:
            error = _first(group)
            if not isinstance(error, _TROUBLES):
                raise
            raise _explained(server, error, overheard) from error
        except _TROUBLES as error:
            raise _explained(server, error, overheard) from error
    return read_operations(spec, source=server, skip=skip)


class _Overheard:
    """What a server lets slip besides its answers; it explains most failures."""

    def __init__(self) -> None:
        self.last_words = ""
        self.stray_lines: list[str] = []
        self.refusal = ""

    def quoted(self) -> str:
        """For the end of a message."""
        parts = []
        if self.stray_lines:
            parts.append(f"\nIts output holds what is no MCP message: {self.stray_lines[0]!r}")
        if self.last_words:
            lines = "".join(f"\n  {without_controls(line)}" for line in self.last_words.splitlines())
            parts.append(f"\nIts standard error ends with:{lines}")
        return "".join(parts)


async def _ask(server: str, overheard: _Overheard, timeout_s: float) -> ApiSpec:
    with anyio.move_on_after(timeout_s) as patience:

        async def listen(message: object) -> None:
            if isinstance(message, ValidationError):
                overheard.stray_lines.append(_shorten(str(message.errors()[0]["input"])))
                if len(overheard.stray_lines) == _MAX_STRAY_LINES:
                    patience.cancel()

        async with Client(_connect(server, overheard), message_handler=listen, cache=None) as client:
            info = client.server_info
            document = {
                "serverInfo": {} if info is None else info.model_dump(by_alias=True, exclude_unset=True),
                "tools": await _list_tools(client, server),
            }
            # To text and back, so that it is read as a saved list is: the same bounds, and null for NaN.
            raw = parse_value(json.dumps(document).encode(), _named(server))
            return ApiSpec(source=Path(server), reader=MCP, version=client.protocol_version, raw=raw)
    raise _error(server, _impatience(overheard, timeout_s), overheard)


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
                f"{_named(server)}: the next page of tools/list after {_shorten(cursor)!r} is itself; "
                "expected pages that end. Report it to the server's author."
            )
        cursor = page.next_cursor
    raise SpecError(
        f"{_named(server)}: lists {len(tools):,} tools or more, in {size:,} bytes; expected at most "
        f"{MAX_TOOLS:,} tools, {_MAX_PAGES:,} pages and {MAX_BYTES:,} bytes. "
        "Start the server with fewer tools, if it has an option for it."
    )


@asynccontextmanager
async def _connect(server: str, overheard: _Overheard) -> AsyncIterator[Any]:
    """The SDK's streams to and from the server."""
    if _is_url(server):

        async def check(response: httpx2.Response) -> None:
            if response.status_code >= 400:
                overheard.refusal = f"HTTP {response.status_code} {response.reason_phrase}".strip()
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ValueError("the answer is compressed, though none was asked for")
            response.stream = _Bounded(response.stream)

        async with (
            httpx2.AsyncClient(
                headers={"accept-encoding": "identity"}, timeout=None, event_hooks={"response": [check]}
            ) as http,
            streamable_http_client(server, http_client=http, max_sse_event_size=MAX_BYTES) as streams,
        ):
            yield streams
        return
    command, *arguments = _split(server)
    parameters = StdioServerParameters(command=command, args=arguments, encoding_error_handler="replace")
    with LastWords() as last_words:
        try:
            async with stdio_client(parameters, errlog=last_words.file) as streams:
                yield streams
        finally:
            overheard.last_words = last_words.hear()


class _Bounded(httpx2.AsyncByteStream):
    """The body of an answer, which ends in an error when it grows too large."""

    def __init__(self, body: Any) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._body:
            size += len(chunk)
            if size > MAX_BYTES:
                raise httpx2.DecodingError(f"the answer holds more than {MAX_BYTES:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._body.aclose()


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


def _explained(server: str, error: Exception, overheard: _Overheard) -> SpecError:
    return error if isinstance(error, SpecError) else _error(server, _found(error, overheard), overheard)


def _error(server: str, found: str, overheard: _Overheard) -> SpecError:
    if _is_url(server):
        remedy = "Check the address (most servers answer at /mcp), and that the server runs"
    else:
        remedy = "Run the command by itself to see what it says and waits for"
    return SpecError(
        f"{_named(server)}: {found}; expected an MCP server that lists its tools. {remedy}.{overheard.quoted()}"
    )


def _impatience(overheard: _Overheard, timeout_s: float) -> str:
    if len(overheard.stray_lines) >= _MAX_STRAY_LINES:
        return "writes what is no MCP message"
    return f"did not list its tools within {timeout_s:g} s"


def _found(error: Exception, overheard: _Overheard) -> str:
    match error:
        case ValidationError():
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            return f"answers in a shape that is not MCP's ({place}: {first['msg']})"
        case MCPError() if overheard.refusal:
            return f"answers {overheard.refusal}"
        case MCPError() if error.code == CONNECTION_CLOSED:
            return "ended before it had listed its tools"
        case MCPError():
            return f"answers with the error {_shorten(str(error))!r} ({error.code})"
        case FileNotFoundError() | PermissionError():
            return f"cannot be started ({error.strerror})"
        case httpx2.TransportError():
            return f"cannot be reached ({_shorten(str(error)) or type(error).__name__})"
        case _:
            return f"cannot be understood ({_shorten(str(error)) or type(error).__name__})"


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error at the bottom of the SDK's nested task groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _named(server: str) -> str:
    return f"MCP server {_shorten(server)!r}"


def _shorten(text: str) -> str:
    return plain_text(text, _MAX_QUOTED)


@contextmanager
def _quiet_sdk() -> Iterator[None]:
    """Keeps the SDK's log off the terminal: the error says what it would."""
    loggers = [logging.getLogger(name) for name in ("mcp", "client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
