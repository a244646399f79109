"""What becomes of scenarios, category by category: how fast they are made, what is rejected and why, who wins them.

    python -m benchmarks.scenarios --seeds 20
    python -m benchmarks.scenarios path/to/documents --seeds 2

Each document, or API of the catalogue, is measured in a process of its own, one after another, so memory stays that
of the largest. Its episodes are made once, timed by the processor, and played by the reference solver and by random
valid calls. An attempt is rejected when it cannot be drafted, when its reference solution fails, or when something
succeeds that must fail.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agents.policy import Policy
from agents.rollout import play
from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.core.errors import InfToolError, ScenarioError
from inftool_env.core.jsonl import to_json
from inftool_env.core.tool import Toolset
from inftool_env.envs.episode import Episode
from inftool_env.envs.partition import partition, take_group
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.author import CATEGORIES, TemplateAuthor
from inftool_env.specs.access import Access
from inftool_env.specs.load import read_spec
from inftool_env.specs.reading import UnknownFormatError
from inftool_env.validation.folder import documents_in
from inftool_env.validation.grid import open_console, percent, show

FLOOR_LIMIT = 0.03
"""Random calls must succeed in a smaller share of every category."""
_REASONS_SHOWN = 3
"""Of each category."""


@dataclass(slots=True, kw_only=True)
class Course:
    """What became of the scenarios of one category; counts add up."""

    wanted: int = 0
    """Episodes that were asked for."""
    made: int = 0
    seconds: float = 0.0
    """Processor time of all of them, those that could not be made too."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Attempts by reason; several may go into one scenario."""
    won: int = 0
    """By the reference solver."""
    lucky: int = 0
    """Won by random calls."""
    losses: list[str] = field(default_factory=list)
    """Up to a few scenarios that the reference solver lost, and why."""

    def add(self, other: "Course") -> None:
        """Count the other one's scenarios too."""
        self.wanted += other.wanted
        self.made += other.made
        self.seconds += other.seconds
        self.rejected = dict(Counter(self.rejected) + Counter(other.rejected))
        self.won += other.won
        self.lucky += other.lucky
        self.losses = (self.losses + other.losses)[:_REASONS_SHOWN]

    @property
    def attempts(self) -> int:
        """Scenarios and rejected attempts."""
        return self.made + sum(self.rejected.values())

    @property
    def rate(self) -> float:
        """Scenarios made in a second of one processor."""
        return self.made / self.seconds if self.seconds else 0.0


Courses = dict[str, Course]
"""By category."""


def measure(toolset: Toolset, seeds: int) -> Courses:
    """Make and play so many scenarios of every category that the toolset admits."""
    reasons: dict[str, Counter[str]] = {}
    author = TemplateAuthor(
        on_rejected=lambda category, error: reasons.setdefault(category, Counter()).update([group(error)])
    )
    environment = ToolEnv(toolset, author=author)
    courses: Courses = {}
    for category in environment.categories:
        course, opened, seconds = Course(wanted=seeds), list[int](), 0.0
        for seed in range(seeds):
            began = time.process_time()
            try:
                environment.open(seed, category=category)
                opened.append(seed)
            except ScenarioError:
                pass  # its attempts have been counted
            seconds += time.process_time() - began
        course.seconds, course.made = seconds, len(opened)
        course.rejected = dict(reasons.get(category, {}))
        openers = [partial(environment.open, seed, category=category) for seed in opened]
        course.won, course.losses = _play(OraclePolicy(), openers)
        course.lucky, _ = _play(RandomPolicy(0), openers)
        courses[category] = course
    return courses


def group(error: ScenarioError) -> str:
    """Why an attempt was rejected, without the names and values that differ from one to the next.

    >>> group(
    ...     ScenarioError(
    ...         "pets/simple-1/train/7: the reference solution fails: 'x' was not called. Expected more."
    ...     )
    ... )
    'the reference solution fails: a call was not made'
    >>> group(
    ...     ScenarioError("pets.get_pet: its answer decides nothing; expected one of a, b. Try another seed.")
    ... )
    'its answer decides nothing'
    """
    text = re.sub(r"^[\w.-]+(?:/[\w./-]+)?: ", "", str(error))
    for told, name in _GROUPS:
        if told in text:
            return name
    return re.split(r"[;:{(\[]|\. ", text)[0].strip()[:80]


_GROUPS = (
    ("a solution that must fail succeeds", "a solution that must fail succeeds"),
    ("was not called", "the reference solution fails: a call was not made"),
    ("the reference solution fails", "the reference solution fails: another check"),
    ("returned no new", "an answer holds no new value to hand on"),
    ("the server answers", "the server refuses a call of the reference solution"),
    ("can meet", "no call of the solution can meet the fault"),
    ("does not get over the faults", "the solution does not get over its faults"),
)
"""What a reason says, and what its kind is called; the first that fits."""


