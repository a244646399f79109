"""A session with an MCP server for code that is not asynchronous: the official client, one call at a time."""

import asyncio
import threading
import weakref
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import mcp_types
from mcp import Client, MCPError
from mcp.server import Server
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR, INVALID_REQUEST, PARSE_ERROR, REQUEST_TIMEOUT
from pydantic import BaseModel, Field

from inftool_env.core.errors import BackendError
from inftool_env.core.schema import JsonObject, JsonValue
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

__all__ = ["Command", "McpAnswer", "McpRefusalError", "McpSession"]

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

START_TIMEOUT_S = 60.0
CALL_TIMEOUT_S = 30.0
MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_TOOLS = 5_000
_CLOSE_TIMEOUT_S = 10.0
_BROKEN = (CONNECTION_CLOSED, REQUEST_TIMEOUT, PARSE_ERROR)
"""Codes of the client's own errors: nobody knows what became of the request."""
_REFUSED_BY_HTTP = (INTERNAL_ERROR, INVALID_REQUEST)
"""Codes that the client makes of an HTTP status, as for a session that the server has forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class McpAnswer:
    """What a server answered to one call of a tool."""

    text: str
    """All of its texts, one after the other; other content is named in brackets."""
    data: JsonValue = None
    """The structured content as it came; None where there is none."""
    is_error: bool = False


class McpRefusalError(BackendError):
    """The server answered a request with a protocol error; the session goes on.

    Attributes:
        code: Of JSON-RPC.
        reason: In the server's words.
    """

    def __init__(self, message: str, code: int, reason: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


class McpSession:
    """A session with an MCP server, from its start to its end.

    The session's event loop runs in the thread of whoever waits for an answer, so a call costs no change of
    threads; between calls nothing runs. Sessions may be used from several threads, one call at a time. A
    session that was never closed is closed when it is forgotten, or with the interpreter.

    Args:
        server: The URL of a streamable HTTP server, a command to start, or a server in this process.
        name: For messages; the URL or the command when empty.
        start_timeout_s: From the start of the server to the end of the handshake.
        call_timeout_s: For every answer.

    Raises:
        BackendError: the server cannot be started or reached, does not speak MCP, or takes too long.
    """

    def __init__(
        self,
        server: str | Command | Server[Any],
        *,
        name: str = "",
        start_timeout_s: float = START_TIMEOUT_S,
        call_timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        self.name = f"MCP server {shorten(name or _name_of(server))!r}"
        self._call_timeout_s = call_timeout_s
        self._connection = _Connection(server)
        self._closer = weakref.finalize(self, self._connection.close)
        try:
            opening = asyncio.wait_for(self._connection.open(), start_timeout_s)
            self._client = self._ask(opening, start_timeout_s, "it had answered to the handshake")
        except BackendError:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether the session can still be used; a broken one cannot."""
        return self._connection.is_open

    @property
    def server_info(self) -> JsonObject:
        """What the server says of itself in the handshake: ``name``, ``version`` and perhaps ``title``."""
        info = self._client.server_info
        return {} if info is None else info.model_dump(by_alias=True, exclude_unset=True)

    def list_tools(self) -> list[JsonObject]:
        """Every tool that the server lists, as it came.

        Raises:
            BackendError: the server is broken, gone or too late, or lists too many tools.
        """
        tools: list[JsonObject] = []
        cursor: str | None = None
        seen: set[str] = set()
        while len(tools) <= MAX_TOOLS:
            params = mcp_types.PaginatedRequestParams(cursor=cursor)
            page = self._request(mcp_types.ListToolsRequest(params=params), _Page)
            tools.extend(page.tools)
            cursor = page.next_cursor
            if not cursor:
                return tools
            if cursor in seen:
                break
            seen.add(cursor)
        raise BackendError(
            f"{self.name}: lists {len(tools):,} tools and does not end; expected at most {MAX_TOOLS:,}. "
            "Report it to the server's author."
        )

    def call_tool(
        self, name: str, arguments: JsonObject, *, meta: Mapping[str, Any] | None = None
    ) -> McpAnswer:
        """Call a tool; an error that the tool reports is an answer.

        Args:
            name: Of the tool.
            arguments: For the tool, sent as they are.
            meta: Goes into the request's ``_meta``.

        Raises:
            McpRefusalError: the server refused the request, as it may for an unknown tool.
            BackendError: the server is broken, gone or too late.
        """
        params = mcp_types.CallToolRequestParams(name=name, arguments=arguments, _meta=_meta(meta))
        answer = self._request(mcp_types.CallToolRequest(params=params), _ToolAnswer)
        return McpAnswer(
            text="\n".join(map(_spell, answer.content)),
            data=answer.structured_content,
            is_error=answer.is_error,
        )

    def read_resource(self, uri: str, *, meta: Mapping[str, Any] | None = None) -> str:
        """The text of a resource.

        Raises:
            McpRefusalError: the server has no such resource.
            BackendError: the server is broken, gone or too late.
        """
        params = mcp_types.ReadResourceRequestParams(uri=uri, _meta=_meta(meta))
        result = self._request(mcp_types.ReadResourceRequest(params=params), mcp_types.ReadResourceResult)
        parts = result.contents
        return "".join(part.text for part in parts if isinstance(part, mcp_types.TextResourceContents))

    def request(self, method: str, *, meta: Mapping[str, Any] | None = None) -> None:
        """Send a request that has no parameters, and whose answer says no more than that it was done.

        Raises:
            McpRefusalError: the server does not know the method.
            BackendError: the server is broken, gone or too late.
        """
        params = mcp_types.RequestParams(_meta=_meta(meta))
        self._request(mcp_types.Request(method=method, params=params), mcp_types.EmptyResult)

    def close(self) -> None:
        """End the session, and the server where it was started for it; the second time nothing."""
        self._closer()

    def _request(self, request: mcp_types.Request[Any, Any], kind: type[M]) -> M:
        if not self.is_open:
            raise BackendError(
                f"{self.name}: the session is closed; expected an open one. Start a new session."
            )
        answer = self._client.session.send_request(request, kind, self._call_timeout_s)
        return self._ask(answer, self._call_timeout_s, "it had answered")

    def _ask(self, answer: Coroutine[Any, Any, T], timeout_s: float, aim: str) -> T:
        try:
            return self._connection.run(answer)
        except MCPError as error:
            refused = error.code in _REFUSED_BY_HTTP and self._connection.overheard.refusal
            if error.code not in _BROKEN and not refused:
                reason = shorten(error.message)
                told = f"{self.name}: refuses with {reason!r} ({error.code}); expected an answer. {_REMEDY}"
                raise McpRefusalError(told, error.code, reason) from error
            late = error.code == REQUEST_TIMEOUT
            raise self._broken(_late(timeout_s) if late else self._explain(error, aim)) from error
        except TimeoutError as error:
            raise self._broken(_late(timeout_s)) from error
        except BaseExceptionGroup as group:
            first = first_error(group)
            if not isinstance(first, TROUBLES):
                raise
            raise self._broken(self._explain(first, aim)) from first
        except TROUBLES as error:
            raise self._broken(self._explain(error, aim)) from error

    def _explain(self, error: BaseException, aim: str) -> str:
        return explain(error, self._connection.overheard, aim)

    def _broken(self, found: str) -> BackendError:
        """The error that ends the session; the server's last words are known once it has ended."""
        self.close()
        quoted = self._connection.overheard.quoted()
        return BackendError(f"{self.name}: {found}; expected an answer. {_REMEDY}{quoted}")


