"""Which tool's output feeds which tool's input."""

from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.users.phrasing import humanise
from inftool_env.world.entities import Action, entity_map


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
    """Every pair of tools in which the second takes the key of a row that the first returns; cached per object.

    Either both act on the same entity, or the producer's rows name the consumer's key
    (``order.customer_id`` → ``get_customer(customer_id)``).
    """
    return _links(Same(toolset))


@lru_cache(maxsize=256)
def _links(same: Same[Toolset]) -> tuple[Link, ...]:
    tools, entities = same.held.tools, entity_map(same.held)
    found: list[Link] = []
    for producer in tools:
        made = entities.binding(producer.name)
        if made.action not in (Action.LIST, Action.CREATE, Action.GET) or made.entity is None:
            continue
        fields = returned_fields(producer)
        for consumer in tools:
            taken = entities.binding(consumer.name)
            if taken.key is None or consumer.name == producer.name or taken.entity is None:
                continue
            if taken.action not in (Action.GET, Action.UPDATE, Action.DELETE):
                continue
            if taken.entity == made.entity and made.action is not Action.GET:
                column = taken.key_column
            elif taken.entity != made.entity and taken.key in fields:
                column = taken.key
            else:
                continue
            if column is not None:
                found.append(Link(producer=producer, consumer=consumer, parameter=taken.key, column=column))
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


def returned_fields(tool: ToolSpec) -> frozenset[str]:
    """Names of the fields of the rows that a tool returns, as far as its schema tells."""
    schema = tool.returns or {}
    for _ in range(2):
        if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
            schema = schema["items"]
        properties = schema.get("properties", {})
        arrays = [
            value for value in properties.values() if isinstance(value, dict) and value.get("type") == "array"
        ]
        if (
            len(arrays) == 1
            and isinstance(arrays[0].get("items"), dict)
            and arrays[0]["items"].get("properties")
        ):
            schema = arrays[0]["items"]
    return frozenset(schema.get("properties", {}))


def column_phrase(link: Link) -> str:
    """The linked value in the user's words."""
    return humanise(link.column)
