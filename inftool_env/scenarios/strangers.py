"""Tools of other APIs that stand between a scenario's own: those of the catalogue that the toolset has no part in."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.same import Same
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.specs.catalogue import catalogue_documents, read_catalogue
from inftool_env.world.backend import StatefulBackend


def strangers(toolset: Toolset) -> Mapping[str, ToolSpec]:
    """Every tool of the catalogue that can stand beside the toolset's own, by name; cached per object.

    An API that shares its name or a tool with the toolset is left out, and so is a tool whose name is taken.
    """
    return _strangers(Same(toolset))


def in_sight(toolset: Toolset, names: Iterable[str]) -> Toolset:
    """The tools of these names, strangers among them, in the order given; KeyError for an unknown one."""
    chosen = tuple(names)
    own = set(toolset.names)
    if own.issuperset(chosen):
        return toolset.subset(chosen)
    others = strangers(toolset)
    tools = tuple(toolset.subset([name]).tools[0] if name in own else others[name] for name in chosen)
    return Toolset(name=toolset.name, title=toolset.title, description=toolset.description, tools=tools)


class StrangerWorld:
    """Answers calls of strangers, each API of them in a simulated world of its own.

    Args:
        toolset: The one that they are strangers to.
        seed: Fixes the worlds.
        split: The side of the wall that all values lie on.
    """

    def __init__(self, toolset: Toolset, seed: int, split: Split) -> None:
        self._toolset = toolset
        self._seed = seed
        self._split = split
        self._worlds: dict[str, StatefulBackend] = {}

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call; KeyError for a tool that is no stranger."""
        home = _homes(Same(self._toolset))[call.name]
        if home.name not in self._worlds:
            self._worlds[home.name] = StatefulBackend(home, self._seed, self._split)
        return self._worlds[home.name].call(call)


@lru_cache(maxsize=256)
def _strangers(same: Same[Toolset]) -> Mapping[str, ToolSpec]:
    found = {name: home.get(name) for name, home in _homes(same).items()}
    return MappingProxyType({name: tool for name, tool in found.items() if tool is not None})


@lru_cache(maxsize=256)
def _homes(same: Same[Toolset]) -> Mapping[str, Toolset]:
    """The API of every stranger, by the stranger's name."""
    toolset = same.held
    own = {tool.name: tool.description for tool in toolset.tools}
    return MappingProxyType(
        {
            tool.name: home
            for home in map(read_catalogue, catalogue_documents())
            if home.name != toolset.name
            and not any(own.get(tool.name) == tool.description for tool in home.tools)
            for tool in home.tools
            if tool.name not in own
        }
    )
