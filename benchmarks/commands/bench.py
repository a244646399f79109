"""``inftool bench``: measure any agent on suites of tasks, with uncertainty, floors and every episode kept."""

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console

from benchmarks.bench.agents.registry import AgentOptions, make_agent
from benchmarks.bench.compare import Comparison, compare_folders
from benchmarks.bench.compare import to_table as comparison_table
from benchmarks.bench.contamination import Overlap, overlap
from benchmarks.bench.contamination import to_table as overlap_table
from benchmarks.bench.floor import cache_folder
from benchmarks.bench.measure import Measurement, chosen, measure, tasks_of
from benchmarks.bench.report import Prices, Report
from benchmarks.bench.suite import Suite
from benchmarks.bench.suites import SUITES
from benchmarks.bench.tables import add_to_leaderboard, percent, to_table
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json


@dataclass(frozen=True, kw_only=True)
class BenchConfig:
    """What is tried."""

    categories: tuple[str, ...] = ()
    """Only these; all when left out."""
    limit: Annotated[int | None, tyro.conf.arg(aliases=["-n"])] = None
    """Tasks of each category, at most."""
    repeats: Annotated[int | None, tyro.conf.arg(aliases=["-k"])] = None
    """Tries at each task; the suite's own number when left out."""
    prompt_usd: float = 0.0
    """Price of a million tokens that the agent reads."""
    completion_usd: float = 0.0
    """Price of a million tokens that it writes."""

    def __post_init__(self) -> None:
        if (self.limit is not None and self.limit < 1) or (self.repeats is not None and self.repeats < 1):
            raise ConfigError(
                f"bench: limit {self.limit}, repeats {self.repeats}; expected 1 or more. Give larger ones."
            )


_TOLD = AgentOptions()


def run(
    suites: tuple[str, ...] = (),
    /,
    *,
    agent: str = "",
    out: Path = Path("runs/bench"),
    resume: bool = False,
    json_: Annotated[bool, tyro.conf.arg(name="json")] = False,
    leaderboard: Path | None = None,
    compare: tuple[Path, Path] | None = None,
    against: Path | None = None,
    config: Annotated[BenchConfig, tyro.conf.arg(name="")] = BenchConfig(),
    options: Annotated[AgentOptions, tyro.conf.arg(name="")] = _TOLD,
) -> int:
    """Measure an agent, show the tables, and write them with every episode to OUT/SUITE.

    Args:
        suites: Names of suites; one or more.
        agent: ``oracle``, ``random``, ``empty``, ``replay:FOLDER``, the address of an OpenAI-compatible endpoint,
            ``module:function``, or the folder of a model.
        out: A folder for one folder a suite; made when absent.
        resume: Go on with the run that is there.
        json_: Print the reports as JSON instead of tables.
        leaderboard: A Markdown file that gets a row for each suite.
        compare: Two folders that ``--out`` named: tell whether their agents differ, and measure nothing.
        against: Folder of a training: tell what of the suites stands in its data, and measure nothing.
        config: What is tried.
        options: What the agent is told.
    """
    if compare is not None:
        show_comparisons(compare_folders(*compare), as_json=json_)
        return 0
    if against is not None:
        show_overlaps([_overlap(name, against, config) for name in known(suites)], as_json=json_)
        return 0
    if not agent:
        raise ConfigError("bench: no agent; expected who is measured. Give --agent, as --agent tiny.")
    reports = []
    for name in known(suites):
        with closing(SUITES[name]()) as suite:
            reports.append(_measure(suite, agent, out / name, resume, config, options))
    for report in reports:
        if leaderboard is not None:
            add_to_leaderboard(leaderboard, report)
    show(reports, out, as_json=json_)
    return 1 if all(report.overall.errors == report.overall.tries for report in reports) else 0


def known(suites: Sequence[str]) -> tuple[str, ...]:
    """The names of suites, each once.

    Raises:
        ConfigError: there is no such suite, or none is named.
    """
    unknown = [name for name in suites if name not in SUITES]
    if unknown or not suites:
        raise ConfigError(
            f"bench: suite {unknown[0] if unknown else ''!r} is unknown; expected some of {', '.join(SUITES)}. "
            "Correct the name."
        )
    return tuple(dict.fromkeys(suites))


def show(reports: Sequence[Report], out: Path, *, as_json: bool) -> None:
    """Write the tables, or all numbers as JSON."""
    if as_json:
        _write_json(reports)
        return
    console = Console()
    for report in reports:
        console.print(to_table(report))
        for name, value in report.totals.items():
            floors = ", ".join(
                f"{agent} {percent(totals[name])}"
                for agent, totals in report.floor_totals.items()
                if name in totals
            )
            console.print(f"{name}: {percent(value)} ({floors})", highlight=False)
        for note in report.notes:
            console.print(note, highlight=False)
        console.print(f"Episodes and reports: {out / report.suite}\n", highlight=False, soft_wrap=True)


def show_comparisons(comparisons: Sequence[Comparison], *, as_json: bool) -> None:
    """Write the tables, or all numbers as JSON."""
    if as_json:
        _write_json(comparisons)
        return
    for comparison in comparisons:
        Console().print(comparison_table(comparison))


def show_overlaps(overlaps: Sequence[Overlap], *, as_json: bool) -> None:
    """Write the tables, or all numbers as JSON."""
    if as_json:
        _write_json(overlaps)
        return
    for found in overlaps:
        Console().print(overlap_table(found))


def _write_json(records: Sequence[object]) -> None:
    sys.stdout.write(json.dumps([json.loads(to_json(record)) for record in records], indent=2) + "\n")


def _overlap(name: str, folder: Path, config: BenchConfig) -> Overlap:
    with closing(SUITES[name]()) as suite:
        return overlap(name, tasks_of(suite, chosen(suite, config.categories), config.limit), folder)


def _measure(
    suite: Suite, agent: str, folder: Path, resume: bool, config: BenchConfig, options: AgentOptions
) -> Report:
    # How many ask at once, and how long they wait, changes no answer.
    told = {name: str(value) for name, value in asdict(options).items() if name not in _NO_IDENTITY}
    what = Measurement(
        agent=agent,
        options=told,
        categories=config.categories,
        limit=config.limit,
        repeats=config.repeats,
        concurrency=options.concurrency,
        prices=Prices(prompt_usd=config.prompt_usd, completion_usd=config.completion_usd),
        command=shlex.join(("inftool", *sys.argv[1:])),
    )
    with closing(make_agent(agent, options, suite.name)) as player:
        return measure(
            suite,
            player,
            what,
            folder,
            resume=resume,
            floors=cache_folder(),
            console=Console(stderr=True),
        )


_NO_IDENTITY = frozenset({"concurrency", "timeout_s", "retries", "key_variable"})
