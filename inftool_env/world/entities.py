"""What a toolset's tools do to which table: entities, and every tool's binding to one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.world.columns import (
    Column,
    batch_of,
    column_of,
    key_column_of,
    match_key,
    shown_columns,
    table_columns,
)
from inftool_env.world.links import linked_noun
from inftool_env.world.nouns import nouns_of, path_params
from inftool_env.world.roles import Action, Role, role_of
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.views import View, find_view, own_id
from inftool_env.world.vocabulary import PROPERTIES, plain

__all__ = ["Action", "Binding", "Column", "Entity", "EntityMap", "View", "entity_map"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One table: what its rows look like."""

    name: str
    """Singular snake_case noun."""
    key_column: str
    """The column whose values are unique."""
    columns: dict[str, Column]
    singleton: bool = False
    """Whether there is one row only, which no tool names: settings, a player."""
    links: dict[str, str] = field(default_factory=dict)
    """Column to the other table whose keys it holds."""
    unique: tuple[str, ...] = ()
    """Columns, beside the key, in which no two rows are alike."""
    asked: tuple[str, ...] = ()
    """Columns that a call can choose rows by."""
    made: tuple[str, ...] = ()
    """Columns that say when a row was made; the server fills them in."""
    changed: tuple[str, ...] = ()
    """Columns that say when a row was last changed; the server fills them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a call of one tool does."""

    tool: ToolSpec
    entity: str | None
    action: Action
    key: str | None = None
    """The parameter that names one row; None for lists, new rows and singletons."""
    key_column: str | None = None
    """The column that ``key`` is compared with."""
    columns: dict[str, str] = field(default_factory=dict)
    """Parameter to column: filters of a list, fields of a created or updated row."""
    parents: tuple[str, ...] = ()
    """Parameters of the route that name a row of another table, to which this one's rows belong."""
    batch: str | None = None
    """The parameter of a creation that holds a list of new rows; None when a call makes one."""
    view: View | None = None
    """None when the result shows no row."""
    defaults: JsonObject = field(default_factory=dict)
    """Of a computation: what the document says of parameters that are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMap:
    """The tables of a toolset, and every tool's binding."""

    entities: dict[str, Entity]
    bindings: dict[str, Binding]

    def binding(self, tool_name: str) -> Binding:
        """The binding of one tool; KeyError for a name that is not in the toolset."""
        return self.bindings[tool_name]


def entity_map(toolset: Toolset) -> EntityMap:
    """Infer the tables and bindings of a toolset from effects, routes, schemas and names; cached per object."""
    return _entity_map(Same(toolset))


@lru_cache(maxsize=256)
def _entity_map(same: Same[Toolset]) -> EntityMap:
    tools = same.held.tools
    nouns = nouns_of(tools)
    members: dict[str, list[ToolSpec]] = {}
    for tool in tools:
        noun = nouns[tool.name]
        if noun is not None:
            members.setdefault(noun, []).append(tool)
    entities: dict[str, Entity] = {}
    bindings: dict[str, Binding] = {}
    for noun, group in members.items():
        entity, bound = _bind_group(noun, group, frozenset(members))
        bindings |= bound
        if entity is not None:
            entities[noun] = entity
    entities = {name: replace(entity, links=_links(entity, entities)) for name, entity in entities.items()}
    bindings = {
        name: replace(binding, parents=_parents(binding, entities)) for name, binding in bindings.items()
    }
    ordered = {tool.name: bindings.get(tool.name) or _compute(tool, find_view(tool, "")) for tool in tools}
    return EntityMap(entities=entities, bindings=ordered)


def _bind_group(
    noun: str, group: list[ToolSpec], nouns: frozenset[str]
) -> tuple[Entity | None, dict[str, Binding]]:
    """The table of one noun, or None when all its tools compute; and the bindings of its tools."""
    roles = [role_of(tool, noun, nouns) for tool in group]
    singleton = _is_singleton(roles)
    has_rows = (
        any(role.key is not None or role.action is Action.CREATE for role in roles)
        or own_id({"properties": shown_columns(roles)}, noun) is not None
    )
    stored = [role for role in roles if _is_stored(role, singleton=singleton, has_rows=has_rows)]
    bindings = {role.tool.name: _compute(role.tool, role.view) for role in roles}
    if not stored:
        return None, bindings
    shown = shown_columns(stored)
    key_column = key_column_of(noun, stored, shown)
    columns = table_columns(noun, stored, shown, key_column)
    bound = {role.tool.name: _bind(role, noun, columns, key_column) for role in stored}
    given = {
        column
        for binding in bound.values()
        if binding.action in (Action.CREATE, Action.UPDATE)
        for column in binding.columns.values()
    }
    free = [name for name in columns if name != key_column and name not in given]
    entity = Entity(
        name=noun,
        key_column=key_column,
        columns=columns,
        singleton=singleton,
        asked=tuple(dict.fromkeys(_asked(bound.values()))),
        unique=tuple(name for name in columns if name != key_column and _is_unique(noun, columns[name])),
        made=tuple(name for name in free if _is_time(columns[name], "created")),
        changed=tuple(name for name in free if _is_time(columns[name], "updated")),
    )
    return entity, bindings | bound


