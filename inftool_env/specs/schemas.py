"""A document's schema as a small, self-contained JSON Schema 2020-12.

References are written out, ``allOf`` is merged, older drafts and common slips are mended, and what
only people or code generators read is left out. A schema too large for a prompt is cut at the deepest
level that fits: below it a request keeps what it requires, and the rest allows anything of its type.
``oneOf`` becomes ``anyOf``: real documents often give options that overlap, which ``oneOf`` would refuse.
"""

import difflib
import math
import reprlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.specs.examples import examples_in, given_in, helpful, spread
from inftool_env.specs.merge import any_of, merge_all, nullable, types_of, unique, with_types
from inftool_env.specs.patterns import is_safe_pattern
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node
from inftool_env.specs.text import MAX_PARAMETER_LENGTH, leading_sentences

MAX_NODES = 300
"""Schemas within the schema of a response."""
MAX_REQUEST_NODES = 1000
"""Schemas within that of a request, of which ``budget`` chooses what a policy reads."""
MAX_WIDE_NODES = 5000
"""Schemas within one whose first level alone has more than that; the rest allows anything."""
MAX_ENUM = 1000
"""Values of an enumeration; a longer one is left out."""
_MAX_DEPTH = 60
"""Schemas within each other, of whatever kind; what lies below allows anything."""
_LEVELS = (5, 3, 2, 1)
"""Nesting of objects that is tried, until the schema fits."""
_FARTHEST = 1e30
_FINEST = 1e-12
"""Bounds of numbers further from zero, and steps finer than this, are not taken over."""
_MAX_DEFAULT = 200
"""Characters of a default that is an object or a list."""

_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_MENDED_TYPES: dict[str, str | None] = {
    "file": "string",
    "str": "string",
    "date": "string",
    "datetime": "string",
    "date-time": "string",
    "uuid": "string",
    "binary": "string",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "bool": "boolean",
    "dict": "object",
    "map": "object",
    "hash": "object",
    "json": "object",
    "list": "array",
    "tuple": "array",
    "set": "array",
    "none": "null",
    "any": None,
}
"""Words of other type systems that can only mean one thing; None allows every type."""
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_LIMITS = frozenset(
    (
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "pattern",
        "format",
        "uniqueItems",
    )
).union(*_BOUNDS.values())
_OBJECT_KEYS = frozenset(("properties", "required", "additionalProperties"))
_ARRAY_KEYS = frozenset(("items", "prefixItems"))


_Target: TypeAlias = tuple[int, str]
"""What a reference leads to: the identity of the document, and the place in it."""


