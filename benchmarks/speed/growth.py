"""How costs grow: with episodes side by side, group size, turns, tools in sight, and the length of the context.

    python -m benchmarks.speed.growth [--json] [--plot docs/images/growth.svg]

Every line is a cost for one unit of work in processor time, so a flat line is linear growth. The environment's lines
(``episodes``, ``tools``) need no model; the others sample from the embedded policy, whose every turn is made to write
the same number of tokens.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

import torch
from rich.console import Console
from rich.table import Table

from agents import tiny
from agents.chat_template import ChatTemplate
from agents.rollout import play
from agents.samplers.fitting import sampler_for
from agents.samplers.turn_sampler import TurnSampler
from agents.sampling import Prompt, SamplingConfig
from agents.scripted import OraclePolicy
from benchmarks.speed.environments import Script
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.envs.episode import Episode
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.specs.invent import invent_toolset
from trainers.vocabulary import english

WRITTEN = 16
"""Tokens of a turn."""
OPENING = 128
"""Tokens of a conversation's first prompt."""
READ = 24
"""Tokens that a conversation grows by between two turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a unit of work costs at one size."""

    axis: str
    """What grows."""
    size: int
    unit: str
    microseconds: float
    """Of processor time for a unit."""


Measure = Callable[[int], Callable[[], int]]
"""For a size, prepares the work; doing it returns how many units that was."""


class Sampling:
    """The embedded policy, which never ends a turn early."""

    def __init__(self) -> None:
        model, tokenizer = tiny.load(tiny.TINY)
        self.sampler = sampler_for(model, tokenizer)
        assert isinstance(self.sampler, TurnSampler), "it runs in this process"
        self.sampler.stop_ids = frozenset()
        self._words = ChatTemplate(tokenizer).action_ids("which of the two places is nearer to the sea?")[:-1]
        self._config = SamplingConfig(max_new_tokens=WRITTEN, max_context_tokens=16_384)

    def text(self, tokens: int, seed: int) -> tuple[int, ...]:
        """Some text of this length; another one for every seed."""
        order = derive_seed("growth", seed) % len(self._words)
        words = self._words[order:] + self._words[:order]
        return (*(words[place % len(words)] for place in range(tokens - 1)), seed % 1000 + 100)

    def group(self, size: int) -> Callable[[], int]:
        """64 episodes' first turns, in groups of this size."""
        prompts = [Prompt(ids=self.text(4 * OPENING, at // size), seed=at) for at in range(64)]
        return lambda: len(self.sampler.sample(prompts, self._config))

    def turns(self, number: int) -> Callable[[], int]:
        """16 conversations of this many turns."""

        def converse() -> int:
            read = [self.text(OPENING, at) for at in range(16)]
            for turn in range(number):
                prompts = [
                    Prompt(ids=ids, seed=turn * 16 + at, conversation=at) for at, ids in enumerate(read)
                ]
                written = self.sampler.sample(prompts, self._config)
                read = [(*one.prompt_ids, *one.sampled_ids, *self.text(READ, turn)) for one in written]
            return 16 * number

        return converse

    def context(self, tokens: int) -> Callable[[], int]:
        """Four prompts of this length, read and answered."""
        prompts = [Prompt(ids=self.text(tokens, at), seed=at) for at in range(4)]
        return lambda: len(self.sampler.sample(prompts, self._config)) * tokens


def episodes(number: int) -> Callable[[], int]:
    """Reference solutions of that many episodes, as members of one vector environment."""
    script = Script(number)
    return script.side_by_side


def tools(number: int) -> Callable[[], int]:
    """64 reference solutions with that many tools in sight."""
    toolset = _large_toolset(number)
    scenarios = list(_scenarios(toolset, 64))
    openers = [_opener(replace(scenario, tools=toolset.names), toolset) for scenario in scenarios]

    def run() -> int:
        return sum(len(one.turns) for one in play(OraclePolicy(), openers))

    return run


def _opener(scenario: Scenario, toolset: Toolset) -> Callable[[], Episode]:
    return lambda: Episode(scenario, toolset)


def _large_toolset(number: int) -> Toolset:
    """Tools of several invented APIs as one."""
    found: dict[str, ToolSpec] = {}
    for seed in count():
        for tool in invent_toolset(seed, english().side(Split.TRAIN)).tools:
            found.setdefault(tool.name, tool)
            if len(found) == number:
                return Toolset(name="growth", title="Growth", tools=tuple(found.values()))
    raise AssertionError("the seeds do not end")


def _scenarios(toolset: Toolset, wanted: int) -> Iterator[Scenario]:
    author = TemplateAuthor()
    for seed in range(wanted):
        yield author.write(toolset, ScenarioRequest(category="simple"), seed, Split.TRAIN)


def axes() -> dict[str, tuple[str, Sequence[int], Measure]]:
    """What grows: its unit of work, its sizes, and how to measure one."""
    sampling = Sampling()
    return {
        "episodes": ("turn", (1, 4, 16, 64, 256, 1024, 4096), episodes),
        "tools": ("turn", (4, 8, 16, 32, 64, 128), tools),
        "group": ("episode's first turn", (2, 4, 8, 16, 32, 64), sampling.group),
        "turns": ("turn", (1, 2, 4, 8, 16), sampling.turns),
        "context": ("token read", (256, 512, 1024, 2048, 4096, 8192), sampling.context),
    }


def measure(repeats: int) -> list[Point]:
    """Every size of every axis."""
    points = []
    for axis, (unit, sizes, prepare) in axes().items():
        works = [(size, prepare(size)) for size in sizes]
        costs: dict[int, list[float]] = {size: [] for size in sizes}
        for repeat in range(repeats + 1):
            for size, work in works:
                begun = time.process_time()
                units = work()
                if repeat:  # the first round warms up
                    costs[size].append(1e6 * (time.process_time() - begun) / units)
        points += [Point(axis=axis, size=size, unit=unit, microseconds=median(costs[size])) for size in sizes]
    return points


def plot(points: Sequence[Point], path: Path) -> None:
    """One small picture for each axis, in one file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = list(dict.fromkeys(point.axis for point in points))
    figure, places = pyplot.subplots(1, len(names), figsize=(3 * len(names), 2.6), layout="constrained")
    for name, place in zip(names, places, strict=True):
        line = [point for point in points if point.axis == name]
        place.plot([one.size for one in line], [one.microseconds for one in line], marker="o")
        place.set(title=name, xscale="log", xlabel=name, ylabel=f"µs a {line[0].unit}")
        place.set_ylim(bottom=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, and show."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--plot", type=Path, help="draw them into this file")
    parser.add_argument("--json", action="store_true", help="the costs as JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    points = measure(options.repeats)
    if options.plot is not None:
        plot(points, options.plot)
    if options.json:
        print(json.dumps([asdict(point) for point in points]))  # noqa: T201
        return
    table = Table("what grows", "size", "unit", "microseconds a unit", "times the smallest size's")
    first = {point.axis: point.microseconds for point in reversed(points)}
    for point in points:
        ratio = point.microseconds / first[point.axis]
        table.add_row(point.axis, str(point.size), point.unit, f"{point.microseconds:,.1f}", f"{ratio:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
