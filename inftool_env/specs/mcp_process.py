"""A program that is an MCP server: started, spoken to in bounded lines, and ended with all that it started."""

import os
import signal
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any, TextIO

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

Received = SessionMessage | Exception
Hear = Callable[[str], bool]
"""Is told of output that is no message; says whether to go on listening."""

_KILL_TIMEOUT_S = 5.0
"""For the system to end a process that was killed."""
_WATCH_S = 0.1
_MAX_URL_BYTES = 1000
_GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A server to start: a program that speaks MCP over its standard input and output, or serves HTTP."""

    words: tuple[str, ...]
    """The program and its arguments; no shell reads them."""
    cwd: Path | None = None
    """Its working directory; this process's own when None."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables beside ``HOME``, ``PATH`` and the like, which it inherits."""
    preface: bytes = b""
    """What it reads from its standard input before anything else."""
    prints_url: bool = False
    """Whether it serves streamable HTTP, and writes its URL as the first line of its output."""
    grace_s: float = 2.0
    """How long it may take to end by itself once its standard input is closed; then it is killed."""

    def __str__(self) -> str:
        return " ".join(self.words)


@asynccontextmanager
async def started(
    command: Command, stderr: TextIO
) -> AsyncIterator[tuple[ByteSendStream, ByteReceiveStream]]:
    """A program's standard input and output, started without a shell and in a process group of its own.

    Its whole group is killed when the context ends, and when this interpreter does.

    Raises:
        OSError: it cannot be started.
        ValueError: the command holds what no command can.
    """
    process = await anyio.open_process(
        command.words,
        stdin=PIPE,
        stdout=PIPE,
        stderr=stderr,
        cwd=command.cwd,
        env={**get_default_environment(), **command.env},
        start_new_session=True,
    )
    killer = weakref.finalize(process, kill_group, process.pid)
    assert process.stdout is not None, "started with pipes"
    assert process.stdin is not None, "started with pipes"
    try:
        with suppress(*_GONE):
            await process.stdin.send(command.preface)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_watch, process)
            yield process.stdin, process.stdout
            tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process, command.grace_s)
        killer.detach()


@asynccontextmanager
async def process_streams(
    command: Command, *, stderr: TextIO, max_line_bytes: int, hear: Hear
) -> AsyncIterator[tuple[Any, Any]]:
    """The SDK's streams to and from a program that speaks MCP over its standard input and output.

    Args:
        command: The program.
        stderr: Where its standard error goes.
        max_line_bytes: A longer line of its output ends the streams.
        hear: Is told of every line that is no message, and ends the streams when it has heard enough.

    Raises:
        OSError: it cannot be started.
        ValueError: the command holds what no command can.
    """
    async with started(command, stderr) as (stdin, stdout):
        to_session, from_server = anyio.create_memory_object_stream[Received](0)
        to_server, from_session = anyio.create_memory_object_stream[SessionMessage](0)
        async with to_session, from_server, to_server, from_session, anyio.create_task_group() as tasks:
            tasks.start_soon(_read, stdout, to_session, max_line_bytes, hear)
            tasks.start_soon(_write, stdin, from_session, to_session)
            try:
                yield from_server, to_server
            finally:
                tasks.cancel_scope.cancel()


async def read_url(stdout: ByteReceiveStream) -> str:
    """The first line of a program's output, where it is the URL of a server on this machine.

    Raises:
        ValueError: it is something else, or the output ends before.
    """
    line = b""
    while b"\n" not in line and len(line) <= _MAX_URL_BYTES:
        try:
            line += await stdout.receive()
        except _GONE:
            break
    url = line.partition(b"\n")[0].decode("ascii", "replace")
    if not url.startswith("http://127.0.0.1:") or b"\n" not in line:
        raise ValueError("it did not write its URL")
    return url


def kill_group(leader: int) -> None:
    """Kill a process that leads a group, and with it all that it started and left in the group."""
    if sys.platform == "win32":
        with suppress(OSError):
            os.kill(leader, signal.SIGTERM)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


async def _watch(process: Process) -> None:
    """End the group with its leader: a child that holds the pipes open would hide that it is gone."""
    # Not process.wait(): it waits for the end of the pipes too.
    while process.returncode is None:
        await anyio.sleep(_WATCH_S)
    kill_group(process.pid)


async def _read(
    stdout: ByteReceiveStream, to_session: MemoryObjectSendStream[Received], max_line_bytes: int, hear: Hear
) -> None:
    """Pass every message on; closes the session's side at the end of the output."""
    line = bytearray()
    with suppress(*_GONE):
        async with to_session:
            while True:
                first, *rest = (await stdout.receive()).split(b"\n")
                line += first
                for part in rest:
                    text, line = line.decode("utf-8", "replace"), bytearray(part)
                    message = _parse(text)
                    if message is not None:
                        await to_session.send(message)
                    elif not hear(text):
                        return
                if len(line) > max_line_bytes:
                    hear(f"a line of more than {max_line_bytes:,} bytes")
                    return


async def _write(
    stdin: ByteSendStream,
    from_session: MemoryObjectReceiveStream[SessionMessage],
    to_session: MemoryObjectSendStream[Received],
) -> None:
    with suppress(*_GONE):
        async for message in from_session:
            text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
            await stdin.send(text.encode() + b"\n")
        return
    # Whoever waits for an answer to what could not be sent learns that none will come.
    to_session.close()


def _parse(line: str) -> SessionMessage | None:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError:
        return None


async def _end(process: Process, grace_s: float) -> None:
    """Let the program end by itself for a while, then end its group; every wait is bounded."""
    assert process.stdin is not None, "started with pipes"
    with suppress(*_GONE):
        await process.stdin.aclose()
    with anyio.move_on_after(grace_s):
        await process.wait()
    kill_group(process.pid)
    with anyio.move_on_after(_KILL_TIMEOUT_S):
        await process.wait()
    with suppress(*_GONE):
        await process.aclose()
