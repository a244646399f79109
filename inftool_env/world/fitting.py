"""Whether a value may stand in a part of a document, as it is or spelled as that part spells it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.world.retyped import retyped
from inftool_env.world.shapes import chosen_shape
from inftool_env.world.vocabulary import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One declared property of an object."""

    name: str
    bare: str
    """The name without case and separators."""
    schema: JsonValue
    fits: Callable[[JsonValue], bool]
    is_required: bool
    is_scalar: bool
    """Whether it holds a single value of a declared type."""


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


def parts_of(shape: JsonObject, root: JsonObject) -> tuple[Part, ...]:
    """The declared properties of an object schema, in order; cached per object."""
    return _parts_of(Same(shape), Same(root))


def shape_of(schema: JsonObject, root: JsonObject) -> JsonObject:
    """``chosen_shape``, the same object each time for the same schema."""
    return _shape_of(Same(schema), Same(root))


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


@lru_cache(maxsize=4096)
def _shape_of(schema: Same[JsonObject], root: Same[JsonObject]) -> JsonObject:
    return chosen_shape(schema.held, root.held)


@lru_cache(maxsize=4096)
def _parts_of(shape: Same[JsonObject], root: Same[JsonObject]) -> tuple[Part, ...]:
    required = frozenset(shape.held.get("required") or ())
    return tuple(
        Part(
            name=name,
            bare=plain(name),
            schema=schema,
            fits=_fit(schema, root.held),
            is_required=name in required,
            is_scalar=_is_scalar(schema, root.held),
        )
        for name, schema in (shape.held.get("properties") or {}).items()
        if schema is not False
    )


def _fit(schema: JsonValue, root: JsonObject) -> Callable[[JsonValue], bool]:
    if not isinstance(schema, dict):
        return lambda _: True
    return _validator(Same(schema), Same(root)).is_valid


def _is_scalar(schema: JsonValue, root: JsonObject) -> bool:
    shape = chosen_shape(schema, root)
    return shape.get("type") in ("string", "integer", "number", "boolean") or "enum" in shape