class Direction(StrEnum):
    """Which way a value travels: it decides which properties are there at all."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden_flag(self) -> str:
        """The keyword of properties that do not travel this way."""
        return "readOnly" if self is Direction.REQUEST else "writeOnly"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanSchema:
    """A schema in the form of ``ToolSpec.parameters``."""

    schema: JsonObject
    broken: tuple[str, ...] = ()
    """What could not be read; there the schema allows anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A schema that references lead to, read once to a depth."""

    schema: JsonObject
    nodes: int
    """Schemas in it, counted as often as they are written out."""
    broken: tuple[str, ...]
    targets: frozenset["_Target"]
    """What the references within lead to, this schema too."""


class SchemaReader:
    """Reads the schemas of one document; one that many operations share is read once."""

    def __init__(self) -> None:
        # By identity. The value is kept beside the result: one that is no part of the document could be
        # freed, and its identity given to another.
        self._known: dict[tuple[int, Direction], tuple[JsonValue, CleanSchema]] = {}
        self._shared: dict[Direction, dict[tuple[int, int], _Shared]] = {
            direction: {} for direction in Direction
        }

    def read(self, node: Node, direction: Direction) -> CleanSchema:
        """The schema at a node, of at most so many schemas as its direction allows, if its first level fits.

        A request's schema names all that its value must hold, however deep.
        """
        key = (id(node.value), direction)
        if key not in self._known:
            self._known[key] = (node.value, _clean(node, direction, self._shared[direction]))
        return self._known[key][1]


def _clean(node: Node, direction: Direction, shared: dict[tuple[int, int], _Shared]) -> CleanSchema:
    is_request = direction is Direction.REQUEST
    bound = MAX_REQUEST_NODES if is_request else MAX_NODES
    for levels in _LEVELS:
        try:
            return _Cleaner(direction=direction, nodes_left=bound, shared=shared).finish(node, levels)
        except _TooLargeError:
            continue
    last = _Cleaner(direction=direction, nodes_left=MAX_WIDE_NODES, shared=shared, is_last=True)
    return last.finish(node, _LEVELS[-1])


class _TooLargeError(Exception):
    """More schemas than the bound."""


@dataclass(slots=True, kw_only=True)
class _Cleaner:
    """One attempt: counts schemas, and gives up at the bound."""

    direction: Direction
    nodes_left: int
    shared: dict[tuple[int, int], _Shared]
    """By the identity of the value and the levels written out; grows while reading."""
    is_last: bool = False
    """Whether what is over the bound allows anything, rather than ending the attempt."""
    depth: int = 0
    is_clipped: bool = False
    """Whether something was left out for being too much or too deep."""
    targets: set[_Target] = field(default_factory=set)
    """What references led to since the innermost open one was entered."""
    turned_back: set[_Target] = field(default_factory=set)
    """The open references that were met again."""
    broken: list[str] = field(default_factory=list)

    def finish(self, node: Node, levels: int) -> CleanSchema:
        """The whole schema at the node, objects written out ``levels`` deep."""
        schema = self.clean(node, levels, ())
        return CleanSchema(schema=schema, broken=tuple(dict.fromkeys(self.broken)))

    def clean(self, node: Node, level: int, trail: tuple[_Target, ...]) -> JsonObject:
        """The schema at the node, objects written out ``level`` deep; ``trail`` are the open references."""
        return _tidy(self._assemble(node, level, trail))

    def _assemble(self, node: Node, level: int, trail: tuple[_Target, ...]) -> JsonObject:
        node.source.store.count_schema()
        self.nodes_left -= 1
        if self.nodes_left < 0 and not self.is_last:
            raise _TooLargeError
        if self.nodes_left < 0 or self.depth >= _MAX_DEPTH:
            self.is_clipped = True
            return {}
        if not isinstance(node.value, dict):
            if not isinstance(node.value, bool) and node.value is not None:
                self.broken.append(
                    f"{node.place}: schema is {reprlib.repr(node.value)[:60]}; expected an object. Correct it."
                )
            return {}
        self.depth += 1
        try:
            if node.ref is not None:
                return self._follow(node, level, trail)
            return self._read(node, level, trail)
        except BrokenPartError as error:
            self.broken.append(str(error))
            return {}
        finally:
            self.depth -= 1

    def _follow(self, node: Node, level: int, trail: tuple[_Target, ...]) -> JsonObject:
        target = node.target()
        key = (id(target.source), target.place)
        if key in trail:
            self.turned_back.add(key)
            return _bare_type(target)
        parts = [self._enter(target, key, level, trail)]
        siblings = {name: value for name, value in node.value.items() if name != "$ref"}
        if siblings:
            beside = Node(value=siblings, source=node.source, place=node.place)
            parts.insert(0, self._read(beside, level, trail))
        return merge_all(parts)

    def _enter(self, target: Node, key: _Target, level: int, trail: tuple[_Target, ...]) -> JsonObject:
        """What a reference leads to, from memory where reading it again would come to the same."""
        at = (id(target.value), level)
        known = self.shared.get(at)
        if known and known.nodes <= self.nodes_left and known.targets.isdisjoint(trail):
            self.nodes_left -= known.nodes
            self.broken.extend(known.broken)
            self.targets |= known.targets
            return known.schema
        nodes_before, broken_before, outer = self.nodes_left, len(self.broken), self.targets
        self.targets = {key}
        schema = self._assemble(target, level, (*trail, key))
        self.turned_back.discard(key)
        if not self.turned_back and not self.is_clipped and isinstance(target.value, dict):
            self.shared[at] = _Shared(
                schema=schema,
                nodes=nodes_before - self.nodes_left,
                broken=tuple(self.broken[broken_before:]),
                targets=frozenset(self.targets),
            )
        self.targets |= outer
        return schema

    def _read(self, node: Node, level: int, trail: tuple[_Target, ...]) -> JsonObject:
        raw: JsonObject = node.value
        schema = with_types({}, _read_types(node))
        if text := leading_sentences(raw.get("description"), MAX_PARAMETER_LENGTH):
            schema["description"] = text
        if "const" in raw:
            schema["enum"] = [raw["const"]]
        elif isinstance(raw.get("enum"), list) and 0 < len(raw["enum"]) <= MAX_ENUM:
            schema["enum"] = unique(raw["enum"])
        if "default" in raw:
            schema["default"] = raw["default"]
        if examples := examples_in(raw):
            schema["examples"] = examples
        _read_bounds(raw, schema)
        allowed = types_of(schema)
        if (not allowed or "object" in allowed) and not raw.keys().isdisjoint(_OBJECT_KEYS):
            self._read_object(node, schema, level, trail)
        if (not allowed or "array" in allowed) and not raw.keys().isdisjoint(_ARRAY_KEYS):
            self._read_array(node, schema, level, trail)
        parts = [schema]
        if "allOf" in raw:
            parts.extend(self._assemble(part, level, trail) for part in node.child("allOf").children())
        for keyword in [keyword for keyword in ("oneOf", "anyOf") if keyword in raw]:
            options = [
                self.clean(part, level, trail)
                for part in node.child(keyword).children()
                if part.value is not False
            ]
            if options:
                parts.append(any_of(options))
        merged = merge_all(parts)
        return nullable(merged) if raw.get("nullable") is True or raw.get("x-nullable") is True else merged

    def _read_object(self, node: Node, schema: JsonObject, level: int, trail: tuple[_Target, ...]) -> None:
        members = node.child("properties").items()
        extra = node.child("additionalProperties")
        if members or isinstance(extra.value, dict):
            schema.setdefault("type", "object")
        required = [one.value for one in node.child("required").children() if isinstance(one.value, str)]
        is_cut = level == 0
        if is_cut and self.direction is Direction.RESPONSE:
            return
        wanted = frozenset(required) if is_cut else frozenset(name for name, _ in members)
        properties: JsonObject = {}
        for name, member in members:
            if name not in wanted:
                continue
            if member.value is False or self._is_hidden(member):
                continue
            properties[name] = self.clean(member, max(level - 1, 0), trail)
            if isinstance(member.value, dict) and member.value.get("required") is True:
                required.append(name)  # Draft 3 and many hand-written documents say it this way.
        if properties:
            schema["properties"] = _with_member_examples(properties, given_in(node.value))
        if required:
            schema["required"] = list(dict.fromkeys(required))
        if is_cut:
            return
        if extra.value is False and "patternProperties" not in node.value:
            schema["additionalProperties"] = False
        elif isinstance(extra.value, dict) and (inner := self.clean(extra, level - 1, trail)):
            schema["additionalProperties"] = inner

    def _read_array(self, node: Node, schema: JsonObject, level: int, trail: tuple[_Target, ...]) -> None:
        items = node.child("items")
        rows = items.children() or node.child("prefixItems").children()
        if rows:
            schema.setdefault("type", "array")
            schema["items"] = any_of(
                [self.clean(row, level, trail) for row in rows if isinstance(row.value, dict)]
            )
        elif isinstance(items.value, dict):
            schema.setdefault("type", "array")
            schema["items"] = self.clean(items, level, trail)

    def _is_hidden(self, member: Node) -> bool:
        flag = self.direction.hidden_flag
        for _ in range(5):
            if not isinstance(member.value, dict):
                return False
            if member.value.get(flag) is True:
                return True
            if member.ref is None:
                return False
            try:
                member = member.target()
            except BrokenPartError:
                return False
        return False


def _read_types(node: Node) -> list[str]:
    raw = node.value.get("type")
    names = raw if isinstance(raw, list) else [] if raw is None else [raw]
    types: list[str] = []
    for name in names:
        lower = name.lower() if isinstance(name, str) else "null" if name is None else name
        if isinstance(lower, str) and lower in _TYPES:
            types.append(lower)
        elif isinstance(lower, str) and lower in _MENDED_TYPES:
            mended = _MENDED_TYPES[lower]
            if mended is None:
                return []
            types.append(mended)
        else:
            raise BrokenPartError(_unknown_type(node, name))
    return list(dict.fromkeys(types))


def _unknown_type(node: Node, name: JsonValue) -> str:
    spelled = reprlib.repr(name)[:60]
    close = difflib.get_close_matches(name[:40].lower(), _TYPES, n=1) if isinstance(name, str) else []
    hint = f"Did you mean '{close[0]}'?" if close else "Correct it."
    return f"{node.place}: schema type is {spelled}; expected one of {', '.join(_TYPES)}. {hint}"


def _bare_type(node: Node) -> JsonObject:
    """What is said of a schema that is not written out again."""
    if not isinstance(node.value, dict):
        return {}
    types = _read_types(node)
    if not types and isinstance(node.value.get("properties"), dict):
        types = ["object"]
    return with_types({}, [name for name in types if name in ("object", "array")] if types else [])


def _read_bounds(raw: JsonObject, schema: JsonObject) -> None:
    """Copy the keywords that limit numbers and texts, in the form of 2020-12."""
    if raw.keys().isdisjoint(_LIMITS):
        return
    for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        value = _number(raw.get(key))
        if value is None or abs(value) > _FARTHEST or (key == "multipleOf" and value < _FINEST):
            continue  # Says nothing of any value that is meant, and overflows where it is reckoned with.
        schema[key] = value
    for plain, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if raw.get(exclusive) is True and plain in schema:  # Draft 4: a flag beside the bound.
            schema[exclusive] = schema.pop(plain)
    for key in (key for pair in _BOUNDS.values() for key in pair):
        value = _number(raw.get(key))
        if value is not None and value >= 0 and value == int(value):
            schema[key] = int(value)
    if isinstance(raw.get("pattern"), str) and is_safe_pattern(raw["pattern"]):
        schema["pattern"] = raw["pattern"]
    if isinstance(raw.get("format"), str) and raw["format"]:
        schema["format"] = raw["format"][:40]
    if raw.get("uniqueItems") is True:
        schema["uniqueItems"] = True


def _number(value: JsonValue) -> int | float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
        value = int(value) if math.isfinite(value) and value == int(value) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if abs(value) <= sys.float_info.max else None  # Integers of 400 digits, infinity, NaN.


def _tidy(schema: JsonObject) -> JsonObject:
    """Make the keywords agree with each other."""
    result = dict(schema)
    types = types_of(result)
    if "enum" in result:
        values = [found[0] for value in result["enum"] if (found := _fitted(value, types))]
        if values:
            result["enum"] = unique(values)
        else:
            del result["enum"]
    if "array" in types and "items" not in result:
        result["items"] = {}
    if "required" in result:
        known = result.get("properties", {})
        result["required"] = [name for name in result["required"] if name in known]
        if not result["required"]:
            del result["required"]
    _drop_contradictions(result)
    for kind, bounds in _BOUNDS.items():
        if types and kind not in types:
            for key in bounds:
                result.pop(key, None)
    if types and "string" not in types:
        result.pop("pattern", None)
    if "default" in result:
        found = _fitted(result.pop("default"), types)
        if found and _is_allowed_default(found[0], result):
            result["default"] = found[0]
    if "examples" in result:
        examples = _fitting_examples(result.pop("examples"), result)
        if examples:
            result["examples"] = examples
    return result


def with_examples(schema: JsonObject, values: Sequence[JsonValue]) -> JsonObject:
    """A cleaned schema with examples of its value; those of an object go to its properties."""
    result = dict(schema)
    if "properties" in result:
        result["properties"] = _with_member_examples(result["properties"], values)
    elif values and "anyOf" not in result:
        result["examples"] = [*values, *result.get("examples", ())]
    return _tidy(result)


def _with_member_examples(properties: JsonObject, values: Sequence[JsonValue]) -> JsonObject:
    if not values:
        return properties
    return {name: _tidy(part) for name, part in spread(values, properties).items()}


def _fitting_examples(values: Sequence[JsonValue], schema: JsonObject) -> list[JsonValue]:
    """The examples that obey the schema and say what it does not."""
    if "enum" in schema:
        return []
    types = types_of(schema)
    fitted = helpful([found[0] for value in values if (found := _fitted(value, types))])
    known = canonical(schema["default"]) if "default" in schema else None
    return [value for value in fitted if canonical(value) != known and _is_within(value, schema)]


def _is_within(value: JsonValue, schema: JsonObject) -> bool:
    if isinstance(value, str):
        return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf))
    if isinstance(value, list):
        return bool(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf))
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    return bool(low <= value <= high)


def _drop_contradictions(schema: JsonObject) -> None:
    pairs = [*_BOUNDS.values(), ("minimum", "maximum")]
    for low, high in pairs:
        if low in schema and high in schema and schema[low] > schema[high]:
            del schema[low], schema[high]


def _fitted(value: JsonValue, types: Sequence[str]) -> tuple[JsonValue] | None:
    """The value in a type that is allowed, mended where only its spelling is wrong (``"false"``)."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if not types or any(_has_type(value, name) for name in types):
        return (value,)
    if "string" in types and isinstance(value, (bool, int, float)):
        return (canonical(value),)
    if isinstance(value, str):
        if "boolean" in types and value.lower() in ("true", "false"):
            return (value.lower() == "true",)
        number = _number(value)
        if number is not None and ("number" in types or ("integer" in types and isinstance(number, int))):
            return (number,)
    return None


def _has_type(value: JsonValue, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def _is_allowed_default(value: JsonValue, schema: JsonObject) -> bool:
    if isinstance(value, (dict, list)) and len(canonical(value)) > _MAX_DEFAULT:
        return False
    return "enum" not in schema or canonical(value) in {canonical(item) for item in schema["enum"]}
