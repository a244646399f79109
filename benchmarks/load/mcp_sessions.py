"""Many MCP sessions at once against ``inftool serve``: errors, leaks between them, and the server's memory.

    python -m benchmarks.load.mcp_sessions [--sessions 1000] [--calls 10] [--rounds 3]

In every round all sessions are open together. Half of them speak the handshake protocol and are told apart by
their session id, half are stateless and told apart by the token in their URL. Each changes its own world in its
own way. Every answer, and the world's digest at the end, must be the same bytes as those of a world in this
process that saw these calls alone: any leak would show.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import httpx2
from rich.console import Console
from rich.table import Table

from benchmarks.load.served import Served, served
from benchmarks.load.wire import AnswerError, WireSession
from inftool_env.core.message import ToolCall
from inftool_env.core.tool import Toolset
from inftool_env.envs.registry import load_toolset, resolve
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_server import DIGEST_URI

ENV_ID = "InfTool/weather-api-v0"
_AT_ONCE = 64
"""Requests under way at one time; the sessions are open all the while."""
_TIMEOUT_S = 120.0
_GROWTH_MIB = 10.0
"""Memory that the last round may hold more than the first: what an allocator keeps."""
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round showed."""

    open_s: float = 0.0
    calls_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    errors: int = 0
    leaks: int = 0
    open_mib: float = 0.0
    """Of the server, with all sessions open."""
    closed_mib: float = 0.0
    """Of the server, after they ended."""


def calls_of(number: int, calls: int) -> tuple[ToolCall, ...]:
    """What one session does: changes like no other session's, and reads in between."""
    place = {"label": f"Place {number}", "latitude": number % 90, "longitude": number % 180}
    change = ToolCall(name="add_location", arguments={**place})
    read = ToolCall(name="list_saved_locations")
    return tuple(change if position % 10 < 1 + number % 9 else read for position in range(calls))


async def play_round(server: Served, toolset: Toolset, sessions: int, calls: int) -> Round:
    """Open all sessions, make all calls, compare, end all sessions."""
    shown = Round()
    turn = asyncio.Semaphore(_AT_ONCE)

    async def tried(work: Awaitable[_T]) -> _T | None:
        async with turn:
            try:
                return await work
            except (httpx2.HTTPError, AnswerError) as error:
                shown.errors += 1
                print(f"error: {error!r}", file=sys.stderr)  # noqa: T201
                return None

    async def timed(work: Awaitable[_T]) -> _T:
        started = time.perf_counter()
        result = await work
        shown.latencies_s.append(time.perf_counter() - started)
        return result

    async def play(number: int, session: WireSession) -> None:
        alone = StatefulBackend(toolset, seed=0)
        for call in calls_of(number, calls):
            params = {"name": call.name, "arguments": call.arguments}
            result = await tried(timed(session.request("tools/call", params)))
            expected = alone.call(call).content
            shown.leaks += result is not None and result["content"][0]["text"] != expected
        resource = await tried(session.request("resources/read", {"uri": DIGEST_URI}))
        if resource is not None:
            shown.leaks += json.loads(resource["contents"][0]["text"])["digest"] != alone.digest()

    limits = httpx2.Limits(max_connections=_AT_ONCE)
    async with httpx2.AsyncClient(limits=limits, timeout=_TIMEOUT_S) as web:
        clients = [
            WireSession(
                web, server.url if number % 2 else f"{server.url}/load-{number}", handshake=number % 2 == 1
            )
            for number in range(sessions)
        ]
        started = time.perf_counter()
        await asyncio.gather(*(tried(client.open()) for client in clients))
        shown.open_s = time.perf_counter() - started
        started = time.perf_counter()
        await asyncio.gather(*(play(number, client) for number, client in enumerate(clients)))
        shown.calls_s = time.perf_counter() - started
        shown.open_mib = server.resident_mib()
        await asyncio.gather(*(tried(client.close()) for client in clients))
    shown.closed_mib = server.resident_mib()
    return shown


def measure(sessions: int, calls: int, rounds: int, log: Path) -> list[Round]:
    """Play the rounds against one server process."""
    toolset = load_toolset(resolve(ENV_ID)["api"])
    with served("inftool_env", ["serve", ENV_ID, "--transport", "http"], log) as server:
        return [asyncio.run(play_round(server, toolset, sessions, calls)) for _ in range(rounds)]


def is_good(shown: Sequence[Round]) -> bool:
    """Whether nothing failed, nothing leaked, and memory stayed flat."""
    grown = shown[-1].closed_mib - shown[0].closed_mib
    return not any(one.errors or one.leaks for one in shown) and grown <= _GROWTH_MIB


def table(shown: Sequence[Round], sessions: int, calls: int) -> Table:
    """The rounds, one a row."""
    result = Table(title=f"{sessions:,} sessions at once, {calls} calls each")
    for name in (
        "round",
        "open s",
        "calls/s",
        "median ms",
        "p99 ms",
        "errors",
        "leaks",
        "MiB open",
        "MiB closed",
    ):
        result.add_column(name, justify="right")
    for number, one in enumerate(shown, start=1):
        result.add_row(
            str(number),
            f"{one.open_s:.1f}",
            f"{len(one.latencies_s) / one.calls_s:,.0f}",
            f"{1000 * median(one.latencies_s):.0f}",
            f"{1000 * quantiles(one.latencies_s, n=100)[-1]:.0f}",
            str(one.errors),
            str(one.leaks),
            f"{one.open_mib:.0f}",
            f"{one.closed_mib:.0f}",
        )
    return result


def main() -> int:
    """Measure, and print a table; 1 when something failed, leaked or grew."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shown = measure(options.sessions, options.calls, options.rounds, Path(folder) / "serve.log")
    Console().print(table(shown, options.sessions, options.calls))
    return 0 if is_good(shown) else 1


if __name__ == "__main__":
    sys.exit(main())
