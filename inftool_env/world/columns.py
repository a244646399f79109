"""The columns of a table, and which of them a parameter stands for."""

from dataclasses import dataclass, replace

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.world.links import parent_column
from inftool_env.world.nouns import path_params
from inftool_env.world.retyped import retyped
from inftool_env.world.roles import Action, Role
from inftool_env.world.shapes import chosen_shape, is_scalar, kind_of, merge_schemas
from inftool_env.world.values import draw_value
from inftool_env.world.views import View, own_id
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, name_words, plain, singular

MAX_COLUMNS = 8
"""Rows carry no more optional columns than make this many in all."""
_DOMAIN = ("type", "format", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength")
"""The words that narrow a key's domain."""
_BOUNDS = PARAMETERS["lower_bound"] | PARAMETERS["upper_bound"]
_COMPARISONS = _BOUNDS | PARAMETERS["unlike"] | PARAMETERS["like"] | PARAMETERS["beginning"]
_TIMES = ("", "time", "date", "at", "timestamp", "datetime")
"""What is left of a parameter like ``since`` or ``end_time`` that bounds when a row was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    schema: JsonObject
    root: JsonObject
    """The document that local references of ``schema`` point into."""
    hidden: bool = False
    """Whether the server keeps it to itself, since no result has a place for it."""


def match_column(param: str, noun: str, columns: dict[str, Column], action: Action) -> str | None:
    """The column that a filter or field parameter stands for, or None."""
    bare, last = plain(param), plain(noun.rpartition("_")[2])
    by_plain = {plain(name): name for name in columns}
    steers = bare in PARAMETERS["search"] or bare in PARAMETERS["paging"]
    if action is Action.LIST and steers and bare not in by_plain:
        return None
    spellings = (bare, singular(bare), bare.removeprefix(plain(noun)), bare.removeprefix(last), f"{bare}id")
    for spelling in spellings:
        if spelling in by_plain:
            return by_plain[spelling]
    words = name_words(param)
    rest = "".join(word for word in words if word not in _COMPARISONS)
    if action is not Action.LIST or len(rest) == len("".join(words)):
        return None
    if rest in _TIMES and _BOUNDS & set(words):
        return next((name for name in columns if plain(name) in PROPERTIES["created"]), None)
    bounded = [name for name in columns if plain(name) == rest]
    bounded = bounded or [name for name in columns if plain(name).endswith(rest)]
    return bounded[0] if len(bounded) == 1 else None


def column_of(param: str, role: Role, noun: str, columns: dict[str, Column]) -> str | None:
    """The column that a parameter of a tool stands for, or None; a parent's key is never the row's own."""
    parent = role.parents.get(param)
    if parent is None:
        return None if _is_token(param, role) else match_column(param, noun, columns, role.action)
    name = parent_column(parent, columns)
    return name if name in columns else None


def match_key(param: str, columns: dict[str, Column], key_column: str) -> str:
    """The column that a key parameter names: one of its own name, otherwise the table's key."""
    same = next((name for name in columns if plain(name) == plain(param)), None)
    return same if same is not None else key_column


def is_technical(param: str) -> bool:
    """Whether a parameter steers the call rather than describing a row."""
    is_header = param[:1].isupper() and "-" in param  # as Api-Version
    return is_header or plain(param) in PARAMETERS["paging"]


def shown_columns(roles: list[Role]) -> dict[str, Column]:
    """Every property of a row in any result; those of reads first."""
    shown: dict[str, Column] = {}
    known: set[str] = set()
    for role in sorted(roles, key=lambda role: role.tool.effect is not Effect.READ):
        view = role.view
        if view is None or role.tool.effect is Effect.DELETE or (shown and _is_receipt(view, known)):
            continue
        for name, schema in view.schema["properties"].items():
            if isinstance(schema, dict) and plain(name) not in known:
                shown[name] = Column(name=name, schema=schema, root=view.root)
                known.add(plain(name))
    return shown


def key_column_of(noun: str, roles: list[Role], shown: dict[str, Column]) -> str:
    """The column whose values are unique: an id, else what a key parameter is called, else a hidden ``id``."""
    identity = own_id({"properties": shown}, noun)
    if identity is not None:
        return identity
    by_plain = {plain(name): name for name in shown}
    for role in roles:
        for name in () if role.key is None else (plain(role.key), plain(role.key).removeprefix(plain(noun))):
            if name in by_plain:
                return by_plain[name]
    return "id"


def table_columns(
    noun: str, roles: list[Role], shown: dict[str, Column], key_column: str
) -> dict[str, Column]:
    """The columns that rows carry: the key, what results require, what parameters touch, a few scalars."""
    wanted = {key_column}
    for role in roles:
        if role.view is not None and role.action is not Action.DELETE:
            wanted |= set(role.view.schema.get("required") or ())
        touched = (column_of(param, role, noun, shown) for param in role.tool.properties)
        wanted |= {name for name in touched if name is not None}
    for name, column in shown.items():
        if len(wanted) < MAX_COLUMNS and is_scalar(column.schema, column.root):
            wanted.add(name)
    columns = {name: column for name, column in shown.items() if name in wanted}
    if key_column not in columns:
        columns = {key_column: _hidden_key(key_column, roles), **columns}
    for role in roles:
        if role.key is not None and role.names_row:
            _fit_key(role.tool, role.key, match_key(role.key, columns, key_column), columns)
        for param in role.tool.properties:
            if param != role.key and _is_kept(param, role, noun, columns):
                parent = role.parents.get(param)
                name = param if parent is None else parent_column(parent, columns)
                columns[name] = replace(_of_parameter(param, role.tool), name=name)
    return columns


def batch_of(role: Role, columns: dict[str, Column]) -> str | None:
    """The required parameter of a creation that holds a list of new rows."""
    tool, known = role.tool, {plain(name) for name in columns}
    for param in tool.required if role.action is Action.CREATE else ():
        given = chosen_shape(tool.properties.get(param), tool.parameters)
        items = chosen_shape(given.get("items"), tool.parameters)
        fields = {plain(name) for name in items.get("properties", {})}
        if fields and 2 * len(fields & known) >= len(fields):
            return param
    return None


def _is_token(param: str, role: Role) -> bool:
    """Whether ``after`` is a cursor, which has no format, rather than a date."""
    schema = role.tool.properties[param]
    is_bare = plain(param) in ("after", "before") and role.action is Action.LIST
    return is_bare and "format" not in schema and kind_of(schema) == "string"


def _is_kept(param: str, role: Role, noun: str, columns: dict[str, Column]) -> bool:
    """Whether a parameter without a column needs a hidden one: its value must be found again."""
    if column_of(param, role, noun, columns) is not None or param == batch_of(role, columns):
        return False
    is_field = role.action in (Action.CREATE, Action.UPDATE) and not is_technical(param)
    return is_field or (role.action is Action.LIST and param in path_params(role.tool))


def _hidden_key(name: str, roles: list[Role]) -> Column:
    for role in roles:
        if role.key is not None:
            return replace(_of_parameter(role.key, role.tool), name=name)
    return Column(name=name, schema={"type": "string"}, root={}, hidden=True)


def _of_parameter(param: str, tool: ToolSpec) -> Column:
    return Column(name=param, schema=tool.properties[param], root=tool.parameters, hidden=True)


def _is_receipt(view: View, known: set[str]) -> bool:
    """Whether a result only confirms: it neither names itself nor shares half its properties with the rows."""
    properties = {plain(name) for name in view.schema["properties"]}
    return own_id(view.schema, "") is None and 2 * len(properties & known) < len(properties)


def _fit_key(tool: ToolSpec, key: str, name: str, columns: dict[str, Column]) -> None:
    """Let the column that a key names hold values that the parameter takes, or give the key its own column."""
    asked, column = chosen_shape(tool.properties[key], tool.parameters), columns[name]
    shown = chosen_shape(column.schema, column.root)
    if all(asked.get(word) in (None, shown.get(word)) for word in _DOMAIN):
        return
    merged = merge_schemas(shown, asked)
    sides = (SchemaValidator({**column.root, **shown}), SchemaValidator({**tool.parameters, **asked}))
    rng = generator("key", tool.name)

    def draw(schema: JsonObject) -> list[JsonValue]:
        return [draw_value(schema, name, rng, split, sparse=True) for split in (Split.TRAIN, Split.EVAL)]

    if all(side.is_valid(value) for side in sides for value in draw(merged)):
        columns[name] = replace(column, schema=merged)
        return
    # Every number can be written as text, but hardly any text is a number.
    for schema in sorted((shown, asked), key=lambda one: kind_of(one) == "string"):
        if all(retyped(value, side) is not None for side in sides for value in draw(schema)):
            columns[name] = replace(column, schema=schema)
            return
    columns[key] = _of_parameter(key, tool)
