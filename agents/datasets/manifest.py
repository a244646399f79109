"""What a dataset's folder holds and how it came about: the record from which a run resumes."""

from collections.abc import Hashable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from agents.datasets.config import SynthConfig
from agents.datasets.row import Row
from agents.datasets.sources import Source
from inftool_env import __version__
from inftool_env.core.errors import ConfigError, RecordError
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.scenario import Split

MANIFEST = "manifest.json"
_MAKER = "inftool synth"

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """An environment that takes part."""

    name: str
    tools: int
    digest: str
    """Hash of all that its tools say."""
    categories: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of what was tried and what was kept."""

    rows: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """Candidates that are no rows, by the reason."""
    categories: dict[str, int] = field(default_factory=dict)
    environments: dict[str, int] = field(default_factory=dict)
    difficulties: dict[int, int] = field(default_factory=dict)
    turns: dict[int, int] = field(default_factory=dict)
    """Rows by how often the assistant speaks."""
    calls: dict[int, int] = field(default_factory=dict)
    """Rows by how many calls the assistant makes."""
    characters: dict[int, int] = field(default_factory=dict)
    """Rows by how many characters are said, called and answered, rounded down to hundreds."""

    @property
    def candidates(self) -> int:
        """Everything that was tried."""
        return self.rows + sum(self.refused.values())

    @property
    def commonest_refusals(self) -> list[tuple[str, int]]:
        """The three reasons that most candidates were refused for, and how often."""
        return sorted(self.refused.items(), key=lambda item: (-item[1], item[0]))[:3]

    def keep(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        _count(self.categories, row.category)
        _count(self.environments, row.environment)
        _count(self.difficulties, row.difficulty)
        _count(self.turns, row.turns)
        _count(self.calls, row.calls)
        _count(self.characters, row.characters // 100 * 100)

    def refuse(self, reason: str) -> None:
        """Count a candidate that is no row."""
        _count(self.refused, reason)

    def add(self, other: "Tally") -> None:
        """Count all that another one counts."""
        self.rows += other.rows
        for name in _COUNTED:
            counts = getattr(self, name)
            for key, times in getattr(other, name).items():
                _count(counts, key, times)


_COUNTED = ("refused", "categories", "environments", "difficulties", "turns", "calls", "characters")


def _count(counts: dict[K, int], key: K, times: int = 1) -> None:
    counts[key] = counts.get(key, 0) + times


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Rows that are in their place."""

    files: dict[str, str]
    """SHA-256 by the file's path in the folder."""
    tally: Tally
    """Of the candidates since the shard before."""


@dataclass(slots=True, kw_only=True)
class SplitRecord:
    """What is done of one split."""

    wanted: int
    shards: list[Shard] = field(default_factory=list)
    exhausted: bool = False
    """Whether nothing new came any more before all rows were there."""

    @property
    def tally(self) -> Tally:
        """Of all shards."""
        tally = Tally()
        for shard in self.shards:
            tally.add(shard.tally)
        return tally

    @property
    def is_done(self) -> bool:
        """Whether there is no more to do."""
        return self.exhausted or self.tally.rows >= self.wanted


@dataclass(slots=True, kw_only=True)
class Manifest:
    """A dataset that is made, or in the making."""

    made_by: str = _MAKER
    version: str = __version__
    config: SynthConfig
    sources: tuple[SourceRecord, ...]
    splits: dict[Split, SplitRecord]

    @property
    def rows(self) -> int:
        """Of all shards of all splits."""
        return sum(record.tally.rows for record in self.splits.values())

    @property
    def is_done(self) -> bool:
        """Whether there is no more to do."""
        return all(record.is_done for record in self.splits.values())

    @property
    def text(self) -> str:
        """As it stands in its file."""
        return to_json(self, sort_keys=False) + "\n"


def plan(config: SynthConfig, sources: tuple[Source, ...]) -> Manifest:
    """The manifest of a dataset of which nothing is done."""
    wanted = {Split.TRAIN: config.rows, Split.EVAL: config.eval_rows}
    return Manifest(
        config=config,
        sources=tuple(
            SourceRecord(name=one.name, tools=one.tools, digest=one.digest, categories=one.categories)
            for one in sources
        ),
        splits={split: SplitRecord(wanted=rows) for split, rows in wanted.items() if rows},
    )


def read_manifest(folder: Path) -> Manifest | None:
    """What a folder says that it holds; None where it says nothing that could be ours."""
    path = folder / MANIFEST
    try:
        found = from_json(path.read_bytes(), Manifest, where=str(path))
    except (OSError, RecordError):
        return None
    return found if found.made_by == _MAKER else None


def check_same(found: Manifest, wanted: Manifest, folder: Path) -> None:
    """Make sure that a dataset in the making is the one that is wanted.

    Raises:
        ConfigError: it is another one; names the first difference.
    """
    theirs, ours = asdict(found.config), asdict(wanted.config)
    pairs: dict[str, tuple[object, object]] = {"version": (found.version, wanted.version)}
    pairs |= {name: (theirs[name], ours[name]) for name in ours}
    pairs |= {"environments": ([one.name for one in found.sources], [one.name for one in wanted.sources])}
    pairs |= {
        one.name: (other.digest, one.digest)
        for other, one in zip(found.sources, wanted.sources, strict=False)
    }
    for name, (there, here) in pairs.items():
        if there != here:
            raise ConfigError(
                f"{folder / MANIFEST}: {name} is {there}; expected {here}, to go on with what is there. "
                "Repeat the first command with --resume, or name another --out."
            )
