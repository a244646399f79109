"""What a toolset's tools do to which table: entities, and every tool's binding to one."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.same import Same
from inftool_env.world.values import draw_value, merge_schemas, resolve_schema
from inftool_env.world.words import name_words

MAX_COLUMNS = 8
"""Rows carry no more optional columns than make this many in all."""


class Action(StrEnum):
    """What a call does to its table."""

    GET = "get"
    """Give one row."""
    LIST = "list"
    """Give the rows that match."""
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    COMPUTE = "compute"
    """Touch no table: the answer depends on the arguments and the seed alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    schema: JsonObject
    root: JsonObject
    """The document that local references of ``schema`` point into."""
    hidden: bool = False
    """Whether the server keeps it to itself, since no result has a place for it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where in a tool's result a row, or the list of rows, stands."""

    path: tuple[str, ...]
    """Property names from the top of the result; empty when the result itself is it."""
    many: bool
    schema: JsonObject
    """Object schema of one row as this tool shows it."""
    root: JsonObject


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
    batch: str | None = None
    """The parameter of a creation that holds a list of new rows; None when a call makes one."""
    view: View | None = None
    """None when the result shows no row."""


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


def plain(name: str) -> str:
    """A name without case and separators, to compare ``petId`` with ``pet_id``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(noun: str) -> str:
    """The singular of a noun as API authors form plurals."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


@lru_cache(maxsize=256)
def _entity_map(same: Same[Toolset]) -> EntityMap:
    tools = same.held.tools
    nouns = _nouns(tools)
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
    ordered = {tool.name: bindings.get(tool.name) or _compute(tool, _find_view(tool, "")) for tool in tools}
    return EntityMap(entities=entities, bindings=ordered)


def _compute(tool: ToolSpec, view: View | None) -> Binding:
    return Binding(tool=tool, entity=None, action=Action.COMPUTE, view=view)


# --- nouns -----------------------------------------------------------------------------------------

_GET = frozenset("get read show fetch retrieve view describe track lookup find".split())
_LIST = frozenset("list search find query browse".split())
_CREATE = frozenset(
    "create add new insert place book post send write register schedule make save upload".split()
)
_UPDATE = frozenset(
    "update edit modify change set rename move replace patch mark adjust assign close open".split()
)
_DELETE = frozenset("delete remove cancel clear drop destroy unsubscribe revoke".split())
_CRUD = _GET | _LIST | _CREATE | _UPDATE | _DELETE
_COMPUTING = frozenset(
    "convert calculate compute estimate quote validate check verify translate compare login logout "
    "authenticate authorize predict preview measure ping".split()
)
_TELLING = 4
"""Fewer scalar properties than this do not tell one kind of row from another."""
_STOP = frozenset("by for from of in on with to and at as".split())


def _nouns(tools: tuple[ToolSpec, ...]) -> dict[str, str | None]:
    """The noun of every tool; tools that show rows of one shape share the noun that most of them have."""
    nouns = {tool.name: tool.resource or _noun_in_name(tool) for tool in tools}
    votes: dict[frozenset[str], Counter[str]] = {}
    shapes: dict[str, frozenset[str]] = {}
    for tool in tools:
        noun, view = nouns[tool.name], _find_view(tool, nouns[tool.name] or "")
        if noun is None or view is None or _own_id(view.schema, "") is None:
            continue
        properties = view.schema["properties"]
        if sum(_is_scalar(part, view.root) for part in properties.values()) >= _TELLING:
            shapes[tool.name] = frozenset(properties)
            votes.setdefault(shapes[tool.name], Counter())[noun] += 1 if tool.effect is Effect.READ else 2
    for name, shape in shapes.items():
        if len(votes[shape]) <= _TELLING:  # a shape that every noun has is an envelope
            nouns[name] = votes[shape].most_common(1)[0][0]
    parents = {plain(noun) + "id": noun for noun in nouns.values() if noun is not None}
    for tool in tools:
        in_path = _path_params(tool)
        if tool.effect is Effect.UPDATE and in_path and not _ends_with_param(tool):
            # PUT /lamps/{lamp_id}/brightness changes the lamp.
            nouns[tool.name] = parents.get(plain(in_path[-1]), nouns[tool.name])
    return nouns


