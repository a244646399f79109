"""What each action does to the world, and the result it gives."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect
from inftool_env.world.columns import bound_side, is_search
from inftool_env.world.entities import Action, Binding, Entity, EntityMap
from inftool_env.world.problems import Problem
from inftool_env.world.results import Shaper
from inftool_env.world.rows import Row, draw_column
from inftool_env.world.shapes import resolve_schema
from inftool_env.world.state import WorldState
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, name_words, plain

EFFECTS = "_effects"
"""The table that remembers calls which change something that no other table holds."""
PAGE_SIZE = 5
"""Most rows in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a handler works on."""

    state: WorldState
    entities: EntityMap
    seed: int
    split: Split


def handle(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    """Do what a call asks; its arguments have been validated."""
    return _HANDLERS[binding.action](world, binding, arguments)


def _shaper(world: World, binding: Binding, arguments: JsonObject) -> Shaper:
    rng = generator(world.seed, "result", binding.tool.name, canonical(arguments))
    entity = None if binding.entity is None else world.entities.entities[binding.entity]
    return Shaper(binding=binding, entity=entity, arguments=arguments, rng=rng, split=world.split)


def _entity(world: World, binding: Binding) -> Entity:
    assert binding.entity is not None, f"{binding.tool.name} is bound to no table"
    return world.entities.entities[binding.entity]


def _named_row(world: World, binding: Binding, arguments: JsonObject) -> Row | Problem:
    entity = _entity(world, binding)
    if binding.key is None:
        return world.state.rows(entity.name)[0]
    if binding.key not in arguments:
        return Problem(422, f"missing required parameter '{binding.key}'")
    wanted = arguments[binding.key]
    if binding.key_column == entity.key_column:
        row = world.state.get(entity.name, wanted)
    else:
        column = binding.key_column or entity.key_column
        row = next((row for row in world.state.rows(entity.name) if _same(row.get(column), wanted)), None)
    if row is not None:
        return row
    return Problem(404, f"{_spaced(entity.name)} '{wanted}' not found")


def _get(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    row = _named_row(world, binding, arguments)
    if isinstance(row, Problem):
        return row
    return _shaper(world, binding, arguments).row_result(row)


def _list(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    entity = _entity(world, binding)
    rows = [row for row in world.state.rows(entity.name) if _matches(row, binding, arguments)]
    start, size = _page(arguments)
    shown = rows[start : start + size]
    if binding.view is not None and len(shown) < binding.view.least:
        # The document promises more than there is: what matches comes first.
        shown += [row for row in world.state.rows(entity.name) if row not in shown]
        shown = shown[: binding.view.least]
    return _shaper(world, binding, arguments).list_result(shown, total=len(rows))


def _create(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    entity = _entity(world, binding)
    if binding.batch is not None:
        shared = _fields(binding, arguments)
        given = [{**shared, **_known(entity, item)} for item in arguments[binding.batch]]
    else:
        given = [_fields(binding, arguments)]
    for fields in given:
        key = fields.get(entity.key_column)
        if key is not None and world.state.get(entity.name, key) is not None:
            return Problem(409, f"{_spaced(entity.name)} '{key}' already exists")
    rows = [_new_row(world, binding, fields) for fields in given]
    for row in rows:
        world.state.put(entity.name, row)
    shaper = _shaper(world, binding, arguments)
    if binding.batch is not None:
        return shaper.list_result(rows, total=len(rows))
    return shaper.row_result(rows[0])


def _new_row(world: World, binding: Binding, fields: Row) -> Row:
    """The row that a creation adds: what the call gave, and what the server fills in."""
    entity = _entity(world, binding)
    # Made from the call's content, not from a counter: two calls in the other order make the same rows.
    content = canonical(fields)
    shown = _required(binding)
    row: Row = {}
    for name, column in entity.columns.items():
        schema = resolve_schema(column.schema, column.root)
        choices = [choice for choice in schema.get("enum") or () if choice is not None]
        if name in fields:
            row[name] = fields[name]
        elif name == entity.key_column:
            row[name] = _new_key(world, entity, content)
        elif "default" in schema:
            row[name] = schema["default"]
        elif choices:
            row[name] = choices[0]
        elif schema.get("type") == "boolean":
            row[name] = plain(name) in PROPERTIES["true_at_first"]
        elif not column.hidden and (name in shown or _is_made_by_server(name)):
            rng = generator(world.seed, "new", entity.name, content, name)
            row[name] = draw_column(entity, column, rng, world.split)
    return row


def _update(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    found = _named_row(world, binding, arguments)
    if isinstance(found, Problem):
        return found
    entity = _entity(world, binding)
    fields = _fields(binding, arguments)
    fields.pop(entity.key_column, None)
    row = {**found, **fields}
    if not fields:
        row |= _named_change(entity, binding, found)
    world.state.put(entity.name, row)
    return _shaper(world, binding, arguments).row_result(row)


def _delete(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    row = _named_row(world, binding, arguments)
    if isinstance(row, Problem):
        return row
    entity = _entity(world, binding)
    world.state.remove(entity.name, row[entity.key_column])
    return _shaper(world, binding, arguments).row_result(row)


def _compute(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    if binding.tool.effect is not Effect.READ:
        call = f"{binding.tool.name} {canonical(arguments)}"
        known = world.state.get(EFFECTS, call)
        world.state.put(EFFECTS, {"call": call, "times": 1 if known is None else known["times"] + 1})
    return _shaper(world, binding, arguments).computed_result()


_HANDLERS: dict[Action, Callable[[World, Binding, JsonObject], JsonValue | Problem]] = {
    Action.GET: _get,
    Action.LIST: _list,
    Action.CREATE: _create,
    Action.UPDATE: _update,
    Action.DELETE: _delete,
    Action.COMPUTE: _compute,
}


def _known(entity: Entity, item: JsonObject) -> Row:
    by_plain = {plain(name): name for name in entity.columns}
    return {by_plain[plain(name)]: value for name, value in item.items() if plain(name) in by_plain}


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _fields(binding: Binding, arguments: JsonObject) -> Row:
    return {column: arguments[param] for param, column in binding.columns.items() if param in arguments}


def _new_key(world: World, entity: Entity, content: str) -> JsonValue:
    rng = generator(world.seed, "new key", entity.name, content)
    key = draw_column(entity, entity.columns[entity.key_column], rng, world.split)
    for _ in range(100):
        if world.state.get(entity.name, key) is None:
            break
        key = draw_column(entity, entity.columns[entity.key_column], rng, world.split)
    return key


def _required(binding: Binding) -> frozenset[str]:
    return frozenset() if binding.view is None else frozenset(binding.view.schema.get("required") or ())


def _is_made_by_server(name: str) -> bool:
    return bool(PROPERTIES["made_by_server"] & set(name_words(name)))


def _named_change(entity: Entity, binding: Binding, row: Row) -> Row:
    """What a verb alone changes (``close_ticket``): the state it leads to, or a mark that it was done."""
    verb = next(iter(name_words(binding.tool.name)), "done")
    stem = verb.removesuffix("e")
    for name, column in entity.columns.items():
        schema = resolve_schema(column.schema, column.root)
        choices = schema.get("enum") or ()
        reached = next((each for each in choices if isinstance(each, str) and each.startswith(stem)), None)
        if reached is not None:
            return {name: reached}
        if plain(name) in ("status", "state") and schema.get("type") == "string" and not choices:
            return {name: f"{stem}ed"}
    done = [*row.get("_done", ()), verb]
    return {"_done": done}


def _matches(row: Row, binding: Binding, arguments: JsonObject) -> bool:
    for param, wanted in arguments.items():
        column = binding.columns.get(param)
        if column is not None and column in row:
            side = bound_side(param, column)
            if not (_same(row[column], wanted) if side == 0 else _bounded(row[column], wanted, side)):
                return False
        elif column is None and is_search(param) and isinstance(wanted, str):
            text = " ".join(str(value) for value in row.values()).casefold()
            if wanted.casefold() not in text:
                return False
    return True


def _same(value: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(wanted, list) and not isinstance(value, list):
        return any(_same(value, each) for each in wanted)
    if isinstance(value, list) and not isinstance(wanted, list):
        return any(_same(each, wanted) for each in value)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = value.casefold(), wanted.casefold()
        return value == wanted or (" " not in value and value in re.split(r"\s*,\s*", wanted))
    return bool(value == wanted or str(value) == str(wanted))


def _bounded(value: JsonValue, wanted: JsonValue, side: int) -> bool:
    numbers = isinstance(value, int | float) and isinstance(wanted, int | float)
    if not numbers:
        if not (isinstance(value, str) and isinstance(wanted, str)):
            return True
        length = min(len(value), len(wanted))  # a date bounds a date-time
        value, wanted = value[:length], wanted[:length]
    return bool(value >= wanted) if side < 0 else bool(value <= wanted)


def _page(arguments: JsonObject) -> tuple[int, int]:
    size, start, page = PAGE_SIZE, 0, 1
    for param, value in arguments.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            continue
        if plain(param) in PARAMETERS["page_size"]:
            size = min(max(value, 1), PAGE_SIZE)
        elif plain(param) in PARAMETERS["page_start"]:
            start = value
        elif plain(param) in PARAMETERS["page_number"]:
            page = max(value, 1)
    return start + (page - 1) * size, size