class _Connection:
    """The event loop of one session, and the one task that opens and closes its client."""

    def __init__(self, server: str | Command | Server[Any]) -> None:
        self.overheard = Overheard()
        self.is_open = True
        self._is_ready = False
        self._server = server
        self._lock = threading.RLock()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None

    async def open(self) -> Client:
        opened: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(opened))
        await asyncio.wait((opened, self._owner), return_when=asyncio.FIRST_COMPLETED)
        if not opened.done():
            await self._owner
        return await opened

    def run(self, answer: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            self.overheard.refusal = ""
            return self._run(answer)

    def close(self) -> None:
        with self._lock, quiet_sdk():
            if not self.is_open:
                return
            self.is_open = False
            self._run(self._close())
            self._run(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _own(self, opened: asyncio.Future[Client]) -> None:
        server = self._server
        streams = server if isinstance(server, Server) else connect(server, self.overheard, MAX_ANSWER_BYTES)
        async with Client(streams, cache=None) as client:
            self._is_ready = True
            opened.set_result(client)
            await self._stop.wait()

    async def _close(self) -> None:
        if self._owner is None:
            return
        if self._is_ready:
            self._stop.set()
        else:
            self._owner.cancel()
        done, _ = await asyncio.wait((self._owner,), timeout=_CLOSE_TIMEOUT_S)
        if not done:
            self._owner.cancel()
            await asyncio.wait((self._owner,), timeout=_CLOSE_TIMEOUT_S)
        if self._owner.done() and not self._owner.cancelled():
            self._owner.exception()  # looked at: whoever asked last has heard of it

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if not _loop_is_running():
            return self._loop.run_until_complete(coroutine)
        # A loop runs in this thread already, as it does in a notebook; ours needs a thread that has none.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._loop.run_until_complete, coroutine).result()


def _loop_is_running() -> bool:
    """Whether this thread is inside an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Page(BaseModel):
    """One answer to ``tools/list``, its tools as they came."""

    tools: list[dict[str, Any]]
    next_cursor: str | None = Field(alias="nextCursor", default=None)


class _ToolAnswer(BaseModel):
    """One answer to ``tools/call``, its content as it came."""

    content: list[dict[str, Any]] = Field(default_factory=list)
    structured_content: Any = Field(alias="structuredContent", default=None)
    is_error: bool = Field(alias="isError", default=False)


_REMEDY = "Run the server by itself to see what it says."


def _spell(content: JsonObject) -> str:
    """One piece of a tool's answer as text."""
    if content.get("type") == "text":
        return str(content.get("text", ""))
    resource = content.get("resource")
    if isinstance(resource, dict) and isinstance(resource.get("text"), str):
        return str(resource["text"])
    return f"[{shorten(str(content.get('type', 'content')))}]"


def _late(timeout_s: float) -> str:
    return f"did not answer within {timeout_s:g} s"


def _name_of(server: str | Command | Server[Any]) -> str:
    return server.name if isinstance(server, Server) else str(server)


def _meta(meta: Mapping[str, Any] | None) -> mcp_types.RequestParamsMeta | None:
    return None if meta is None else cast("mcp_types.RequestParamsMeta", dict(meta))  # its keys are open
