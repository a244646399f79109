"""A tool on its way through condensing, with what its name says."""

from dataclasses import dataclass

from inftool_env.condensing.naming import NameSense, common_prefixes, name_senses, title_words
from inftool_env.core.tool import Toolset, ToolSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was read."""

    label: str
    """As the person named it, with ``/``; unique among the sources."""
    toolset: Toolset


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One tool of one source."""

    source: int
    """Position of its document among the sources."""
    tool: ToolSpec
    senses: tuple[NameSense, ...]
    """What its name says: as it stands, then without the API's own name in front."""


def candidates_of(position: int, source: Source) -> list[Candidate]:
    """The tools of a source in the document's order."""
    own = common_prefixes(source.toolset.names, title_words(source.toolset.title))
    return [
        Candidate(source=position, tool=tool, senses=name_senses(tool.name, own))
        for tool in source.toolset.tools
    ]
