"""What happened to every tool, as lines that a person can search."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from inftool_env.condensing.candidate import Source
from inftool_env.condensing.merging import Fate
from inftool_env.condensing.parting import CondensedToolset


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One tool of one document."""

    document: str
    tool: str
    place: str
    """Where the document defines it."""
    fate: Literal["kept", "merged"]
    file: str
    """Which file of the folder holds the tool, or the one that stands in for it."""
    name: str
    """What it is called there."""
    nearest: str
    """``document: tool`` of the one that stands in for it, or of the kept one most like it; empty where none is."""
    similarity: float
    """To the nearest, 0 to 1."""
    why: str
    """Why it was merged, or why the nearest cannot stand in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummary:
    """What became of one document's tools."""

    document: str
    title: str
    tools: int
    kept: int
    merged: int
    files: tuple[str, ...]
    """Where its functions are now."""


def audit(
    sources: Sequence[Source], fates: Sequence[Fate], toolsets: Sequence[CondensedToolset]
) -> tuple[AuditLine, ...]:
    """One line a tool, document by document."""
    found = {
        position: (f"{made.toolset.name}.json", name)
        for made in toolsets
        for position, name in zip(made.members, made.toolset.names, strict=True)
    }
    return tuple(_lines(sources, fates, found))


def summaries(sources: Sequence[Source], lines: Sequence[AuditLine]) -> tuple[DocumentSummary, ...]:
    """One record a document, in their order."""
    by_document: dict[str, list[AuditLine]] = {source.label: [] for source in sources}
    for line in lines:
        by_document[line.document].append(line)
    return tuple(
        DocumentSummary(
            document=source.label,
            title=source.toolset.title,
            tools=len(own),
            kept=sum(1 for line in own if line.fate == "kept"),
            merged=sum(1 for line in own if line.fate == "merged"),
            files=tuple(dict.fromkeys(line.file for line in own)),
        )
        for source in sources
        for own in (by_document[source.label],)
    )


def _lines(
    sources: Sequence[Source], fates: Sequence[Fate], found: dict[int, tuple[str, str]]
) -> Iterator[AuditLine]:
    for position, fate in enumerate(fates):
        other = fate.nearest if fate.merged_into is None else fate.merged_into
        file, name = found[position if fate.merged_into is None else fate.merged_into]
        yield AuditLine(
            document=sources[fate.source].label,
            tool=fate.tool.name,
            place=fate.tool.place,
            fate="kept" if fate.merged_into is None else "merged",
            file=file,
            name=name,
            nearest=""
            if other is None
            else f"{sources[fates[other].source].label}: {fates[other].tool.name}",
            similarity=fate.similarity,
            why=fate.why,
        )
