"""Near duplicates among tools, each merged into the best documented one that can stand in for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inftool_env.condensing.candidate import Candidate, Source, candidates_of
from inftool_env.condensing.documented import documentation
from inftool_env.condensing.embedder import Embedder
from inftool_env.condensing.kinship import Kinship
from inftool_env.condensing.naming import version_of
from inftool_env.condensing.sameness import judge
from inftool_env.condensing.text import text_of
from inftool_env.core.tool import ToolSpec

if TYPE_CHECKING:
    from inftool_env.condensing.embedder import Vectors

MIN_SIMILARITY = 0.5
"""Tools whose texts are less alike are never compared."""
_MAX_NEIGHBOURS = 32
"""Kept tools that one tool is compared with, nearest first."""
_CHUNK = 256
"""Tools whose similarities are held at once."""
_DIGITS = 4
"""Of a similarity: sums of floats may differ beyond, with the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one tool."""

    source: int
    """Position of its document among the sources."""
    tool: ToolSpec
    merged_into: int | None = None
    """Position of the tool that stands in for it, among the fates; None for a tool that is kept."""
    nearest: int | None = None
    """The kept tool most like it when it was looked at; None where none was similar."""
    similarity: float = 0.0
    """Of its text to that of the tool named above, 0 to 1."""
    why: str = ""
    """Why it was merged, or why the nearest tool cannot stand in for it."""


def condense(sources: Sequence[Source], embedder: Embedder) -> tuple[Fate, ...]:
    """Decide for every tool whether it is kept or merged, and into which.

    Tools are looked at from the best documented source and tool to the worst. Each is merged into the most similar kept
    tool that can stand in for it, and is kept when there is none. So every merge was judged by itself: there are no chains.

    Args:
        sources: Documents, in any order that does not change from run to run.
        embedder: Says which tools' texts are alike.

    Returns:
        One a tool, source by source in the order of the documents.
    """
    candidates = [one for position, source in enumerate(sources) for one in candidates_of(position, source)]
    kinship = Kinship(sources, candidates)
    order = _ranked(sources, candidates)
    fates: dict[int, Fate] = {}
    for position, neighbours in _neighbours(candidates, order, embedder, fates):
        fates[position] = _decide(position, neighbours, candidates, kinship)
    return tuple(fates[position] for position in range(len(candidates)))


def _decide(
    position: int, neighbours: Sequence[tuple[int, float]], candidates: Sequence[Candidate], kinship: Kinship
) -> Fate:
    own = candidates[position]
    first: tuple[int, float, str] | None = None
    for other, similarity in neighbours:
        kept = candidates[other]
        judgement = judge(kept, own, are_kin=kinship.are_kin(kept.source, own.source))
        if judgement.is_same:
            return Fate(
                source=own.source,
                tool=own.tool,
                merged_into=other,
                similarity=similarity,
                why=judgement.why,
            )
        first = first or (other, similarity, judgement.why)
    if first is None:
        return Fate(source=own.source, tool=own.tool, why="no kept tool is similar")
    return Fate(source=own.source, tool=own.tool, nearest=first[0], similarity=first[1], why=first[2])


def _ranked(sources: Sequence[Source], candidates: Sequence[Candidate]) -> list[int]:
    """Positions from the best documented to the worst; a whole source first, so that an API stays in one piece."""
    points = [documentation(candidate.tool) for candidate in candidates]
    totals = [0] * len(sources)
    for candidate, own in zip(candidates, points, strict=True):
        totals[candidate.source] += own

    def rank(at: int) -> tuple[int, ...]:
        own = candidates[at]
        return (-totals[own.source], own.source, -points[at], -version_of(own.tool.name), at)

    return sorted(range(len(candidates)), key=rank)


def _neighbours(
    candidates: Sequence[Candidate], order: Sequence[int], embedder: Embedder, fates: dict[int, Fate]
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Each tool in order, with the kept tools before it that are like it, nearest first.

    Holds the similarities of one chunk to what was kept before it, never those of all pairs.
    """
    vectors = embedder.embed([text_of(candidates[position]) for position in order])
    kept: list[int] = []  # Ranks, so that rows of ``vectors`` are meant.
    for start in range(0, len(order), _CHUNK):
        chunk = range(start, min(start + _CHUNK, len(order)))
        against = [*kept, *chunk]
        rows = _similar(vectors, chunk, against)
        for rank in chunk:
            found = sorted(
                ((-value, against[column]) for column, value in rows[rank - start] if against[column] < rank)
            )
            alive = [
                (order[other], -value)
                for value, other in found
                if fates[order[other]].merged_into is None
                and candidates[order[other]].tool.effect is candidates[order[rank]].tool.effect
            ]
            yield order[rank], alive[:_MAX_NEIGHBOURS]
        kept.extend(rank for rank in chunk if fates[order[rank]].merged_into is None)


def _similar(
    vectors: "Vectors", chunk: Sequence[int], against: Sequence[int]
) -> list[list[tuple[int, float]]]:
    """For every row of the chunk, the columns of ``against`` with their similarity, where it is high enough."""
    import numpy as np
    from scipy.sparse import csr_matrix

    product = csr_matrix(vectors[list(chunk)] @ vectors[list(against)].T)
    product.data = np.round(product.data.astype(float), _DIGITS)
    found = []
    for row in range(product.shape[0]):
        span = slice(product.indptr[row], product.indptr[row + 1])
        high = product.data[span] >= MIN_SIMILARITY
        columns, values = product.indices[span][high], product.data[span][high]
        found.append([(int(column), float(value)) for column, value in zip(columns, values, strict=True)])
    return found
