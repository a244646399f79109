"""Turns a second of the environment itself, policy not counted, beside verifiers' in-process loop.

    python -m benchmarks.speed.environments [--peer .venv-verifiers/bin/python] [--json]

An episode is three tool calls, the words after each, and a user who goes on: reference solutions of ``multi_turn``, with
all gates, checks and the verdict at the end. ``episode`` steps one after the other; ``vector`` steps many side by side.
The peer plays three tool calls and a text against a scripted model of its own; only its own process is counted. Rates are
turns (assistant messages) a second of processor time, from the median repeat; all sides take turns.
"""

import argparse
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import gymnasium as gym
from rich.console import Console
from rich.table import Table

import inftool_env  # noqa: F401 - registers the environments
from inftool_env.core.scenario import Scenario
from inftool_env.envs.actions import render_action
from inftool_env.envs.vector_env import ToolVectorEnv

API = "bank-api"
CALLS = 3
PEER_EPISODES = 48
Work = Callable[[], int]
"""Does the work once; returns the turns that were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One side's rate."""

    side: str
    turns_per_cpu_s: float
    microseconds: float
    """Of processor time for a turn."""


class Script:
    """Scenarios with their reference actions, written before the clock runs."""

    def __init__(self, episodes: int) -> None:
        envs = gym.make_vec(f"InfTool/{API}-v0", num_envs=episodes, categories=["multi_turn"])
        assert isinstance(envs, ToolVectorEnv), "ours is the vector entry point"
        self._envs, self._env = envs, envs.env
        self._seeds: list[int] = []
        self._scenarios: list[Scenario] = []
        for seed in count():
            scenario = self._env.open(seed).scenario
            if sum(len(turn.calls) for turn in scenario.solution) == CALLS:
                self._seeds.append(seed)
                self._scenarios.append(scenario)
            if len(self._seeds) == episodes:
                break
        self._actions = [
            [render_action(turn.content, turn.calls) for turn in scenario.solution]
            for scenario in self._scenarios
        ]

    def one_by_one(self) -> int:
        """Every episode from its opening to its verdict, one after the other."""
        for seed, scenario, actions in zip(self._seeds, self._scenarios, self._actions, strict=True):
            episode = self._env.open(seed, scenario=scenario)
            for action in actions:
                episode.step(action)
            assert episode.verdict.success, "the reference solution succeeds"
        return sum(map(len, self._actions))

    def side_by_side(self) -> int:
        """All episodes at once, as members of a vector environment."""
        self._envs.reset(seed=self._seeds)
        for turn in range(max(map(len, self._actions))):
            self._envs.step([actions[turn] if turn < len(actions) else "" for actions in self._actions])
        assert all(episode.verdict.success for episode in self._envs.episodes), "reference solutions succeed"
        return sum(map(len, self._actions))


def timed(side: str, work: Work) -> Speed:
    """One repeat of work in this process."""
    begin = time.process_time()
    turns = work()
    seconds = time.process_time() - begin
    return Speed(side=side, turns_per_cpu_s=turns / seconds, microseconds=1e6 * seconds / turns)


def ask_peer(python: str, episodes: int) -> Speed:
    """One repeat of the peer, in an interpreter that has it."""
    worker = Path(__file__).with_name("environments_verifiers.py")
    done = subprocess.run(
        [python, "-I", str(worker), str(episodes), str(CALLS)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    seconds, turns = told["cpu_s"], told["turns"]
    return Speed(side="verifiers", turns_per_cpu_s=turns / seconds, microseconds=1e6 * seconds / turns)


def measure(episodes: int, repeats: int, peer: str | None) -> list[Speed]:
    """The median of each side, its repeats taken in turns with the others'."""
    script = Script(episodes)
    script.one_by_one()
    script.side_by_side()
    found: dict[str, list[Speed]] = {}
    for _ in range(repeats):
        speeds = [timed("episode", script.one_by_one), timed("vector", script.side_by_side)]
        if peer is not None:
            speeds.append(ask_peer(peer, PEER_EPISODES))
        for speed in speeds:
            found.setdefault(speed.side, []).append(speed)
    return [sorted(speeds, key=lambda one: one.microseconds)[len(speeds) // 2] for speeds in found.values()]


def main() -> None:
    """Measure, and show the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=256, help="side by side")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peer", help="Python interpreter with verifiers installed")
    parser.add_argument("--json", action="store_true", help="the rates as JSON")
    options = parser.parse_args()
    if options.peer is not None and shutil.which(options.peer) is None:
        parser.error(f"{options.peer} is no program; expected an interpreter with verifiers 0.4")
    speeds = measure(options.episodes, options.repeats, options.peer)
    if options.json:
        print(json.dumps([asdict(speed) for speed in speeds]))  # noqa: T201
        return
    table = Table("side", "turns a CPU second", "microseconds a turn", "times verifiers")
    slowest = {speed.side: speed.turns_per_cpu_s for speed in speeds}.get("verifiers")
    for speed in speeds:
        ratio = "-" if slowest is None else f"{speed.turns_per_cpu_s / slowest:,.1f}"
        table.add_row(speed.side, f"{speed.turns_per_cpu_s:,.0f}", f"{speed.microseconds:,.0f}", ratio)
    Console().print(table)


if __name__ == "__main__":
    main()