def _noun_in_name(tool: ToolSpec) -> str | None:
    words = name_words(tool.name)
    verb = next((place for place, word in enumerate(words) if word in _CRUD), None)
    if verb is None or tool.route is not None:
        return None
    noun: list[str] = []
    for word in words[verb + 1 :]:
        if word in _STOP:
            break
        if word not in ("all", "new", "the", "a", "my"):
            noun.append(word)
    return "_".join([*noun[:-1], singular(noun[-1])]) if noun else None


# --- where rows stand in results --------------------------------------------------------------------

_LIST_NAMES = (
    "items",
    "data",
    "results",
    "records",
    "entries",
    "values",
    "list",
    "content",
    "features",
    "rows",
)
_ROW_NAMES = ("data", "result", "item", "record", "resource", "response", "object")


def _find_view(tool: ToolSpec, noun: str) -> View | None:
    if tool.returns is None:
        return None
    return _view_at(tool.returns, tool.returns, noun, (), single=tool.effect is not Effect.READ)


def _view_at(
    schema: JsonValue, root: JsonObject, noun: str, path: tuple[str, ...], *, single: bool
) -> View | None:
    shape = chosen_shape(schema, root)
    if shape.get("type") == "array" or ("items" in shape and "properties" not in shape):
        items = chosen_shape(shape.get("items"), root)
        return View(path=path, many=True, schema=items, root=root) if items.get("properties") else None
    properties = shape.get("properties")
    if not isinstance(properties, dict) or not properties:
        return None
    if _own_id(shape, noun) is None and len(path) < 2:
        deeper = _wrapped(properties, root, noun, path, single=single)
        if deeper is not None:
            return deeper
    return View(path=path, many=False, schema=shape, root=root)


def _wrapped(
    properties: JsonObject, root: JsonObject, noun: str, path: tuple[str, ...], *, single: bool
) -> View | None:
    shapes = {name: chosen_shape(part, root) for name, part in properties.items()}
    arrays = [name for name, shape in shapes.items() if shape.get("type") == "array"]
    objects = [name for name, shape in shapes.items() if shape.get("properties")]
    scalars = len(shapes) - len(arrays) - len(objects)
    last = noun.rpartition("_")[2]
    likely = [
        name
        for name in arrays
        if name.lower() in _LIST_NAMES or (last and singular(plain(name)) == plain(last))
    ]
    if not single and len(arrays) == 1 and scalars <= 6:
        likely = likely or arrays
    named = [
        name
        for name in objects
        if name.lower() in _ROW_NAMES or (noun and plain(name) in (plain(noun), last))
    ]
    if len(objects) == 1 and not arrays and scalars <= 2:
        named = named or objects
    for name in (*likely, *named, *(objects if not scalars else ())):
        found = _view_at(properties[name], root, noun, (*path, name), single=single)
        if found is not None:
            return found
    return None


def chosen_shape(schema: JsonValue, root: JsonObject) -> JsonObject:
    """The schema with references followed and the first branch that is not null chosen."""
    shape = resolve_schema(schema, root)
    for _ in range(4):
        keyword = next((word for word in ("oneOf", "anyOf") if isinstance(shape.get(word), list)), None)
        if keyword is None:
            return shape
        beside = {name: part for name, part in shape.items() if name != keyword}
        branches = [resolve_schema(part, root) for part in shape[keyword]]
        real = [part for part in branches if part.get("type") != "null"]
        if not real:
            return beside
        shape = resolve_schema(merge_schemas(beside, real[0]), root)
    return shape


def _own_id(shape: JsonObject, noun: str) -> str | None:
    """The property that names the object itself."""
    by_plain = {plain(name): name for name in shape.get("properties", {})}
    last = plain(noun.rpartition("_")[2])
    for candidate in ("id", f"{plain(noun)}id", f"{last}id", "uuid", "uid", "guid"):
        if candidate in by_plain:
            return by_plain[candidate]
    return None


