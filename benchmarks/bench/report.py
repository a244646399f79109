"""The numbers of a run, from its episodes alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.bench.estimates import Estimate, Tally, estimate, macro_estimate, pass_at, pass_hat
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Of a million tokens, in dollars."""

    prompt_usd: float = 0.0
    completion_usd: float = 0.0

    def of(self, records: Sequence[EpisodeRecord]) -> float:
        """What the episodes cost, in dollars."""
        read = sum(record.prompt_tokens for record in records)
        written = sum(record.completion_tokens for record in records)
        return (read * self.prompt_usd + written * self.completion_usd) / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said of one category, or of all."""

    tasks: int
    tries: int
    success: Estimate
    pass_at: tuple[float, ...]
    """pass@1, pass@2, ... up to the tries at each task: one of so many succeeds."""
    pass_hat: tuple[float, ...]
    """pass^1, pass^2, ...: all of so many succeed."""
    errors: int
    """Tries without an answer of the agent; they are failures."""
    truncated: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    latency_median_s: float
    """Of one answer."""
    latency_p95_s: float
    failures: dict[str, int]
    """How often each kind of failure occurred, the commonest first."""
    floors: dict[str, float] = field(default_factory=dict)
    """Success of agents that know nothing, by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All numbers of one agent on one suite."""

    suite: str
    version: str
    agent: str
    overall: Line
    """Its success is the mean of the categories; all else is counted over all episodes."""
    categories: dict[str, Line]
    totals: dict[str, float]
    """The suite's own numbers over several categories."""
    floor_totals: dict[str, dict[str, float]]
    """The same of the agents that know nothing, by their names."""
    impossible: dict[str, str]
    """Tasks of this run that even the reference answer fails, and why."""
    notes: tuple[str, ...]
    command: str = ""
    """What was typed."""


Floors = Mapping[str, Mapping[str, float]]
"""Success of agents that know nothing: by agent, by category."""


def report_of(
    suite: Suite,
    agent: str,
    records: Sequence[EpisodeRecord],
    *,
    prices: Prices,
    floors: Floors,
    notes: Sequence[str] = (),
    command: str = "",
) -> Report:
    """Count. The order in which the episodes ended changes nothing."""
    records = sorted(records, key=lambda record: (record.task, record.repeat))
    by_category = {
        category: [record for record in records if record.category == category]
        for category in suite.categories
    }
    by_category = {category: found for category, found in by_category.items() if found}
    lines = {
        category: _line(
            found,
            prices,
            success=estimate(tallies(found)),
            floors={name: means[category] for name, means in floors.items() if category in means},
        )
        for category, found in by_category.items()
    }
    counts = {category: line.tasks for category, line in lines.items()}
    present = {record.task for record in records}
    return Report(
        suite=suite.name,
        version=suite.version,
        agent=agent,
        overall=_line(
            records,
            prices,
            success=macro_estimate([line.success for line in lines.values()]),
            floors={name: float(np.mean(list(means.values()))) for name, means in floors.items() if means},
        ),
        categories=lines,
        totals=dict(suite.totals({name: line.success.mean for name, line in lines.items()}, counts)),
        floor_totals={name: dict(suite.totals(means, counts)) for name, means in floors.items()},
        impossible={task: why for task, why in suite.impossible.items() if task in present},
        notes=(*suite.notes(tuple(lines)), *notes),
        command=command,
    )


def tallies(records: Sequence[EpisodeRecord]) -> list[Tally]:
    """The tries at each task, in the order of the tasks' names."""
    tries = Counter(record.task for record in records)
    successes = Counter(record.task for record in records if record.success)
    return [Tally(successes=successes[task], tries=tries[task]) for task in sorted(tries)]


def _line(
    records: Sequence[EpisodeRecord], prices: Prices, *, success: Estimate, floors: dict[str, float]
) -> Line:
    counted = tallies(records)
    most = min((tally.tries for tally in counted), default=0)
    latencies = [latency for record in records for latency in record.latencies_s]
    median, p95 = np.percentile(latencies, [50, 95]) if latencies else (0.0, 0.0)
    failures = Counter(record.failure for record in records if not record.success)
    return Line(
        tasks=len(counted),
        tries=len(records),
        success=success,
        pass_at=tuple(pass_at(counted, k) for k in range(1, most + 1)),
        pass_hat=tuple(pass_hat(counted, k) for k in range(1, most + 1)),
        errors=sum(bool(record.error) for record in records),
        truncated=sum(record.truncated for record in records),
        prompt_tokens=sum(record.prompt_tokens for record in records),
        completion_tokens=sum(record.completion_tokens for record in records),
        cost_usd=prices.of(records),
        latency_median_s=float(median),
        latency_p95_s=float(p95),
        failures=dict(sorted(failures.items(), key=lambda pair: (-pair[1], pair[0]))),
        floors=floors,
    )
