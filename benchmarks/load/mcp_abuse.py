"""Clients who mean an MCP server harm: each must be refused, and the server must live on.

    python -m benchmarks.load.mcp_abuse [--sessions 10000]

One ``inftool serve`` with a bearer token takes all of it: pages of other sites, wrong and missing tokens,
oversized bodies, paths that climb, garbage, thousands of sessions that nobody ends, and thousands of tokens.
After each kind, a client that behaves must get its answer. Every refusal must stand in the server's log.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from mcp_types.version import LATEST_HANDSHAKE_VERSION
from rich.console import Console
from rich.table import Table

from benchmarks.load.served import Served, served
from benchmarks.load.wire import ACCEPT, AnswerError, WireSession
from inftool_env.commands.serve import BEARER_VARIABLE

ENV_ID = "InfTool/weather-api-v0"
MAX_SESSIONS = 500
_TIMES = 100
"""Of each small abuse."""
_AT_ONCE = 64
_TIMEOUT_S = 120.0
_HELLO: Mapping[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": LATEST_HANDSHAKE_VERSION,
        "capabilities": {},
        "clientInfo": {"name": "abuse", "version": "1"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one kind of abuse."""

    name: str
    answers: Counter[int]
    """Requests by HTTP status."""
    expected: frozenset[int]
    logged: int
    """Refusals that the server wrote down meanwhile."""
    is_alive: bool
    """Whether a client that behaves was served afterwards."""
    resident_mib: float

    @property
    def is_good(self) -> bool:
        """Whether all that should be refused was, in writing, and others are served."""
        refused = sum(times for status, times in self.answers.items() if status >= httpx2.codes.BAD_REQUEST)
        return self.is_alive and set(self.answers) <= self.expected and self.logged >= refused > 0


class Abuser:
    """Sends what it should not, many times at once."""

    def __init__(self, server: Served, web: httpx2.AsyncClient, bearer: str) -> None:
        self._server = server
        self._web = web
        self._known = {**ACCEPT, "Authorization": f"Bearer {bearer}"}
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def post(self, path: str = "", headers: Mapping[str, str] | None = None, **body: Any) -> int:
        """The status of one request; of a good one where nothing is given."""
        async with self._turn:
            url = self._server.url + path
            answer = await self._web.post(
                url, headers={**self._known, **(headers or {})}, **(body or {"json": _HELLO})
            )
            return answer.status_code

    async def repeat(
        self, name: str, times: int, expected: set[int], one: Callable[[int], Awaitable[int]]
    ) -> Outcome:
        """Abuse the server that many times, then ask it to serve a client that behaves."""
        before = self._refusals()
        answers = Counter(await asyncio.gather(*(one(number) for number in range(times))))
        return Outcome(
            name=name,
            answers=answers,
            expected=frozenset(expected),
            logged=self._refusals() - before,
            is_alive=await self._serves(),
            resident_mib=self._server.resident_mib(),
        )

    async def _serves(self) -> bool:
        session = WireSession(self._web, f"{self._server.url}/behaves", handshake=False, headers=self._known)
        try:
            await session.request(
                "tools/call", {"name": "get_current_weather", "arguments": {"city": "Velmora"}}
            )
        except (httpx2.HTTPError, AnswerError):
            return False
        return True

    def _refusals(self) -> int:
        return self._server.log.read_bytes().count(b" refused ")


async def pieces() -> AsyncIterator[bytes]:
    """Four megabytes that nobody declared."""
    for _ in range(64):
        yield b" " * 65_536


async def abuse(server: Served, bearer: str, sessions: int) -> list[Outcome]:
    """Every kind of abuse, one after the other."""
    limits = httpx2.Limits(max_connections=_AT_ONCE)
    async with httpx2.AsyncClient(limits=limits, timeout=_TIMEOUT_S) as web:
        one = Abuser(server, web, bearer)
        paths = ("/", "/../etc/passwd", "/%2e%2e/%2e%2e", "/a/b", "//x", "/" + "a" * 5000, "/a%00", "/;id")

        def header(name: str, value: str) -> Callable[[int], Awaitable[int]]:
            return lambda _: one.post(headers={name: value})

        return [
            await one.repeat("Host of another site", _TIMES, {421}, header("Host", "evil.example")),
            await one.repeat(
                "Origin of another site", _TIMES, {403}, header("Origin", "http://evil.example")
            ),
            await one.repeat("bearer token missing", _TIMES, {401}, header("Authorization", "")),
            await one.repeat(
                "bearer token wrong", _TIMES, {401}, header("Authorization", f"Bearer {bearer[:-1]}")
            ),
            await one.repeat("paths that climb", _TIMES, {404}, lambda n: one.post(paths[n % len(paths)])),
            await one.repeat("body too large", _TIMES, {413}, lambda _: one.post(content=b" " * 2_000_000)),
            await one.repeat(
                "body too large, in pieces", _TIMES, {413}, lambda _: one.post(content=pieces())
            ),
            await one.repeat("garbage", _TIMES, {400}, lambda n: one.post(content=b"[" * n)),
            await one.repeat(
                "session ids made up", _TIMES, {404}, lambda n: one.post(headers={"mcp-session-id": f"{n}"})
            ),
            await one.repeat(f"{sessions:,} sessions opened", sessions, {200, 503}, lambda _: one.post()),
        ]


def table(outcomes: list[Outcome]) -> Table:
    """The kinds of abuse, one a row."""
    result = Table(title="MCP server under abuse")
    for name in ("abuse", "answers", "logged", "alive", "MiB", ""):
        result.add_column(name)
    for one in outcomes:
        answers = ", ".join(f"{times:,} x {status}" for status, times in sorted(one.answers.items()))
        verdict = "good" if one.is_good else "BAD"
        alive = "yes" if one.is_alive else "no"
        result.add_row(one.name, answers, f"{one.logged:,}", alive, f"{one.resident_mib:.0f}", verdict)
    return result


def main() -> int:
    """Abuse, and print a table; 1 when anything got through or the server died."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=10_000)
    sessions = parser.parse_args().sessions
    bearer = secrets.token_urlsafe()
    os.environ[BEARER_VARIABLE] = bearer  # The server is a child of this process.
    words = ["serve", ENV_ID, "--transport", "http", "--max-sessions", str(MAX_SESSIONS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        served("inftool_env", words, Path(folder) / "log") as server,
    ):
        outcomes = asyncio.run(abuse(server, bearer, sessions))
        leaked = bearer.encode() in server.log.read_bytes()
    Console().print(table(outcomes))
    print("the token stands in the log" if leaked else "the token does not stand in the log")  # noqa: T201
    return 0 if all(one.is_good for one in outcomes) and not leaked else 1


if __name__ == "__main__":
    sys.exit(main())
