"""Calls per second over every transport, each beside the bare SDK over the same one.

    python -m benchmarks.speed.mcp [--json]

Ours are the calls of reference solutions, in the worlds that they were written for: checked against the tool's
schema, answered from the world's tables. The peer is the SDK's own client in its own event loop, which calls one
trivial tool with the same arguments and gets the one of our answers that has the median length, ready-made. The
worlds alone, called as functions, are timed beside. All take turns in short bursts. Rates are one over the median time of a call, which a busy machine disturbs least.
"""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any

from mcp import Client, StdioServerParameters
from rich.console import Console
from rich.table import Table

from benchmarks.speed.mcp_bare import TOOL, bare_server
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Scenario
from inftool_env.core.tool import Effect, Toolset
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.envs.transports import TRANSPORTS, worlds_over
from inftool_env.world.backend import Backend, StatefulBackend, close_backend
from inftool_env.world.worlds import Worlds

Asked = tuple[Backend, ToolCall]
Side = Callable[[Sequence[Asked]], list[float]]
"""Makes the calls one after the other; returns the seconds of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Calls per second over one transport; all of them of the same calls, in turns."""

    transport: str
    ours: float
    bare: float | None
    """Of the bare SDK with a trivial tool; None where there is no wire."""
    world: float
    """Of the worlds alone, called as functions."""

    @property
    def share(self) -> float | None:
        """Ours as a share of the bare SDK's, whose tool does nothing."""
        return None if self.bare is None else self.ours / self.bare

    @property
    def share_with_world(self) -> float | None:
        """Ours as a share of the bare SDK's, had its tool done the world's work: what our layer keeps of the speed."""
        return None if self.bare is None else self.ours * (1 / self.bare + 1 / self.world)


def measure(transport: str, api: str, scenarios: int, bursts: int) -> Speed:
    """The rates over one transport."""
    toolset = load_toolset(api)
    environment = ToolEnv(toolset)
    episodes = [environment.open(seed).scenario for seed in range(scenarios)]
    over_wire, direct = worlds_over(transport), worlds_over("direct")
    taken: defaultdict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        stack.callback(over_wire.close)
        bare = None
        if transport != "direct":
            bare = stack.enter_context(_bare(transport, _median_answer(toolset, episodes)))
        gc.collect()
        for scenario in islice(cycle(episodes), bursts):
            asked = _fresh(over_wire, toolset, scenario)
            taken["ours"] += _call_ours(asked)
            taken["world"] += _call_ours(_fresh(direct, toolset, scenario))
            if bare is not None:
                taken["bare"] += bare(asked)
            for world, _ in asked[:1]:
                close_backend(world)
    rates = {name: 1 / median(seconds) for name, seconds in taken.items()}
    return Speed(transport=transport, ours=rates["ours"], bare=rates.get("bare"), world=rates["world"])


def _fresh(worlds: Worlds, toolset: Toolset, scenario: Scenario) -> list[Asked]:
    """The reference solution's calls in a world of their own; the tables that they read are made before the clock runs."""
    world = worlds.open(toolset, scenario.world_seed, scenario.split)
    calls = [call for turn in scenario.solution for call in turn.calls]
    readers = {tool.name for tool in toolset.tools if tool.effect is Effect.READ}
    for call in calls:
        if call.name in readers:
            world.call(call)
    return [(world, call) for call in calls]


def _median_answer(toolset: Toolset, episodes: Sequence[Scenario]) -> str:
    """The answer of median length to a reference solution's call."""
    answers = []
    for scenario in episodes:
        world = StatefulBackend(toolset, scenario.world_seed, scenario.split)
        answers += [world.call(call).content for turn in scenario.solution for call in turn.calls]
    return sorted(answers, key=len)[len(answers) // 2]


def _call_ours(asked: Sequence[Asked]) -> list[float]:
    seconds = []
    for world, call in asked:
        start = time.perf_counter()
        world.call(call)
        seconds.append(time.perf_counter() - start)
    return seconds


@contextmanager
def _bare(transport: str, text: str) -> Iterator[Side]:
    """The SDK's client, connected to a bare server over the transport."""
    worker = (sys.executable, "-m", "benchmarks.speed.mcp_bare", transport, text)
    if transport == "http":
        with subprocess.Popen(worker, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None, "started with a pipe"
            try:
                with _client(process.stdout.readline().strip()) as side:
                    yield side
            finally:
                process.kill()
        return
    server = StdioServerParameters(command=worker[0], args=list(worker[1:]))
    with _client(bare_server(text) if transport == "memory" else server) as side:
        yield side


@contextmanager
def _client(server: Any) -> Iterator[Side]:
    loop = asyncio.new_event_loop()
    opened: asyncio.Future[Client] = loop.create_future()
    stop = asyncio.Event()

    async def own() -> None:
        async with Client(server) as client:
            opened.set_result(client)
            await stop.wait()

    async def burst(client: Client, asked: Sequence[Asked]) -> list[float]:
        seconds = []
        for _, call in asked:
            start = time.perf_counter()
            await client.call_tool(TOOL, call.arguments)
            seconds.append(time.perf_counter() - start)
        return seconds

    owner = loop.create_task(own())
    client = loop.run_until_complete(opened)
    try:
        yield lambda asked: loop.run_until_complete(burst(client, asked))
    finally:
        stop.set()
        loop.run_until_complete(owner)
        loop.close()


def main() -> None:
    """Measure every transport that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--api", default="bank-api", help="of the catalogue")
    parser.add_argument("--transport", action="append", choices=TRANSPORTS, help="all when left out")
    parser.add_argument("--scenarios", type=int, default=100, help="whose calls are made")
    parser.add_argument("--bursts", type=int, default=400, help="of one solution's calls on each side")
    parser.add_argument("--json", action="store_true", help="the rates as JSON")
    options = parser.parse_args()
    speeds = [
        measure(transport, options.api, options.scenarios, options.bursts)
        for transport in options.transport or TRANSPORTS
    ]
    if options.json:
        shares = [{"share": speed.share, "share_with_world": speed.share_with_world} for speed in speeds]
        print(json.dumps([asdict(speed) | share for speed, share in zip(speeds, shares, strict=True)]))  # noqa: T201
        return
    table = Table(
        "transport", "calls/s", "world alone", "bare SDK", "share", "share, world's time added to the SDK's"
    )
    for speed in speeds:
        bare = "-" if speed.bare is None else f"{speed.bare:,.0f}"
        parts = ["-" if part is None else f"{part:.0%}" for part in (speed.share, speed.share_with_world)]
        table.add_row(speed.transport, f"{speed.ours:,.0f}", f"{speed.world:,.0f}", bare, *parts)
    Console().print(table)


if __name__ == "__main__":
    main()
