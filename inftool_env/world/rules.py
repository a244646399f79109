"""What a server holds its rows to: they refer to rows that exist, and what is unique stays so."""

from dataclasses import dataclass, field

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.world.entities import Binding, Entity, EntityMap
from inftool_env.world.filters import same
from inftool_env.world.problems import Problem
from inftool_env.world.rows import Row
from inftool_env.world.state import WorldState


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a call works on."""

    state: WorldState
    entities: EntityMap
    seed: int
    split: Split
    shown: dict[tuple[str, str], tuple[Row, JsonObject]] = field(default_factory=dict)
    """By tool and key: a row, and what the tool shows of it. Rows are replaced, never edited, so it stays true."""


def not_found(table: str, key: JsonValue, param: str) -> Problem:
    """There is no row with that key."""
    return Problem(404, f"{_spaced(table)} '{key}' not found", param)


def taken(binding: Binding, entity: Entity, column: str, value: JsonValue) -> Problem:
    """There is a row already with a value that only one may have."""
    which = f"'{value}'" if column == entity.key_column else f"with {_spaced(column)} '{value}'"
    return Problem(409, f"{_spaced(entity.name)} {which} already exists", _param_of(binding, column))


def missing_parent(world: World, entity: Entity, binding: Binding, arguments: JsonObject) -> Problem | None:
    """Why a call cannot reach what its route leads through; None when it can."""
    for param in binding.parents:
        table = entity.links[binding.columns[param]]
        if param in arguments and world.state.get(table, arguments[param]) is None:
            return not_found(table, arguments[param], param)
    return None


def broken_rule(
    world: World, entity: Entity, binding: Binding, fields: Row, before: Row | None = None
) -> Problem | None:
    """Why a row cannot hold these fields; None when it can.

    Args:
        world: Where it would stand.
        entity: Its table.
        binding: Of the call.
        fields: What would be written.
        before: The row as it is; None for a new one.
    """
    for column, table in entity.links.items():
        value = fields.get(column)
        if (
            value is None
            or isinstance(value, list | dict)
            or (before is not None and before.get(column) == value)
        ):
            continue
        if world.state.get(table, value) is None:
            param = _param_of(binding, column)
            status = 404 if "404" in binding.tool.errors and "422" not in binding.tool.errors else 422
            return Problem(
                status, f"invalid parameter '{param}': {_spaced(table)} '{value}' does not exist", param
            )
    for column in entity.unique:
        value = fields.get(column)
        if value is None or (before is not None and same(before.get(column), value)):
            continue
        if any(same(row.get(column), value) for row in world.state.rows(entity.name)):
            return taken(binding, entity, column, value)
    return None


def remove_children(world: World, entity: Entity, key: JsonValue) -> None:
    """Remove the rows that belonged to one that is gone: an order's items go with it."""
    for name, column in _children(world.entities, entity):
        child = world.entities.entities[name]
        for row in world.state.rows(name):
            if str(row.get(column)) == str(key) and world.state.get(name, row[child.key_column]) is not None:
                world.state.remove(name, row[child.key_column])
                remove_children(world, child, row[child.key_column])


def _children(entities: EntityMap, entity: Entity) -> list[tuple[str, str]]:
    """The tables whose rows are made within a row of this one, and the columns that say which."""
    found = {
        (binding.entity, binding.columns[param]): None
        for binding in entities.bindings.values()
        for param in binding.parents
        if binding.entity is not None
        and entities.entities[binding.entity].links[binding.columns[param]] == entity.name
    }
    return list(found)


def _param_of(binding: Binding, column: str) -> str:
    return next((param for param, name in binding.columns.items() if name == column), column)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
