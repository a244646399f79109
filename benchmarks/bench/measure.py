"""One agent on one suite, from the first episode to the report; goes on where a killed run stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from benchmarks.bench.agent import Agent
from benchmarks.bench.floor import floors_of
from benchmarks.bench.folder import RunIdentity, claim, episodes_path, write_report
from benchmarks.bench.progress import shown
from benchmarks.bench.record import EpisodeRecord, Journal
from benchmarks.bench.report import Prices, Report, report_of
from benchmarks.bench.runner import plan_of, run_plan
from benchmarks.bench.suite import Suite, Task
from inftool_env.core.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What is played, and how."""

    agent: str
    """As it was given."""
    options: dict[str, str]
    """What the agent is told; part of the run's identity."""
    categories: tuple[str, ...] = ()
    """All where empty."""
    limit: int | None = None
    """Tasks of each category, at most; None for all."""
    repeats: int | None = None
    """Tries at each task; None for the suite's own number."""
    concurrency: int = 8
    prices: Prices = field(default_factory=Prices)
    command: str = ""


def measure(
    suite: Suite,
    agent: Agent,
    what: Measurement,
    folder: Path,
    *,
    resume: bool,
    floors: Path,
    console: Console,
) -> Report:
    """Play what is not played yet, and write the report.

    Args:
        suite: The tasks.
        agent: Whoever is measured.
        what: Which tasks, and how often.
        folder: Of this agent on this suite.
        resume: Whether to go on with the run that is there.
        floors: Where the success of agents that know nothing is kept.
        console: For the progress.

    Raises:
        ConfigError: the folder belongs to another run, or the suite knows no such category.
    """
    categories = chosen(suite, what.categories)
    repeats = what.repeats or suite.repeats
    identity = RunIdentity(
        suite=suite.name,
        version=suite.version,
        agent=what.agent,
        categories=categories,
        limit=what.limit,
        repeats=repeats,
        options=what.options,
    )
    tasks = tasks_of(suite, categories, what.limit)
    claim(folder, identity, resume=resume)
    plan = plan_of(tasks, repeats)
    with Journal(episodes_path(folder)) as journal, shown(console, suite.name, len(plan)) as told:
        records = journal.read()

        def keep(record: EpisodeRecord) -> None:
            journal.add([record])
            records.append(record)
            successes = sum(one.success for one in records)
            told(len(records), successes, sum(bool(one.error) for one in records))

        done = {(record.task, record.repeat) for record in records}
        run_plan(plan, agent, done=done, at_once=what.concurrency, on_ended=keep)
    report = report_of(
        suite,
        agent.name,
        records,
        prices=what.prices,
        floors=floors_of(suite, tasks, floors),
        notes=_notes(what),
        command=what.command,
    )
    write_report(folder, report)
    return report


def tasks_of(suite: Suite, categories: Sequence[str], limit: int | None) -> list[Task]:
    """The first tasks of each category."""
    return [task for category in categories for task in suite.tasks(category)[:limit]]


def chosen(suite: Suite, categories: Sequence[str]) -> tuple[str, ...]:
    """The categories asked for, in the suite's order; all where none is.

    Raises:
        ConfigError: the suite does not know one.
    """
    unknown = [name for name in categories if name not in suite.categories]
    if unknown:
        raise ConfigError(
            f"bench {suite.name}: category {unknown[0]!r} is unknown; expected some of "
            f"{', '.join(suite.categories)}. Correct --categories."
        )
    return tuple(name for name in suite.categories if name in categories or not categories)


def _notes(what: Measurement) -> tuple[str, ...]:
    return () if what.limit is None else (f"Only the first {what.limit} tasks of each category were tried.",)
