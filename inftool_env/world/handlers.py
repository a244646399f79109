"""What each action does to the world, and the result it gives."""

from collections.abc import Callable
from dataclasses import replace

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect
from inftool_env.world.clock import stamp
from inftool_env.world.columns import Column
from inftool_env.world.entities import Action, Binding, Entity
from inftool_env.world.filters import matching, same
from inftool_env.world.listing import listing_of
from inftool_env.world.problems import Problem
from inftool_env.world.results import Shaper
from inftool_env.world.rows import Row, draw_column
from inftool_env.world.rules import (
    World,
    broken_rule,
    missing_parent,
    not_found,
    remove_children,
    taken,
)
from inftool_env.world.shapes import resolve_schema
from inftool_env.world.vocabulary import PROPERTIES, name_words, plain

EFFECTS = "_effects"
"""The table that remembers calls which change something that no other table holds."""


def handle(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    """Do what a call asks; its arguments have been validated."""
    return _HANDLERS[binding.action](world, binding, arguments)


def _shaper(world: World, binding: Binding, arguments: JsonObject) -> Shaper:
    entity = None if binding.entity is None else world.entities.entities[binding.entity]
    return Shaper(
        binding=binding,
        entity=entity,
        arguments=arguments,
        seed=world.seed,
        split=world.split,
        shown=world.shown,
    )


def _entity(world: World, binding: Binding) -> Entity:
    assert binding.entity is not None, f"{binding.tool.name} is bound to no table"
    return world.entities.entities[binding.entity]


def _named_row(world: World, binding: Binding, arguments: JsonObject) -> Row | Problem:
    entity = _entity(world, binding)
    if binding.key is None:
        return world.state.rows(entity.name)[0]
    if binding.key not in arguments:
        return Problem(422, f"missing required parameter '{binding.key}'", binding.key)
    orphan = missing_parent(world, entity, binding, arguments)
    if orphan is not None:
        return orphan
    wanted = arguments[binding.key]
    if binding.key_column == entity.key_column:
        row = world.state.get(entity.name, wanted)
    else:
        column = binding.key_column or entity.key_column
        row = next((row for row in world.state.rows(entity.name) if same(row.get(column), wanted)), None)
    if row is not None and all(
        same(row.get(binding.columns[param]), arguments.get(param)) for param in binding.parents
    ):
        return row
    return not_found(entity.name, wanted, binding.key)


def _get(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    row = _named_row(world, binding, arguments)
    if isinstance(row, Problem):
        return row
    return _shaper(world, binding, arguments).row_result(row)


def _list(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    entity = _entity(world, binding)
    orphan = missing_parent(world, entity, binding, arguments)
    if orphan is not None:
        return orphan
    plan = listing_of(Same(binding), Same(entity))
    placed = world.state.placed_rows(entity.name)
    found = matching(placed, plan.filters, arguments)
    most = None if binding.view is None else binding.view.most
    page = plan.paging.page(found, plan.sorting.keys(arguments), arguments, most)
    if isinstance(page, Problem):
        return page
    shown = page.rows
    if binding.view is not None and len(shown) < binding.view.least:
        # The document promises more than there is: what matches comes first.
        shown = shown + [row for _, row in placed if row not in shown]
        page = replace(page, rows=shown[: binding.view.least])
    return _shaper(world, binding, arguments).list_result(page.rows, page)


def _create(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    entity = _entity(world, binding)
    shared = _fields(binding, arguments)
    given = [shared]
    if binding.batch is not None:
        given = [{**shared, **_known(entity, item)} for item in arguments[binding.batch]]
    problem = missing_parent(world, entity, binding, arguments)
    for fields in given:
        problem = problem or broken_rule(world, entity, binding, fields)
        key = fields.get(entity.key_column)
        if key is not None and world.state.get(entity.name, key) is not None:
            problem = problem or taken(binding, entity, entity.key_column, key)
    if problem is not None:
        return problem
    world.state.ticks += 1
    rows = [_new_row(world, binding, fields) for fields in given]
    for row in rows:
        world.state.put(entity.name, row)
    shaper = _shaper(world, binding, arguments)
    return shaper.list_result(rows) if binding.batch is not None else shaper.row_result(rows[0])


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
        elif name in entity.made or name in entity.changed:
            row[name] = _stamp(world, column)
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


def _stamp(world: World, column: Column) -> JsonValue:
    return stamp(resolve_schema(column.schema, column.root), world.seed, world.state.ticks, world.split)


def _update(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    found = _named_row(world, binding, arguments)
    if isinstance(found, Problem):
        return found
    entity = _entity(world, binding)
    fields = _fields(binding, arguments)
    fields.pop(entity.key_column, None)
    problem = broken_rule(world, entity, binding, fields, found)
    if problem is not None:
        return problem
    row = {**found, **fields}
    if not fields:
        row |= _named_change(entity, binding, found)
    if row != found:
        world.state.ticks += 1
        row |= {name: _stamp(world, entity.columns[name]) for name in entity.changed}
        world.state.put(entity.name, row)
    return _shaper(world, binding, arguments).row_result(row)


def _delete(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    row = _named_row(world, binding, arguments)
    if isinstance(row, Problem):
        return row
    entity = _entity(world, binding)
    world.state.ticks += 1
    world.state.remove(entity.name, row[entity.key_column])
    remove_children(world, entity, row[entity.key_column])
    return _shaper(world, binding, arguments).row_result(row)


def _compute(world: World, binding: Binding, arguments: JsonObject) -> JsonValue | Problem:
    # A default that is spelled out is answered as one that is left out.
    arguments = {**binding.defaults, **arguments}
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
    by_plain = {plain(name): name for name in entity.columns if name not in (*entity.made, *entity.changed)}
    return {by_plain[plain(name)]: value for name, value in item.items() if plain(name) in by_plain}


def _fields(binding: Binding, arguments: JsonObject) -> Row:
    """What a call says of its row; the parent that an existing row belongs to is not among it."""
    skipped = binding.parents if binding.key is not None else ()
    return {
        column: arguments[param]
        for param, column in binding.columns.items()
        if param in arguments and param not in skipped
    }


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
    known = row.get("_done", [])
    once = binding.tool.route is not None and not binding.tool.route.startswith("POST ")
    return {} if once and verb in known else {"_done": [*known, verb]}
