"""A connection to an MCP server, and what it lets slip besides its answers."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx2
from mcp import MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED
from pydantic import ValidationError

from inftool_env.specs.last_words import LastWords
from inftool_env.specs.mcp_process import Command, process_streams, read_url, started
from inftool_env.specs.text import plain_text, without_controls

MAX_STRAY_LINES = 100
"""Lines of a command's output that are no messages, before it is taken for no server."""
TROUBLES = (OSError, ValueError, RuntimeError, MCPError, httpx2.HTTPError, httpx2.InvalidURL)
"""What the SDK raises when a server cannot be started, reached or understood."""
_MAX_QUOTED = 200


class Overheard:
    """What a server lets slip besides its answers; it explains most failures."""

    def __init__(self) -> None:
        self.last_words = ""
        self.stray_lines: list[str] = []
        self.refusal = ""

    @property
    def is_babble(self) -> bool:
        """Whether so much of the output is no message that none will come."""
        return len(self.stray_lines) >= MAX_STRAY_LINES

    def hear(self, line: str) -> bool:
        """Remember output that is no message; whether the next line could still be one."""
        self.stray_lines.append(shorten(line))
        return not self.is_babble

    def quoted(self) -> str:
        """For the end of a message."""
        parts = []
        if self.stray_lines:
            parts.append(f"\nIts output holds what is no MCP message: {self.stray_lines[-1]!r}")
        if self.last_words:
            lines = "".join(f"\n  {without_controls(line)}" for line in self.last_words.splitlines())
            parts.append(f"\nIts standard error ends with:{lines}")
        return "".join(parts)


@asynccontextmanager
async def connect(server: str | Command, overheard: Overheard, max_bytes: int) -> AsyncIterator[Any]:
    """The SDK's streams to and from the server.

    Args:
        server: The ``http(s)://`` URL of a streamable HTTP server, or a command.
        overheard: Is told what the server lets slip.
        max_bytes: Of one answer.

    Raises:
        OSError: the command cannot be started.
    """
    if isinstance(server, str):
        async with _connect_http(server, overheard, max_bytes) as streams:
            yield streams
        return
    with LastWords() as last_words:
        try:
            if server.prints_url:
                async with (
                    started(server, last_words.file) as (_, stdout),
                    # A proxy has no business between us and our own child.
                    _connect_http(await read_url(stdout), overheard, max_bytes, trust_env=False) as streams,
                ):
                    yield streams
            else:
                async with process_streams(
                    server, stderr=last_words.file, max_line_bytes=max_bytes, hear=overheard.hear
                ) as streams:
                    yield streams
        finally:
            overheard.last_words = last_words.hear()


@asynccontextmanager
async def _connect_http(
    url: str, overheard: Overheard, max_bytes: int, *, trust_env: bool = True
) -> AsyncIterator[Any]:
    async def check(response: httpx2.Response) -> None:
        if response.status_code >= 400:
            overheard.refusal = f"HTTP {response.status_code} {response.reason_phrase}".strip()
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("the answer is compressed, though none was asked for")
        response.stream = _Bounded(response.stream, max_bytes)

    async with (
        httpx2.AsyncClient(
            headers={"accept-encoding": "identity"},
            timeout=None,
            event_hooks={"response": [check]},
            trust_env=trust_env,
        ) as http,
        streamable_http_client(url, http_client=http, max_sse_event_size=max_bytes) as streams,
    ):
        yield streams


class _Bounded(httpx2.AsyncByteStream):
    """The body of an answer, which ends in an error when it grows too large."""

    def __init__(self, body: Any, max_bytes: int) -> None:
        self._body = body
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._body:
            size += len(chunk)
            if size > self._max_bytes:
                raise httpx2.DecodingError(f"the answer holds more than {self._max_bytes:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._body.aclose()


def explain(error: BaseException, overheard: Overheard, aim: str) -> str:
    """What was found wrong, in a few words.

    Args:
        error: One of ``TROUBLES``.
        overheard: What the server let slip.
        aim: What it ended before, as ``it had listed its tools``.
    """
    match error:
        case ValidationError():
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            return f"answers in a shape that is not MCP's ({place}: {first['msg']})"
        case MCPError() if overheard.is_babble:
            return "writes what is no MCP message"
        case MCPError() if overheard.refusal:
            return f"answers {overheard.refusal}"
        case MCPError() if error.code == CONNECTION_CLOSED:
            return f"ended before {aim}"
        case MCPError():
            return f"answers with the error {shorten(str(error))!r} ({error.code})"
        case FileNotFoundError() | PermissionError():
            return f"cannot be started ({error.strerror})"
        case httpx2.TransportError():
            return f"cannot be reached ({shorten(str(error)) or type(error).__name__})"
        case _:
            return f"cannot be understood ({shorten(str(error)) or type(error).__name__})"


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error at the bottom of the SDK's nested task groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def shorten(text: str) -> str:
    """A server's words on one line of bounded length, without control characters."""
    return plain_text(text, _MAX_QUOTED)


@contextmanager
def quiet_sdk() -> Iterator[None]:
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
