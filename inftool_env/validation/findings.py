"""What was found of a document, its environments and their tools: records with their counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from inftool_env.specs.reading import SkippedOperation

IRRELEVANCE = "irrelevance"
"""The category whose scenarios call nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of several tries went well."""

    tried: int = 0
    good: int = 0
    trouble: str = ""
    """The first try that did not, in one sentence; empty when all did."""

    @property
    def is_whole(self) -> bool:
        """Whether there was a try, and none failed."""
        return 0 < self.tried == self.good

    @property
    def share(self) -> float:
        """The part that went well, in [0, 1]; 1 when nothing was tried."""
        return self.good / self.tried if self.tried else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinding:
    """One tool of one environment."""

    tool: str
    schemas: Tally
    """Its schemas, of arguments and of results, against the metaschema of 2020-12."""
    arguments: Tally
    """Arguments drawn from the schema, against the schema."""
    answers: Tally
    """Valid calls, and whether the server answered with a result as the document describes it."""
    categories: tuple[str, ...]
    """Those in which a solvable scenario calls it."""
    obstacle: str = ""
    """Why no scenario calls it; empty when one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFinding:
    """One environment of the document."""

    name: str
    tools: tuple[ToolFinding, ...]
    categories: tuple[str, ...]
    """Those that its episodes draw from."""
    written: tuple[str, ...]
    """Those of which there was an episode."""
    obstacles: dict[str, str]
    """Why the tools do not admit the other categories, and the kinds of ``faults`` that no scenario can meet."""
    gold: Tally
    """Episodes, and whether the reference solution earned the reward 1."""
    repeats: Tally
    """Episodes, and whether a second environment gave the same bytes for the same seed."""
    open_s: float = 0.0
    """Median processor time to open an episode."""
    gym_trouble: str = ""
    """What Gymnasium's ``check_env`` has against it; empty when nothing."""
    digest: str = ""
    """Hash of the episodes played, to compare processes and machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFinding:
    """One document, or one registered environment."""

    source: str
    error: str = ""
    """Why it gives no environment; empty when it does."""
    is_entry: bool = True
    """False for a file that describes no API by itself, as a part of a document in several files."""
    format: str = ""
    size_bytes: int = 0
    operations: int = 0
    skipped: tuple[SkippedOperation, ...] = ()
    environments: tuple[EnvironmentFinding, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Processor time by stage, in their order; another program's work does not count."""
    read_peak_bytes: int = 0
    """The most memory that the process had held when the tools were there; 0 where it is not known."""
    peak_bytes: int = 0
    """The same at the end."""

    @property
    def tools(self) -> tuple[ToolFinding, ...]:
        """The tools of all environments."""
        return tuple(tool for environment in self.environments for tool in environment.tools)

    @property
    def read(self) -> Tally:
        """Operations, and whether they became tools."""
        trouble = next((f"{one.place}: {one.reason}" for one in self.skipped), "")
        return Tally(tried=self.operations, good=self.operations - len(self.skipped), trouble=trouble)

    @property
    def schemas(self) -> Tally:
        """Tools, and whether their schemas obey the metaschema."""
        return _whole((tool.tool, tool.schemas) for tool in self.tools)

    @property
    def arguments(self) -> Tally:
        """Tools, and whether all arguments drawn for them obey their schema."""
        return _whole((tool.tool, tool.arguments) for tool in self.tools)

    @property
    def answers(self) -> Tally:
        """Tools, and whether the server always answered as the document describes."""
        return _whole((tool.tool, tool.answers) for tool in self.tools)

    @property
    def solvable(self) -> Tally:
        """Tools, and whether a solvable scenario calls them."""
        lost = [f"{tool.tool}: {tool.obstacle}" for tool in self.tools if tool.obstacle]
        return Tally(tried=len(self.tools), good=len(self.tools) - len(lost), trouble=next(iter(lost), ""))

    @property
    def gold(self) -> Tally:
        """Episodes, and whether the reference solution earned the reward 1."""
        return sum_tallies(environment.gold for environment in self.environments)

    @property
    def repeats(self) -> Tally:
        """Episodes, and whether they gave the same bytes twice."""
        return sum_tallies(environment.repeats for environment in self.environments)

    @property
    def gym(self) -> Tally:
        """Environments, and whether ``check_env`` passes them."""
        return sum_tallies(
            Tally(tried=1, good=not one.gym_trouble, trouble=one.gym_trouble) for one in self.environments
        )

    def calls_in(self, category: str) -> int:
        """How many tools a solvable scenario of the category calls, or shows where it calls none."""
        return sum(
            category in tool.categories or (category == IRRELEVANCE and category in environment.written)
            for environment in self.environments
            for tool in environment.tools
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was looked at in one run."""

    documents: tuple[DocumentFinding, ...]


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """All tries of several tallies, with the first trouble of any."""
    each = list(tallies)
    return Tally(
        tried=sum(tally.tried for tally in each),
        good=sum(tally.good for tally in each),
        trouble=next((tally.trouble for tally in each if tally.trouble), ""),
    )


def _whole(tallies: Iterable[tuple[str, Tally]]) -> Tally:
    """One try a tool, which went well when all of the tool's own did."""
    return sum_tallies(
        Tally(tried=1, good=tally.is_whole, trouble=tally.trouble and f"{name}: {tally.trouble}")
        for name, tally in tallies
    )
