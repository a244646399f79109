"""Which calls can follow each other: those where the second takes the key of a row that the first returns."""

from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.users.phrasing import humanise
from inftool_env.world.entities import Action, entity_map
from inftool_env.world.graph import tool_graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A value that one tool returns and another takes."""

    producer: ToolSpec
    consumer: ToolSpec
    parameter: str
    """The consumer's parameter."""
    column: str
    """The field of the producer's (first) row."""


def links(toolset: Toolset) -> tuple[Link, ...]:
    """The edges of the tool graph that hand on the key of a row, between tools that act on rows; cached per object.

    Either both act on the same entity, or the producer's rows name the consumer's key
    (``order.customer_id`` → ``get_customer(customer_id)``).
    """
    return _links(Same(toolset))


@lru_cache(maxsize=256)
def _links(same: Same[Toolset]) -> tuple[Link, ...]:
    toolset, entities = same.held, entity_map(same.held)
    by_name = {tool.name: tool for tool in toolset.tools}
    found: list[Link] = []
    for edge in tool_graph(toolset).edges:
        made, taken = entities.binding(edge.producer), entities.binding(edge.consumer)
        if made.entity is None or made.action is Action.COMPUTE or edge.parameter != taken.key:
            continue
        if "." in edge.field:  # part of a part of the row
            continue
        if taken.action not in (Action.GET, Action.UPDATE, Action.DELETE):
            continue
        found.append(
            Link(
                producer=by_name[edge.producer],
                consumer=by_name[edge.consumer],
                parameter=edge.parameter,
                column=edge.field,
            )
        )
    return tuple(found)


def first_row(data: JsonValue) -> JsonObject | None:
    """The first row of a result: the object itself, or the first object of its only list of objects."""
    if isinstance(data, list):
        return data[0] if data and isinstance(data[0], dict) else None
    if not isinstance(data, dict):
        return None
    lists = [value for value in data.values() if isinstance(value, list)]
    if len(lists) == 1 and lists[0] and isinstance(lists[0][0], dict):
        row: JsonObject = lists[0][0]
        return row
    return data


def column_phrase(link: Link) -> str:
    """The linked value in the user's words."""
    return humanise(link.column)
