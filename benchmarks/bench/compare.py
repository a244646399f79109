"""Two agents on the same tasks, category by category, with a test of significance."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from benchmarks.bench.folder import RUN, episodes_path, read_identity
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.significance import Difference, difference
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import read_jsonl

SURE = 0.05
"""Above this p-value a difference may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs of one version of one suite."""

    suite: str
    version: str
    first: str
    """As the agents were given."""
    second: str
    overall: Difference
    """Over all tasks, each counting the same."""
    categories: dict[str, Difference]
    left_out: int
    """Tasks that only one of the two has tried."""


def compare_folders(first: Path, second: Path) -> list[Comparison]:
    """Compare every suite that both folders hold.

    Args:
        first: As ``--out`` named it.
        second: The same of the other agent.

    Raises:
        ConfigError: they have no suite in common, or of different versions.
    """
    ours, theirs = _suites(first), _suites(second)
    shared = [name for name in ours if name in theirs]
    if not shared:
        raise ConfigError(
            f"{first} holds runs of {', '.join(ours) or 'nothing'}, {second} of {', '.join(theirs) or 'nothing'}; "
            "expected a suite in common. Measure both agents on one."
        )
    return [_compare(ours[name], theirs[name]) for name in shared]


def to_table(comparison: Comparison) -> Table:
    """The comparison for a terminal."""
    title = f"{comparison.second} less {comparison.first} on {comparison.version}"
    table = Table(title=escape(title), title_justify="left")
    table.add_column("category", no_wrap=True)
    for heading in ("tasks", "better", "worse", "points", "95 %", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in (*comparison.categories.items(), (OVERALL_TASKS, comparison.overall)):
        if one is comparison.overall:
            table.add_section()
        mark = "*" if one.p_value < SURE else ""
        table.add_row(
            name,
            f"{one.tasks:,}",
            f"{one.better:,}",
            f"{one.worse:,}",
            f"{100 * one.mean:+.1f}",
            f"{100 * one.low:+.1f} to {100 * one.high:+.1f}",
            f"{one.p_value:.4f}{mark}",
        )
    sure = "A difference" if comparison.overall.p_value < SURE else "No difference that chance could not make"
    table.caption = (
        f"{sure}; {comparison.overall.test}. * p below {SURE}; of {len(comparison.categories)} categories some pass "
        "that by chance."
        + (f" {comparison.left_out} tasks that only one tried are left out." if comparison.left_out else "")
    )
    table.caption_justify = "left"
    return table


OVERALL_TASKS = "all tasks"


def _suites(folder: Path) -> dict[str, Path]:
    """The runs in a folder, by the suite's name."""
    return {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{RUN}"))}


def _compare(first: Path, second: Path) -> Comparison:
    ours, theirs = read_identity(first), read_identity(second)
    if ours.version != theirs.version:
        raise ConfigError(
            f"{first} is of {ours.version}, {second} of {theirs.version}; expected one version. Measure one of them anew."
        )
    means, others = _means(first), _means(second)
    shared = sorted(means.keys() & others.keys())
    categories = dict.fromkeys(name for name in ours.categories if any(key[0] == name for key in shared))
    return Comparison(
        suite=ours.suite,
        version=ours.version,
        first=ours.agent,
        second=theirs.agent,
        overall=difference([means[key] for key in shared], [others[key] for key in shared]),
        categories={
            name: difference(
                [means[key] for key in shared if key[0] == name],
                [others[key] for key in shared if key[0] == name],
            )
            for name in categories
        },
        left_out=len(means.keys() ^ others.keys()),
    )


def _means(folder: Path) -> Mapping[tuple[str, str], float]:
    """Share of successes by category and task."""
    tries: dict[tuple[str, str], list[bool]] = {}
    for record in read_jsonl(episodes_path(folder), EpisodeRecord):
        tries.setdefault((record.category, record.task), []).append(record.success)
    return {key: sum(found) / len(found) for key, found in tries.items()}