_DOMAIN = ("type", "format", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength")
"""The words that narrow a key's domain."""

# --- binding the tools of one noun -------------------------------------------------------------------

_PAGING = frozenset(
    "limit offset page pagesize perpage size maxresults cursor pagetoken startcursor pagecursor sort sortby order "
    "orderby top first fields expand include market locale language units".split()
)
_SEARCH = frozenset("q query search keyword keywords text term searchterm filter".split())
_LOWER_BOUND = frozenset("min minimum from after since start gte lower".split())
_UPPER_BOUND = frozenset("max maximum to before until end lte upper".split())


def is_search(param: str) -> bool:
    """Whether a parameter is free text to look for in every column."""
    return plain(param) in _SEARCH


def bound_side(param: str, column: str) -> int:
    """-1 when the parameter is a lower bound for the column, 1 for an upper bound, 0 for equality."""
    if plain(param) == plain(column):
        return 0
    words = set(name_words(param)) - set(name_words(column))
    return -1 if words & _LOWER_BOUND else 1 if words & _UPPER_BOUND else 0


def _bind_group(
    noun: str, group: list[ToolSpec], nouns: frozenset[str]
) -> tuple[Entity | None, dict[str, Binding]]:
    views = {tool.name: _find_view(tool, noun) for tool in group}
    shown = _shown_columns(group, views)
    keys = {tool.name: _key_of(tool, noun, nouns, shown, views[tool.name]) for tool in group}
    actions = {tool.name: _action_of(tool, noun, keys[tool.name], views[tool.name]) for tool in group}
    has_keyless_update = any(
        actions[tool.name] is Action.UPDATE and keys[tool.name] is None and not _path_params(tool)
        for tool in group
    )
    many = any(action in (Action.LIST, Action.CREATE) for action in actions.values()) or any(keys.values())
    singleton = has_keyless_update and not many
    identity = _own_id({"properties": shown}, noun)
    kept = (
        any(key is not None for key in keys.values())
        or Action.CREATE in actions.values()
        or identity is not None
    )
    for tool in group:
        action, key = actions[tool.name], keys[tool.name]
        homeless = action in (Action.GET, Action.UPDATE, Action.DELETE) and key is None
        asks = action is Action.DELETE or (action is Action.GET and bool(tool.required))
        if (homeless and (not singleton or asks)) or (action is Action.LIST and not kept):
            actions[tool.name] = Action.COMPUTE
    stored = [tool for tool in group if actions[tool.name] is not Action.COMPUTE]
    if not stored:
        return None, {tool.name: _compute(tool, views[tool.name]) for tool in group}
    shown = _shown_columns(stored, views)
    key_column = _key_column(noun, stored, keys, shown)
    columns = _columns(noun, stored, keys, actions, views, shown, key_column)
    entity = Entity(name=noun, key_column=key_column, columns=columns, singleton=singleton)
    bindings = {}
    for tool in group:
        action, key = actions[tool.name], keys[tool.name]
        if action is Action.COMPUTE:
            bindings[tool.name] = _compute(tool, views[tool.name])
            continue
        if action in (Action.LIST, Action.CREATE):
            key = None
        batch = _batch_of(tool, action, columns)
        mapped = {
            param: column
            for param in tool.properties
            if param not in (key, batch)
            and (column := match_column(param, noun, columns, action)) is not None
        }
        bindings[tool.name] = Binding(
            tool=tool,
            entity=noun,
            action=action,
            key=key,
            key_column=None if key is None else match_key(key, columns, key_column),
            columns=mapped,
            batch=batch,
            view=views[tool.name],
        )
    return entity, bindings


def _shown_columns(group: list[ToolSpec], views: dict[str, View | None]) -> dict[str, Column]:
    """Every property of a row in any result; those of reads first."""
    shown: dict[str, Column] = {}
    for tool in sorted(group, key=lambda tool: tool.effect is not Effect.READ):
        view = views[tool.name]
        if view is None or tool.effect is Effect.DELETE or (shown and _is_receipt(view, shown)):
            continue
        for name, schema in view.schema["properties"].items():
            if isinstance(schema, dict) and not any(plain(name) == plain(known) for known in shown):
                shown[name] = Column(name=name, schema=schema, root=view.root)
    return shown


def _is_receipt(view: View, shown: dict[str, Column]) -> bool:
    """Whether a result only confirms: it neither names itself nor shares half its properties with the rows."""
    properties = {plain(name) for name in view.schema["properties"]}
    shared = properties & {plain(name) for name in shown}
    return _own_id(view.schema, "") is None and 2 * len(shared) < len(properties)


def _path_params(tool: ToolSpec) -> list[str]:
    route = (tool.route or "").partition(" ")[2]
    by_plain = {plain(name): name for name in tool.properties}
    found = [by_plain.get(plain(part)) for part in re.findall(r"\{([^}]*)\}", route)]
    return [name for name in found if name is not None]


def _ends_with_param(tool: ToolSpec) -> bool:
    return (tool.route or "").rstrip("/").endswith("}")


def _key_of(
    tool: ToolSpec, noun: str, nouns: frozenset[str], shown: dict[str, Column], view: View | None
) -> str | None:
    """The parameter that names one row of the noun's own table."""
    last = plain(noun.rpartition("_")[2])
    own = {"id", "uuid", "uid", plain(noun), last}
    own |= {
        stem + end
        for stem in (plain(noun), last)
        for end in ("id", "uuid", "name", "key", "code", "number", "slug")
    }
    in_path = _path_params(tool)
    others = {plain(other) + "id" for other in nouns if other != noun}
    if in_path and _ends_with_param(tool) and plain(in_path[-1]) not in others:
        return in_path[-1]
    for param in reversed(in_path):
        if plain(param) in own:
            return param
    if in_path and tool.effect is not Effect.CREATE and not (view is not None and view.many):
        for param in reversed(in_path):
            if plain(param) not in others:
                return param
    candidates = [param for param, schema in tool.properties.items() if _is_scalar(schema, tool.parameters)]
    for param in candidates:
        if plain(param) in own and (param in tool.required or plain(param).endswith("id")):
            return param
    if tool.route is None and tool.effect in (Effect.UPDATE, Effect.DELETE, Effect.READ):
        ids = [
            param for param in tool.required if plain(param).endswith(("id", "name")) and param in candidates
        ]
        if len(ids) == 1 and plain(ids[0]) not in others:
            return ids[0]
    return None


def _is_scalar(schema: JsonValue, root: JsonObject) -> bool:
    shape = chosen_shape(schema, root)
    return shape.get("type") not in ("object", "array") and "properties" not in shape


def _action_of(tool: ToolSpec, noun: str, key: str | None, view: View | None) -> Action:
    words = name_words(tool.name)
    verb = next((word for word in words if word in _CRUD or word in _COMPUTING), "")
    if verb in _COMPUTING and key is None:
        return Action.COMPUTE
    many = view is not None and view.many
    if tool.effect is Effect.READ:
        if many:
            return Action.LIST
        if key is not None:
            return Action.GET
        if view is None and verb in _LIST and tool.returns is None:
            return Action.LIST
        return Action.GET
    if tool.effect is Effect.CREATE:
        named = key is not None and key in _path_params(tool)
        if verb in _LIST and many:
            return Action.LIST
        return Action.UPDATE if named else Action.CREATE
    if tool.effect is Effect.DELETE:
        return Action.DELETE
    posted = (tool.route or "").startswith("POST ") and not _path_params(tool)
    return Action.CREATE if posted and key is None else Action.UPDATE


def _key_column(
    noun: str, stored: list[ToolSpec], keys: dict[str, str | None], shown: dict[str, Column]
) -> str:
    identity = _own_id({"properties": shown}, noun)
    if identity is not None:
        return identity
    for tool in stored:
        key = keys[tool.name]
        if key is not None:
            found = next((name for name in shown if plain(name) == plain(key)), None)
            if found is None and plain(key) == plain(noun) + "name":
                found = next((name for name in shown if plain(name) == "name"), None)
            if found is not None:
                return found
    return "id"


def _columns(
    noun: str,
    stored: list[ToolSpec],
    keys: dict[str, str | None],
    actions: dict[str, Action],
    views: dict[str, View | None],
    shown: dict[str, Column],
    key_column: str,
) -> dict[str, Column]:
    """The columns that rows carry: the key, what results require, what parameters touch, a few scalars."""
    wanted = {key_column}
    for tool in stored:
        view = views[tool.name]
        if view is not None and actions[tool.name] is not Action.DELETE:
            wanted |= set(view.schema.get("required") or ())
        for param in tool.properties:
            column = match_column(param, noun, shown, actions[tool.name])
            if column is not None:
                wanted.add(column)
    for name, column in shown.items():
        if len(wanted) >= MAX_COLUMNS:
            break
        if name not in wanted and _is_scalar(column.schema, column.root):
            wanted.add(name)
    columns = {name: column for name, column in shown.items() if name in wanted}
    if key_column not in columns:
        keyed = [(tool, key) for tool in stored if (key := keys[tool.name]) is not None]
        schema = keyed[0][0].properties[keyed[0][1]] if keyed else {"type": "string"}
        root = keyed[0][0].parameters if keyed else {}
        columns = {key_column: Column(name=key_column, schema=schema, root=root, hidden=True), **columns}
    for tool in stored:
        action = actions[tool.name]
        in_path = _path_params(tool)
        key = keys[tool.name]
        if key is not None and action not in (Action.LIST, Action.CREATE):
            _fit_key(tool, key, match_key(key, columns, key_column), columns)
        for param, schema in tool.properties.items():
            if param == key or match_column(param, noun, columns, action) is not None:
                continue
            if param == _batch_of(tool, action, columns):
                continue
            is_field = action in (Action.CREATE, Action.UPDATE) and not _is_technical(param)
            if is_field or (param in in_path and action is Action.LIST):
                columns[param] = Column(name=param, schema=schema, root=tool.parameters, hidden=True)
    return columns


def _fit_key(tool: ToolSpec, key: str, name: str, columns: dict[str, Column]) -> None:
    """Let the column that a key names hold values that the parameter takes, or give the key its own column."""
    asked, column = chosen_shape(tool.properties[key], tool.parameters), columns[name]
    shown = chosen_shape(column.schema, column.root)
    if all(asked.get(word) in (None, shown.get(word)) for word in _DOMAIN):
        return
    merged = merge_schemas(shown, asked)
    sides = (SchemaValidator({**column.root, **shown}), SchemaValidator({**tool.parameters, **asked}))
    rng = generator("key", tool.name)
    drawn = [draw_value(merged, name, rng, split, sparse=True) for split in (Split.TRAIN, Split.EVAL)]
    if all(side.is_valid(value) for side in sides for value in drawn):
        columns[name] = replace(column, schema=merged)
    else:
        columns[key] = Column(name=key, schema=asked, root=tool.parameters, hidden=True)


def _is_technical(param: str) -> bool:
    return plain(param) in _PAGING or (param[:1].isupper() and "-" in param)  # as the header Api-Version


def _batch_of(tool: ToolSpec, action: Action, columns: dict[str, Column]) -> str | None:
    """The required parameter of a creation that holds a list of new rows."""
    if action is not Action.CREATE:
        return None
    for param in tool.required:
        items = chosen_shape(
            chosen_shape(tool.properties[param], tool.parameters).get("items"), tool.parameters
        )
        fields = {plain(name) for name in items.get("properties", {})}
        if fields and 2 * len(fields & {plain(name) for name in columns}) >= len(fields):
            return param
    return None


def match_key(param: str, columns: dict[str, Column], key_column: str) -> str:
    """The column that a key parameter names: one of its own name, otherwise the table's key."""
    same = next((name for name in columns if plain(name) == plain(param)), None)
    return same if same is not None else key_column


def match_column(param: str, noun: str, columns: dict[str, Column], action: Action) -> str | None:
    """The column that a filter or field parameter stands for, or None."""
    bare = plain(param)
    if action is Action.LIST and (bare in _SEARCH or bare in _PAGING) and bare not in map(plain, columns):
        return None
    by_plain = {plain(name): name for name in columns}
    last = plain(noun.rpartition("_")[2])
    for candidate in (
        bare,
        singular(bare),
        bare.removeprefix(plain(noun)),
        bare.removeprefix(last),
        bare + "id",
    ):
        if candidate and candidate in by_plain:
            return by_plain[candidate]
    if action is not Action.LIST:
        return None
    words = name_words(param)
    rest = "".join(word for word in words if word not in _LOWER_BOUND | _UPPER_BOUND)
    if not rest or len(rest) == len("".join(words)):
        return None
    ending = [name for name in columns if plain(name) == rest] or [
        name for name in columns if plain(name).endswith(rest)
    ]
    return ending[0] if len(ending) == 1 else None
