"""Real MCP servers as worlds: solved by the reference solutions, survived under chance, and leaving nothing behind.

    make lane-mcp-servers
    python -m benchmarks.live_mcp --episodes 100

Every server gets a line: how many scenarios the oracle and the random policy played, their successes, the episodes
that could not be scored, and the seconds; then what was left of it: processes, temporary folders, and worlds
that were not as fresh as the first one of their seed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agents.policy import Policy
from agents.rollout import play
from agents.scripted import OraclePolicy, RandomPolicy
from benchmarks.processes import descendants
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.live.author import world_of
from inftool_env.envs.live.backend import LiveBackend
from inftool_env.envs.live.env import LiveEnv
from inftool_env.envs.live.folder import PREFIX
from inftool_env.envs.live.server import RunningServer, plan_server

LANE = Path(__file__).parents[1] / ".venv-mcp-servers"
"""Where ``make lane-mcp-servers`` installs them."""
SLOTS = 4
"""Episodes open at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One policy's episodes on one server."""

    episodes: int
    successes: int
    unscorable: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of one server."""

    name: str
    categories: tuple[str, ...]
    tools: int
    oracle: Played
    chance: Played
    processes_left: int
    folders_left: int
    stale_worlds: int
    """Fresh worlds whose state was not that of the first one of their seed."""


def lane_commands(lane: Path = LANE) -> dict[str, list[str]]:
    """The command of every server that is installed in the lane."""
    modules = lane / "node_modules" / ".bin"
    commands = {
        "filesystem": [modules / "mcp-server-filesystem"],
        "memory": [modules / "mcp-server-memory"],
        "sqlite": [lane / "sqlite" / "bin" / "mcp-server-sqlite"],
        "git": [lane / "python" / "bin" / "mcp-server-git"],
        "time": [lane / "python" / "bin" / "mcp-server-time"],
    }
    return {name: [str(words[0])] for name, words in commands.items() if words[0].exists()}


def measure(name: str, command: Sequence[str], episodes: int, *, allow_writes: bool = False) -> Report:
    """Let both policies play one server, and look at what it leaves behind."""
    processes, folders = descendants(), world_folders()
    env = LiveEnv(command=command, allow_writes=allow_writes)
    oracle = _play(env, OraclePolicy(), episodes)
    chance = _play(env, RandomPolicy(), episodes)
    stale = sum(_is_stale(command, env, seed) for seed in range(min(episodes, 4)))
    env.close()
    return Report(
        name=name,
        categories=env.categories,
        tools=len(env.toolset.tools),
        oracle=oracle,
        chance=chance,
        processes_left=len(descendants() - processes),
        folders_left=len(world_folders() - folders),
        stale_worlds=stale,
    )


def show(console: Console, reports: Sequence[Report]) -> None:
    """Write the table."""
    table = Table(title="Real MCP servers as worlds")
    headings = ("server", "tools", "categories", "oracle", "random", "unscorable", "oracle/s", "random/s")
    for heading in (*headings, "processes left", "folders left", "stale worlds"):
        table.add_column(heading, justify="left" if heading == "server" else "right")
    for report in reports:
        table.add_row(
            report.name,
            str(report.tools),
            str(len(report.categories)),
            f"{report.oracle.successes}/{report.oracle.episodes}",
            f"{report.chance.successes}/{report.chance.episodes}",
            str(report.oracle.unscorable + report.chance.unscorable),
            f"{report.oracle.episodes / report.oracle.seconds:.1f}",
            f"{report.chance.episodes / report.chance.seconds:.1f}",
            str(report.processes_left),
            str(report.folders_left),
            str(report.stale_worlds),
        )
    console.print(table)


def is_clean(report: Report) -> bool:
    """Whether every reference solution succeeded, everything could be scored, and nothing was left behind."""
    return (
        report.oracle.successes == report.oracle.episodes
        and report.oracle.unscorable == report.chance.unscorable == 0
        and report.processes_left == report.folders_left == report.stale_worlds == 0
    )


def world_folders() -> set[str]:
    """The temporary folders of this process's worlds that are there now."""
    return {path.name for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*")}


def _play(env: LiveEnv, policy: Policy, episodes: int) -> Played:
    begin = time.perf_counter()
    openers = [partial(env.open, seed) for seed in range(episodes)]
    trajectories: list[Trajectory] = play(policy, openers, num_slots=SLOTS)
    return Played(
        episodes=episodes,
        successes=sum(one.verdict.success for one in trajectories),
        unscorable=sum(one.reward is None for one in trajectories),
        seconds=time.perf_counter() - begin,
    )


def _is_stale(command: Sequence[str], env: LiveEnv, seed: int) -> bool:
    """Whether a world that comes after many others is another than one that nothing came before."""
    plan = plan_server(command, None, None, start_timeout_s=60, call_timeout_s=30)
    world = (world_of(seed), env.split)
    first = RunningServer(plan, world)
    untouched = first.digest()
    first.close()
    backend = env.worlds.open(env.toolset, *world)
    assert isinstance(backend, LiveBackend), "the worlds of a LiveEnv are real ones"
    try:
        assert backend.known is not None, "asking makes it take its server"
        return backend.digest() != untouched
    finally:
        backend.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the servers of the lane; 0 when all is clean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=100, help="of each policy on each server")
    parser.add_argument("--servers", nargs="*", help="names; all that are installed by default")
    parser.add_argument("--allow-writes", action="store_true", help="offer the tools that write, too")
    options = parser.parse_args(arguments)
    commands: Mapping[str, list[str]] = lane_commands()
    chosen = options.servers or list(commands)
    missing = [name for name in chosen if name not in commands]
    console = Console(width=140)
    if missing or not chosen:
        console.print(
            f"not installed: {', '.join(missing) or 'any server'}; run `make lane-mcp-servers` first"
        )
        return 2
    reports = []
    for name in chosen:
        reports.append(measure(name, commands[name], options.episodes, allow_writes=options.allow_writes))
        show(console, reports)
    return 0 if all(map(is_clean, reports)) else 1


if __name__ == "__main__":
    sys.exit(main())