def _is_singleton(roles: list[Role]) -> bool:
    """Whether the noun has one row only: something changes it, and nothing names, lists or makes rows."""
    many = any(role.key is not None or role.action in (Action.LIST, Action.CREATE) for role in roles)
    return not many and any(role.action is Action.UPDATE and not path_params(role.tool) for role in roles)


def _is_stored(role: Role, *, singleton: bool, has_rows: bool) -> bool:
    """Whether a role works on the table; otherwise its tool computes."""
    match role.action:
        case Action.CREATE:
            return True
        case Action.LIST:
            return has_rows
        case Action.GET:
            return role.key is not None or (singleton and not role.tool.required)
        case Action.UPDATE:
            return role.key is not None or singleton
        case Action.DELETE:
            return role.key is not None
        case Action.COMPUTE:
            return False


def _bind(role: Role, noun: str, columns: dict[str, Column], key_column: str) -> Binding:
    key = role.key if role.names_row else None
    batch = batch_of(role, columns)
    fields = {
        param: column
        for param in role.tool.properties
        if param not in (key, batch)
        and (column := column_of(param, role, noun, columns)) is not None
        and not _is_read_only(param, role)
    }
    return Binding(
        tool=role.tool,
        entity=noun,
        action=role.action,
        key=key,
        key_column=None if key is None else match_key(key, columns, key_column),
        columns=fields,
        batch=batch,
        view=role.view,
    )


def _compute(tool: ToolSpec, view: View | None) -> Binding:
    defaults = {name: schema["default"] for name, schema in tool.properties.items() if "default" in schema}
    return Binding(tool=tool, entity=None, action=Action.COMPUTE, view=view, defaults=defaults)


def _asked(bindings: Iterable[Binding]) -> Iterator[str]:
    for binding in bindings:
        if binding.key_column is not None:
            yield binding.key_column
        if binding.action is Action.LIST:
            yield from binding.columns.values()


def _is_read_only(param: str, role: Role) -> bool:
    """Whether a parameter repeats what the server alone decides."""
    return (
        role.action in (Action.CREATE, Action.UPDATE) and role.tool.properties[param].get("readOnly") is True
    )


def _is_unique(noun: str, column: Column) -> bool:
    """Whether no two rows may be alike in a column: its document says so, or it is what people log in with."""
    bare = plain(column.name)
    shape = chosen_shape(column.schema, column.root)
    if kind_of(shape) != "string" or "enum" in shape:
        return False
    says = re.search(r"\bunique\b", str(shape.get("description", "")), re.IGNORECASE) is not None
    last = noun.rpartition("_")[2]
    is_mail = bare in ("email", "emailaddress") and last in PROPERTIES["account"]
    return says or bare in PROPERTIES["unique"] or is_mail


def _is_time(column: Column, kind: str) -> bool:
    """Whether a column says when something was done to its row, as text or in seconds."""
    shape = chosen_shape(column.schema, column.root)
    if plain(column.name) not in PROPERTIES[kind] or "enum" in shape:
        return False
    return kind_of(shape) in ("string", "integer", "number")


def _links(entity: Entity, entities: dict[str, Entity]) -> dict[str, str]:
    """Column to the table whose keys it holds, where both are spelled alike."""
    found: dict[str, str] = {}
    for name, column in entity.columns.items():
        noun = None if name == entity.key_column else linked_noun(name, entity.name, entities)
        if noun is not None and _kind(column) == _kind(entities[noun].columns[entities[noun].key_column]):
            found[name] = noun
    return found


def _kind(column: Column) -> str:
    shape = chosen_shape(column.schema, column.root)
    return kind_of(shape)


def _parents(binding: Binding, entities: dict[str, Entity]) -> tuple[str, ...]:
    if binding.entity is None:
        return ()
    links = entities[binding.entity].links
    in_path = path_params(binding.tool)
    return tuple(param for param in in_path if links.get(binding.columns.get(param, "")) is not None)
