"""A large API as several environments: groups of tools, each with a name of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

from inftool_env.core.same import Same
from inftool_env.core.tool import Toolset
from inftool_env.envs.grouping import MOST_TOOLS, Cell, group_tools
from inftool_env.envs.short_names import short_name
from inftool_env.specs.names import slugify

_MOST_WORDS = 4
"""Of a group's name, beside the API's."""
_MOST_WORDS_A_PART = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolGroup:
    """Tools of one API that make one environment."""

    name: str
    """Slug, as in ``InfTool/<name>-v0``."""
    title: str
    tools: tuple[str, ...]
    """Names, in the order of the document."""


def api_name(toolset: Toolset) -> str:
    """The slug that stands for an API in ids: its own name, or a short one where groups' names follow."""
    if len(toolset.tools) <= MOST_TOOLS:
        return toolset.name
    return short_name(toolset.title) or toolset.name


def partition(toolset: Toolset, name: str | None = None) -> tuple[ToolGroup, ...]:
    """The tools of an API in groups of 4 to 30; equal toolsets give equal groups.

    An API of up to 30 tools is one group under its own name. A larger one is parted by the tags of its
    document; what has none, or is still too large, by paths and resources. Groups that come out too small
    join the one that is about the same things. A group's name comes from its own tools, so that an
    operation added elsewhere in the document renames nothing.

    Args:
        toolset: Every tool of the API.
        name: Slug that the names begin with; ``api_name`` when None.

    Returns:
        Groups that hold every tool exactly once, in the order of their first tools.
    """
    prefix = api_name(toolset) if name is None else name
    if len(toolset.tools) <= MOST_TOOLS:
        return (ToolGroup(name=prefix, title=toolset.title, tools=toolset.names),)
    groups: dict[str, ToolGroup] = {}
    for cell in _cells(Same(toolset)):
        label = next(one for one in _labels(cell.label) if f"{prefix}-{one}" not in groups)
        title = f"{toolset.title}: {label.replace('-', ' ')}"
        group = ToolGroup(name=f"{prefix}-{label}", title=title, tools=cell.tools)
        groups[group.name] = group
    return tuple(groups.values())


def take_group(toolset: Toolset, group: ToolGroup) -> Toolset:
    """The tools of one group as a toolset of its own; the toolset itself where the group is all of it."""
    if group.tools == toolset.names:
        return toolset
    return replace(toolset.subset(group.tools), name=group.name, title=group.title)


@lru_cache(maxsize=16)
def _cells(same: Same[Toolset]) -> tuple[Cell, ...]:
    toolset = same.held
    return tuple(group_tools(toolset, api_name(toolset).split("-")))


def _labels(label: tuple[str, ...]) -> Iterator[str]:
    """Names for a group, the shortest first: the first and the last part, and what four words allow between."""
    parts = [part.split("-") for part in map(slugify, label) if part]
    short = list(parts)
    while len(short) > 2 and sum(map(len, short)) > _MOST_WORDS:
        del short[-2]
    told = "-".join(word for part in short for word in part[:_MOST_WORDS_A_PART])
    yield told
    whole = "-".join(word for part in parts for word in part)
    yield whole
    for number in count(2):
        yield f"{told}-{number}"
