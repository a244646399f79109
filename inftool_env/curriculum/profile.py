"""Where a policy fails, and how: counted from its trajectories."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inftool_env.core.trajectory import Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.curriculum.rates import Rate, measure_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCell:
    """How often one category fails in one way."""

    category: str
    kind: FailureKind
    failures: Rate
    """``successes`` counts the episodes that failed this way, ``tries`` all of the category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCell:
    """How often a category fails where the reference solution uses one tool."""

    category: str
    tool: str
    failures: Rate
    """``successes`` counts the failed episodes whose solution uses the tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureProfile:
    """What the curriculum knows about a policy; unscorable episodes count nowhere but in ``unscorable``."""

    episodes: int
    """Scorable episodes."""
    unscorable: int
    categories: dict[str, Rate]
    """Success per category, in alphabetical order."""
    cells: tuple[FailureCell, ...]
    """Every failure that occurred, the most frequent of a category first."""
    tools: tuple[ToolCell, ...]
    """Every tool whose scenarios failed, the most failed of a category first; empty when solutions are unknown."""

    @classmethod
    def from_trajectories(
        cls, trajectories: Iterable[Trajectory], solutions: Mapping[str, Iterable[str]] | None = None
    ) -> "FailureProfile":
        """Count the failures of some episodes.

        Args:
            trajectories: Episodes of the policy; of training scenarios, or the curriculum would learn the test.
            solutions: The tools that the reference solution uses, by scenario id.
        """
        tries: Counter[str] = Counter()
        kinds: Counter[tuple[str, FailureKind]] = Counter()
        tool_tries: Counter[tuple[str, str]] = Counter()
        tool_failures: Counter[tuple[str, str]] = Counter()
        unscorable = 0
        for trajectory in trajectories:
            verdict, category = trajectory.verdict, trajectory.category
            if not verdict.scorable:
                unscorable += 1
                continue
            tries[category] += 1
            if not verdict.success:
                kinds[category, verdict.failure] += 1
            for tool in set((solutions or {}).get(trajectory.scenario_id, ())):
                tool_tries[category, tool] += 1
                tool_failures[category, tool] += not verdict.success
        failed = Counter[str]()
        for (category, _), count in kinds.items():
            failed[category] += count
        cells = [
            FailureCell(category=category, kind=kind, failures=measure_rate(count, tries[category]))
            for (category, kind), count in kinds.items()
        ]
        tools = [
            ToolCell(category=category, tool=tool, failures=measure_rate(count, tool_tries[category, tool]))
            for (category, tool), count in tool_failures.items()
            if count
        ]
        return cls(
            episodes=tries.total(),
            unscorable=unscorable,
            categories={
                name: measure_rate(tries[name] - failed[name], tries[name]) for name in sorted(tries)
            },
            cells=tuple(sorted(cells, key=lambda cell: (cell.category, -cell.failures.successes, cell.kind))),
            tools=tuple(sorted(tools, key=lambda cell: (cell.category, -cell.failures.low, cell.tool))),
        )

    @property
    def macro(self) -> float:
        """Mean of the categories' success rates; 0 without any."""
        rates = [rate.value for rate in self.categories.values()]
        return sum(rates) / len(rates) if rates else 0.0

    def kinds_of(self, category: str) -> tuple[FailureCell, ...]:
        """How the category fails, most frequent first."""
        return tuple(cell for cell in self.cells if cell.category == category)

    def tools_of(self, category: str) -> tuple[ToolCell, ...]:
        """Where the category fails, surest first."""
        return tuple(cell for cell in self.tools if cell.category == category)