def _play(policy: Policy, openers: Sequence[partial[Episode]]) -> tuple[int, list[str]]:
    """How many episodes the policy wins, and why it loses the first of the others."""
    trajectories = play(policy, openers)
    lost = [each for each in trajectories if each.reward != 1.0]
    return len(trajectories) - len(lost), [
        f"{each.scenario_id}: {each.verdict.why}" for each in lost[:_REASONS_SHOWN]
    ]


def measure_source(source: str, seeds: int, folder: Path | None) -> Courses:
    """What becomes of the scenarios of one API of the catalogue, or of all environments of one document.

    Raises:
        InfToolError: the document cannot be read, or holds nothing to play with.
    """
    total: Courses = {}
    for toolset in _toolsets(source, folder):
        for category, course in measure(toolset, seeds).items():
            total.setdefault(category, Course()).add(course)
    return total


def _toolsets(source: str, folder: Path | None) -> Iterator[Toolset]:
    if folder is None:
        yield load_toolset(source)
        return
    whole = read_spec(Path(source), access=Access(folders=(folder,))).toolset
    for part in partition(whole):
        yield take_group(whole, part)


def measure_apart(source: str, seeds: int, folder: Path | None) -> Courses:
    """``measure_source`` in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(measure_source, source, seeds, folder).result()


def table(total: Mapping[str, Course]) -> Table:
    """A category a row: how many, how fast, how many attempts were rejected, and who won."""
    shown = Table(title="scenarios", title_justify="left")
    shown.add_column("category")
    for header in ("wanted", "made", "per CPU s", "rejected", "% of attempts", "oracle %", "random %"):
        shown.add_column(header, justify="right")
    whole = Course()
    for category in (name for name in CATEGORIES if name in total):
        shown.add_row(category, *_cells(total[category]))
        whole.add(total[category])
    shown.add_section()
    shown.add_row("all", *_cells(whole))
    return shown


def _cells(course: Course) -> list[str]:
    rejected = sum(course.rejected.values())
    return [
        f"{course.wanted:,}",
        f"{course.made:,}",
        f"{course.rate:,.0f}",
        f"{rejected:,}",
        percent(rejected, course.attempts),
        percent(course.won, course.made),
        percent(course.lucky, course.made),
    ]


def reasons_table(total: Mapping[str, Course]) -> Table:
    """Why attempts were rejected: the commonest reasons of each category."""
    shown = Table("category", "rejected", "why", title="rejected attempts", title_justify="left")
    for category in (name for name in CATEGORIES if name in total):
        reasons = sorted(total[category].rejected.items(), key=lambda one: (-one[1], one[0]))
        for reason, times in reasons[:_REASONS_SHOWN]:
            shown.add_row(category, f"{times:,}", reason)
        if rest := sum(times for _, times in reasons[_REASONS_SHOWN:]):
            shown.add_row(category, f"{rest:,}", f"{len(reasons) - _REASONS_SHOWN} other reasons")
    return shown


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when the reference solver loses, or random calls win too often."""
    parser = argparse.ArgumentParser(description="What becomes of scenarios, category by category.")
    parser.add_argument("folder", nargs="?", type=Path, help="of documents; the catalogue when left out")
    parser.add_argument(
        "--seeds", type=int, default=20, help="scenarios of each category of each environment"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object in place of the tables")
    options = parser.parse_args(arguments)
    sources = (
        catalogue_apis() if options.folder is None else [str(path) for path in documents_in(options.folder)]
    )
    total: Courses = {}
    for number, source in enumerate(sources, start=1):
        sys.stderr.write(f"{number}/{len(sources)} {source}\n")
        try:
            found = measure_apart(source, options.seeds, options.folder)
        except UnknownFormatError:
            continue  # a part of a document in several files
        except (InfToolError, BrokenProcessPool) as error:
            sys.stderr.write(f"left out: {error}\n")
            continue
        for category, course in found.items():
            total.setdefault(category, Course()).add(course)
    if options.json:
        sys.stdout.write(to_json(total) + "\n")
    else:
        _show(open_console(), total)
    return 0 if total and all(map(_holds, total.values())) else 1


def _show(console: Console, total: Courses) -> None:
    show(console, table(total))
    show(console, reasons_table(total))
    for course in total.values():
        for loss in course.losses:
            console.print(f"lost by the reference solver: {loss}")


def _holds(course: Course) -> bool:
    return course.won == course.made and course.lucky < FLOOR_LIMIT * max(1, course.made)


if __name__ == "__main__":
    sys.exit(main())
