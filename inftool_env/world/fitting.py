"""Whether a value may stand in a part of a document, as it is or spelled as that part spells it."""

from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.world.retyped import retyped


def fits(schema: JsonValue, root: JsonObject, value: JsonValue) -> bool:
    """Whether a value obeys a part of a document."""
    if not isinstance(schema, dict):
        return schema is not False
    kind = _BARE_KINDS.get(str(schema.get("type")))
    if kind is not None and schema.keys() <= _ANNOTATIONS:
        return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    return _validator(Same(schema), Same(root)).is_valid(value)


def retyped_for(schema: JsonValue, root: JsonObject, value: JsonValue) -> JsonValue:
    """The value as a part of a document spells it, as text or as a number; unchanged where neither fits."""
    if not isinstance(schema, dict) or fits(schema, root, value):
        return value
    other = retyped(value, _validator(Same(schema), Same(root)))
    return value if other is None else other


_BARE_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
_ANNOTATIONS = frozenset(
    ("type", "description", "title", "default", "example", "examples", "readOnly", "format")
)


@lru_cache(maxsize=8192)
def _validator(schema: Same[JsonObject], root: Same[JsonObject]) -> SchemaValidator:
    return SchemaValidator({"$defs": root.held.get("$defs", {}), **schema.held})
