"""What a user can tell in one message: how many values a parameter, or a whole tool, asks for."""

from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.world.shapes import chosen_shape, kind_of

MOST_TOLD = 16
"""A tool that cannot be called with fewer values than this is too much to tell in one message."""
_MOST_DEEP = 4
"""Objects in objects, at most, that a user can put into words."""

_SCALARS = frozenset({"string", "integer", "number", "boolean"})


def is_sayable(schema: JsonObject) -> bool:
    """Whether a person can tell a value of this schema in a few words."""
    if "enum" in schema or "const" in schema:
        return True
    kind = _kind(schema)
    if kind == "array":
        items = schema.get("items", {})
        return isinstance(items, dict) and _kind(items) in _SCALARS
    return kind in _SCALARS and not any(key in schema for key in ("anyOf", "oneOf", "allOf", "$ref"))


def _kind(schema: JsonObject) -> str:
    """The type of a value that a person would give; the first where the schema names several."""
    kind = schema.get("type", "string")
    return next((name for name in kind if name != "null"), "string") if isinstance(kind, list) else kind


def is_tellable(tool: ToolSpec) -> bool:
    """Whether a user can ask for this tool in one message."""
    return least_told(tool) <= MOST_TOLD


def least_told(tool: ToolSpec) -> int:
    """How many single values the smallest call of the tool takes; more than ``MOST_TOLD`` for a deep one."""
    return _least_told(Same(tool))


@lru_cache(maxsize=4096)
def _least_told(same: Same[ToolSpec]) -> int:
    tool = same.held
    return sum(_least_values(tool.properties.get(name, {}), tool.parameters) for name in tool.required)


def _least_values(schema: JsonValue, root: JsonObject, depth: int = 0) -> int:
    """How many single values make up a small value of the schema; a list of scalars counts as one."""
    shape = chosen_shape(schema, root)
    if "enum" in shape or "const" in shape:
        return 1
    kind = kind_of(shape)
    if kind not in ("object", "array"):
        return 1
    if depth == _MOST_DEEP:
        return MOST_TOLD + 1
    if kind == "array":
        items = shape.get("items", {})
        if kind_of(chosen_shape(items, root)) not in ("object", "array"):
            return 1
        return max(1, shape.get("minItems") or 0) * _least_values(items, root, depth + 1)
    declared = shape.get("properties") or {}
    required = [name for name in shape.get("required") or () if isinstance(name, str)]
    values = sum(_least_values(declared.get(name, {}), root, depth + 1) for name in required)
    return max(1, values)
