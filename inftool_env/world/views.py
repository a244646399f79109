"""Where in a tool's result its rows stand."""

from dataclasses import dataclass

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.world.shapes import chosen_shape
from inftool_env.world.vocabulary import PROPERTIES, plain, singular

_ASIDES = frozenset(("errors", "warnings", "links"))
"""Lists that stand beside the rows in many envelopes."""


MOST_DEMANDED = 100
"""A list that must hold more rows than this gets no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where in a tool's result a row, or the list of rows, stands."""

    path: tuple[str, ...]
    """Property names from the top of the result; empty when the result itself is it."""
    many: bool
    least: int = 0
    """Rows that the list must hold."""
    most: int | None = None
    """Rows that the list may hold; None where the document sets no limit."""
    schema: JsonObject
    """Object schema of one row as this tool shows it."""
    root: JsonObject


def find_view(tool: ToolSpec, noun: str) -> View | None:
    """Where the rows stand in a tool's result; None when it shows no object at all."""
    if tool.returns is None:
        return None
    return _view_at(tool.returns, tool.returns, noun, (), single=tool.effect is not Effect.READ)


def find_nested(view: View) -> View | None:
    """Where rows stand in lists of lists (as some documents have it by mistake); None where they do not."""
    for name, schema in view.schema["properties"].items():
        shape = chosen_shape(schema, view.root)
        for _ in range(2):
            shape = chosen_shape(shape.get("items"), view.root)
        if own_id(shape, "") is not None:
            return View(path=(*view.path, name), many=True, schema=shape, root=view.root)
    return None


def is_untold(tool: ToolSpec) -> bool:
    """Whether the document leaves open what a tool returns: no schema, or one for just any object."""
    if tool.returns is None:
        return True
    shape = chosen_shape(tool.returns, tool.returns)
    return shape.get("type", "object") == "object" and not shape.keys() & {
        "properties",
        "items",
        "additionalProperties",
    }


def own_id(shape: JsonObject, noun: str) -> str | None:
    """The property that names the object itself."""
    by_plain: dict[str, str] = {plain(name): name for name in shape.get("properties", {})}
    last = plain(noun.rpartition("_")[2])
    for candidate in ("id", f"{plain(noun)}id", f"{last}id", "uuid", "uid", "guid"):
        if candidate in by_plain:
            return by_plain[candidate]
    return None


def _view_at(
    schema: JsonValue, root: JsonObject, noun: str, path: tuple[str, ...], *, single: bool
) -> View | None:
    shape = chosen_shape(schema, root)
    if shape.get("type") == "array" or ("items" in shape and "properties" not in shape):
        items = chosen_shape(shape.get("items"), root)
        if not items.get("properties"):
            return None
        least, most = min(shape.get("minItems") or 0, MOST_DEMANDED), shape.get("maxItems")
        return View(path=path, many=True, least=least, most=most, schema=items, root=root)
    properties = shape.get("properties")
    if not isinstance(properties, dict) or not properties:
        return None
    if own_id(shape, noun) is None and len(path) < 2:
        deeper = _wrapped(properties, root, noun, path, single=single)
        if deeper is not None:
            return deeper
    return View(path=path, many=False, schema=shape, root=root)


def _wrapped(
    properties: JsonObject, root: JsonObject, noun: str, path: tuple[str, ...], *, single: bool
) -> View | None:
    shapes = {name: chosen_shape(part, root) for name, part in properties.items()}
    arrays = [
        name for name, shape in shapes.items() if shape.get("type") == "array" and name.lower() not in _ASIDES
    ]
    objects = [name for name, shape in shapes.items() if shape.get("properties")]
    scalars = len(shapes) - len(arrays) - len(objects)
    last = noun.rpartition("_")[2]
    likely = [
        name
        for name in arrays
        if name.lower() in PROPERTIES["list_wrapper"] or (last and singular(plain(name)) == plain(last))
    ]
    if not single and len(arrays) == 1 and scalars <= 6:
        likely = likely or arrays
    named = [
        name
        for name in objects
        if name.lower() in PROPERTIES["row_wrapper"] or (noun and plain(name) in (plain(noun), last))
    ]
    if len(objects) == 1 and not arrays and scalars <= 2:
        named = named or objects
    for name in (*likely, *named, *(objects if not scalars else ())):
        found = _view_at(properties[name], root, noun, (*path, name), single=single)
        if found is not None:
            return found
    return None
