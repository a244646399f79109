"""Which tool's output feeds which tool's input: the one place that says so."""

from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.tool import Effect, Toolset
from inftool_env.world.nouns import ends_with_param, nouns_of
from inftool_env.world.roles import Action, Role, role_of
from inftool_env.world.sources import Evidence, Sources, member_of
from inftool_env.world.vocabulary import name_words

_LISTING = frozenset(("list", "search"))

__all__ = ["Action", "Edge", "Evidence", "Node", "ToolGraph", "tool_graph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What one tool does to which kind of row."""

    tool: str
    action: Action
    resource: str | None
    """Singular noun; None for a computation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A value that one tool returns and another takes."""

    producer: str
    field: str
    """Where the value stands in the producer's (first) row: ``id``, ``owner.login``."""
    consumer: str
    parameter: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolGraph:
    """The tools of an API, and which of them feed which."""

    nodes: tuple[Node, ...]
    """In the order of the toolset."""
    edges: tuple[Edge, ...]
    """By producer, then consumer, then parameter, each in the order of the toolset."""


def tool_graph(toolset: Toolset) -> ToolGraph:
    """Infer the graph of a toolset from routes, names and schemas; cached per object.

    At most ``sources.MAX_SOURCES`` edges lead to one parameter, so the graph grows with the parameters
    and not with the pairs of tools.
    """
    return _tool_graph(Same(toolset))


@lru_cache(maxsize=256)
def _tool_graph(same: Same[Toolset]) -> ToolGraph:
    tools = same.held.tools
    nouns = nouns_of(tools)
    known = frozenset(noun for noun in nouns.values() if noun is not None)
    members = [
        member_of(position, role_of(tool, nouns[tool.name] or "", known), nouns[tool.name])
        for position, tool in enumerate(tools)
    ]
    sources = Sources(members)
    found: list[tuple[tuple[int, int, int], Edge]] = []
    for member in members:
        for place, param in enumerate(member.role.tool.properties):
            for source in sources.of(member, param):
                edge = Edge(
                    producer=source.member.role.tool.name,
                    field=source.field.path,
                    consumer=member.role.tool.name,
                    parameter=param,
                    evidence=source.evidence,
                )
                found.append(((source.member.position, member.position, place), edge))
    found.sort(key=lambda row: row[0])
    nodes = tuple(
        Node(tool=member.role.tool.name, action=_action(member.role), resource=member.noun)
        for member in members
    )
    return ToolGraph(nodes=nodes, edges=tuple(edge for _, edge in found))


def _action(role: Role) -> Action:
    """What the document says, where a role says what a simulated server can do."""
    tool = role.tool
    if role.action is Action.CREATE and tool.effect is Effect.UPDATE:
        return Action.UPDATE
    if role.action is Action.LIST and role.key is not None and ends_with_param(tool):
        return Action.GET  # a list of the one row that was named
    if role.action is Action.GET and role.key is None and _LISTING & set(name_words(tool.name)):
        return Action.LIST  # of rows that the document hides
    return role.action
