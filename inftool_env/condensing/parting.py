"""Kept tools as toolsets: those of one API stay together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inftool_env.condensing.candidate import Source
from inftool_env.condensing.merging import Fate
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.specs.names import unique_name

_MIN_JOINED = 0.5
"""Of a document's tools: so many went into another one, and the rest follows."""
_MAX_NUMBERED = 40
"""Characters of a title or name that gets a number."""
_TAKEN = frozenset({"audit", "summary"})
"""Names of the other files of the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CondensedToolset:
    """The kept tools of an API, whichever documents they come from."""

    toolset: Toolset
    members: tuple[int, ...]
    """The tools' positions among the fates, in the toolset's order."""


def toolsets_of(sources: Sequence[Source], fates: Sequence[Fate]) -> tuple[CondensedToolset, ...]:
    """Part the kept tools by API.

    A document that lost half of its tools or more to another one describes the same API: what is left of it joins that one,
    so that a world has all the tools for its things. Every other document keeps its own.

    Args:
        sources: The documents.
        fates: What became of their tools, as ``condense`` says.

    Returns:
        One a document that is not joined to another and has a tool left, in the documents' order; titles and names are
        distinct, and a tool whose name is taken has a number.
    """
    homes = _homes(sources, fates)
    members: dict[int, list[int]] = {}
    for own_first in (True, False):
        for position, fate in enumerate(fates):
            if fate.merged_into is None and (homes[fate.source] == fate.source) is own_first:
                members.setdefault(homes[fate.source], []).append(position)
    made: list[CondensedToolset] = []
    taken = set(_TAKEN)
    for home in sorted(members):
        toolset = _titled(sources[home].toolset, taken)
        taken.add(toolset.name)
        tools = _distinct([fates[position].tool for position in members[home]])
        made.append(CondensedToolset(toolset=replace(toolset, tools=tools), members=tuple(members[home])))
    return tuple(made)


def _homes(sources: Sequence[Source], fates: Sequence[Fate]) -> list[int]:
    """For every source the one whose toolset its kept tools go to; itself for most."""
    moved: list[Counter[int]] = [Counter() for _ in sources]
    for fate in fates:
        if fate.merged_into is not None and fates[fate.merged_into].source != fate.source:
            moved[fate.source][fates[fate.merged_into].source] += 1
    homes = []
    for position, source in enumerate(sources):
        best = min(moved[position], key=lambda other: (-moved[position][other], other), default=position)
        is_joined = moved[position][best] >= _MIN_JOINED * len(source.toolset.tools)
        homes.append(best if is_joined else position)
    return [_root(homes, position) for position in range(len(homes))]


def _root(homes: Sequence[int], position: int) -> int:
    """Follows the joins; they end, since a source only loses tools to one that ranks before it."""
    while homes[position] != position:
        position = homes[position]
    return position


def _titled(toolset: Toolset, taken: set[str]) -> Toolset:
    """The toolset under a name and a title of its own."""
    name, title, number = toolset.name, toolset.title, 2
    while name in taken:
        title = f"{toolset.title[:_MAX_NUMBERED]} ({number})"
        name = f"{toolset.name[:_MAX_NUMBERED].rstrip('-')}-{number}"
        number += 1
    return replace(toolset, name=name, title=title)


def _distinct(tools: Sequence[ToolSpec]) -> tuple[ToolSpec, ...]:
    names: dict[str, None] = {}
    for tool in tools:
        names[unique_name(tool.name, names)] = None
    return tuple(replace(tool, name=name) for tool, name in zip(tools, names, strict=True))
