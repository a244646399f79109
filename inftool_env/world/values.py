"""A JSON value for any schema, on the asked side of the wall."""

import math
import random
from dataclasses import dataclass
from itertools import islice
from typing import cast

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.world.patterns import compiled, pattern_maker
from inftool_env.world.wall import is_open, split_of
from inftool_env.world.words import WORDS, TextMaker, format_maker, name_words, pseudo_word, text_maker

__all__ = ["draw_value", "is_open", "merge_schemas", "resolve_schema", "split_of"]

_TRIES = 64
"""Draws before a narrow domain gives what it has: a side with one value in four is missed once in 10**8."""
_DEEP = 3
"""Below this depth of nesting only required properties are drawn."""
_DEEPEST = 12
"""Below this depth a schema that calls for itself gets an empty value."""


def draw_value(
    schema: JsonObject,
    name: str,
    rng: random.Random,
    split: Split,
    *,
    root: JsonObject | None = None,
    sparse: bool = False,
) -> JsonValue:
    """A value that obeys the schema, looks right for its name, and lies on that side of the wall.

    Equal arguments and an equal state of ``rng`` give an equal value. Values of a narrow domain (an
    enumeration, small integers) may be drawn on both sides; every open leaf of a list or object is on the
    asked one.

    Args:
        schema: Draws best for types, enumerations, formats, bounds, simple patterns and local ``$ref``;
            conditions (``not``, ``if``, ``dependentSchemas``) are not looked at.
        name: What the value is called, as ``departure_city``; it chooses among names, dates, prices, ...
        rng: The only source of chance.
        split: The side for open values.
        root: The document that local references point into, where that is not ``schema`` itself.
        sparse: Leave out every optional property of objects.
    """
    drawing = _Drawing(rng=rng, split=split, root=schema if root is None else root, sparse=sparse)
    return drawing.draw(schema, name, 0)


def resolve_schema(schema: JsonValue, root: JsonObject) -> JsonObject:
    """The schema with a local ``$ref`` followed and ``allOf`` merged; ``{}`` for a boolean or a lost reference."""
    if not isinstance(schema, dict):
        return {}
    for _ in range(_DEEPEST):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        beside = {key: part for key, part in schema.items() if key != "$ref"}
        schema = merge_schemas(_follow(reference, root), beside)
    if isinstance(schema.get("allOf"), list):
        merged: JsonObject = {key: part for key, part in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            if part != schema:
                merged = merge_schemas(merged, resolve_schema(part, root))
        return merged
    return schema


def merge_schemas(first: JsonObject, second: JsonObject) -> JsonObject:
    """One schema that asks for both, as far as their keywords can be joined; ``second`` wins the rest."""
    merged = {**first, **second}
    if isinstance(first.get("properties"), dict) and isinstance(second.get("properties"), dict):
        merged["properties"] = {**first["properties"], **second["properties"]}
        for key in first["properties"].keys() & second["properties"].keys():
            one, two = first["properties"][key], second["properties"][key]
            if isinstance(one, dict) and isinstance(two, dict):
                merged["properties"][key] = merge_schemas(one, two)
    if isinstance(first.get("required"), list) and isinstance(second.get("required"), list):
        merged["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    if isinstance(first.get("enum"), list) and isinstance(second.get("enum"), list):
        merged["enum"] = [choice for choice in first["enum"] if choice in second["enum"]] or second["enum"]
    for key, stricter in (("minimum", max), ("minLength", max), ("maximum", min), ("maxLength", min)):
        if key in first and key in second:
            merged[key] = stricter(first[key], second[key])
    return merged


def _follow(reference: str, root: JsonObject) -> JsonObject:
    found: JsonValue = root
    if not reference.startswith("#"):
        return {}
    for part in reference.removeprefix("#").split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or part not in found:
            return {}
        found = found[part]
    return found if isinstance(found, dict) else {}


@dataclass(slots=True)
class _Drawing:
    rng: random.Random
    split: Split
    root: JsonObject
    sparse: bool

    def draw(self, schema: JsonValue, name: str, depth: int) -> JsonValue:
        if not isinstance(schema, dict):
            return self.text({}, name)
        if "$ref" in schema or "allOf" in schema:
            schema = resolve_schema(schema, self.root)
        if "const" in schema:
            return schema["const"]
        if choices := schema.get("enum"):
            return self.choice(choices, schema)
        for keyword in ("oneOf", "anyOf"):
            if branches := schema.get(keyword):
                return self.branch(branches, schema, keyword, name, depth)
        match _kind(schema):
            case "string":
                return self.text(schema, name)
            case "integer":
                return self.integer(schema, name)
            case "number":
                return self.number(schema, name)
            case "boolean":
                return self.rng.random() < 0.5
            case "null":
                return None
            case "array":
                return self.array(schema, name, depth)
            case _:
                return self.object(schema, depth)

    def choice(self, choices: list[JsonValue], schema: JsonObject) -> JsonValue:
        some = [choice for choice in choices if choice is not None]
        if schema.get("type") == "string":
            some = [choice for choice in some if isinstance(choice, str)]
        return some[int(self.rng.random() * len(some))] if some else choices[0]

    def branch(
        self, branches: list[JsonValue], schema: JsonObject, keyword: str, name: str, depth: int
    ) -> JsonValue:
        beside = {key: part for key, part in schema.items() if key != keyword}
        resolved = [resolve_schema(branch, self.root) for branch in branches]
        fitting = [branch for branch in resolved if _kind(branch) != "null" and not _clash(beside, branch)]
        if not fitting:
            return None if resolved and _kind(resolved[0]) == "null" else self.draw(beside, name, depth)
        if depth >= _DEEP:
            fitting.sort(key=lambda branch: _kind(branch) in ("object", "array"))
        return self.draw(merge_schemas(beside, fitting[0]), name, depth)

    def text(self, schema: JsonObject, name: str) -> str:
        shape = schema.get("format")
        make = (format_maker(shape) if isinstance(shape, str) else None) or text_maker(name)
        low, high = schema.get("minLength") or 0, schema.get("maxLength")
        pattern = schema.get("pattern")
        if pattern is None and not low and high is None:
            for _ in range(_TRIES):
                text = make(self.rng)
                if split_of(text) is self.split:
                    return text
            return self.coined("", 0, math.inf)
        top = math.inf if high is None else high
        return self.bounded_text(make, pattern, low, top)

    def bounded_text(self, make: TextMaker, pattern: str | None, low: int, top: float) -> str:
        expression = compiled(pattern) if isinstance(pattern, str) else None
        fallback: str | None = None
        makers = (
            [make] if expression is None else [make, cast("TextMaker", pattern_maker(expression.pattern))]
        )
        for maker in filter(None, makers):
            for attempt in range(_TRIES):
                text = maker(self.rng)
                if low <= len(text) <= top and (expression is None or expression.search(text)):
                    if split_of(text) is self.split:
                        return text
                    fallback = text
                elif attempt == 8 and fallback is None and maker is make:
                    break
        if fallback is not None and expression is not None:
            return fallback
        return self.coined("", low, top)

    def coined(self, text: str, low: float, top: float) -> str:
        for _ in range(_TRIES):
            text = pseudo_word(self.rng)
            while len(text) < low:
                text += f" {pseudo_word(self.rng)}"
            text = text[: int(top)] if top < len(text) else text
            if text.endswith(" "):
                text = text[:-1] + "a"
            if split_of(text) is self.split:
                break
        return text

    def integer(self, schema: JsonObject, name: str) -> int:
        low, high = _bounds(schema)
        step = schema.get("multipleOf") or 1
        step = step if isinstance(step, int) else max(1, round(step))
        first, last = _narrowed(low, high, name)
        first, last = math.ceil(first / step), math.floor(last / step)
        if first > last:
            first, last = math.ceil(low / step), math.ceil(low / step)
        for _ in range(_TRIES):
            value = (first + int(self.rng.random() * (last - first + 1))) * step
            if split_of(value) in (None, self.split):
                return value
        wider_first, wider_last = math.ceil(max(low, -1e6) / step), math.floor(min(high, 1e6) / step)
        for _ in range(_TRIES):
            other = (wider_first + int(self.rng.random() * (wider_last - wider_first + 1))) * step
            if low <= other <= high and split_of(other) in (None, self.split):
                return other
        return value

    def number(self, schema: JsonObject, name: str) -> float:
        step = schema.get("multipleOf")
        low, high = _bounds(schema, whole=False)
        first, last = _narrowed(low, high, name)
        places = _places(schema, name, last - first)
        value = 0.0
        for _ in range(_TRIES):
            if step:
                count = math.floor(last / step) - math.ceil(first / step)
                value = round((math.ceil(first / step) + int(self.rng.random() * (count + 1))) * step, 10)
            else:
                value = round(first + self.rng.random() * (last - first), places)
            if not _inside(value, schema):
                continue
            if split_of(value) in (None, self.split):
                return value
        return value if _inside(value, schema) else (first + last) / 2

    def array(self, schema: JsonObject, name: str, depth: int) -> list[JsonValue]:
        low = schema.get("minItems") or 0
        high = schema.get("maxItems", max(low, 3))
        count = min(max(low, 1 + int(self.rng.random() * 3)), high)
        if depth > _DEEPEST:
            count = low if depth < 2 * _DEEPEST else 0
        single = _singular(name)
        leading = schema.get("prefixItems") or []
        items = schema.get("items", {})
        if items is False:
            count = min(count, len(leading))
        values = [self.draw(part, single, depth + 1) for part in leading[:count]]
        unique = bool(schema.get("uniqueItems"))
        seen = {canonical(value) for value in values} if unique else set()
        for _ in range(count * 20 if unique else count):
            if len(values) >= count:
                break
            value = self.draw(items, single, depth + 1)
            if unique:
                spelled = canonical(value)
                if spelled in seen:
                    continue
                seen.add(spelled)
            values.append(value)
        return values

    def object(self, schema: JsonObject, depth: int) -> JsonObject:
        if depth > _DEEPEST:
            return {}
        declared = schema.get("properties") or {}
        required = [key for key in schema.get("required") or () if isinstance(key, str)]
        wanted = set(required) or (self.telling(declared) if self.sparse else set())
        value: JsonObject = {}
        for key, part in declared.items():
            if part is not False and (
                key in wanted or (not self.sparse and depth < _DEEP and self.rng.random() < 0.5)
            ):
                value[key] = self.draw(part, key, depth + 1)
        extra = schema.get("additionalProperties")
        for key in required:
            if key not in value:
                value[key] = self.draw(extra if isinstance(extra, dict) else {}, key, depth + 1)
        low = schema.get("minProperties") or (1 if not declared and isinstance(extra, dict) else 0)
        for key, part in declared.items():
            if len(value) < low and key not in value:
                value[key] = self.draw(part, key, depth + 1)
        if extra is not False:
            for _ in range(_TRIES):
                if len(value) >= low:
                    break
                key = WORDS["nouns"][int(self.rng.random() * len(WORDS["nouns"]))]
                value.setdefault(key, self.draw(extra if isinstance(extra, dict) else {}, key, depth + 1))
        return value

    def telling(self, declared: JsonObject) -> set[str]:
        """The two properties that stand for an object which requires none."""
        scalars = (name for name, part in declared.items() if self.is_scalar(part))
        return set(islice(scalars, 2))

    def is_scalar(self, schema: JsonValue) -> bool:
        return _kind(resolve_schema(schema, self.root)) in ("string", "integer", "number", "boolean")


def _kind(schema: JsonObject) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema or "additionalProperties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    if "minimum" in schema or "maximum" in schema or "multipleOf" in schema:
        return "number"
    return "string"


def _clash(beside: JsonObject, branch: JsonObject) -> bool:
    if "type" not in beside or "type" not in branch:
        return False
    one, two = _kind(beside), _kind(branch)
    return one != two and {one, two} != {"integer", "number"}


def _bounds(schema: JsonObject, *, whole: bool = True) -> tuple[float, float]:
    step = 1.0 if whole else 0.0
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True:
        low += step
    elif isinstance(above, int | float) and above is not False:
        low = max(low, math.floor(above) + 1 if whole else above)
    if below is True:
        high -= step
    elif isinstance(below, int | float) and below is not False:
        high = min(high, math.ceil(below) - 1 if whole else below)
    return low, high


def _inside(value: float, schema: JsonObject) -> bool:
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    low, high = _bounds(schema, whole=False)
    return (low <= value <= high) and not (above and value == low) and not (below and value == high)


_RANGES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("id", "number", "code", "reference", "key"), (1000, 9999)),
    **dict.fromkeys(("count", "quantity", "qty", "days", "nights", "guests", "people", "seats"), (1, 12)),
    **dict.fromkeys(
        ("adults", "children", "rooms", "passengers", "party", "hours", "weeks", "months"), (1, 12)
    ),
    **dict.fromkeys(("page", "offset", "level", "priority"), (1, 5)),
    **dict.fromkeys(("limit", "size", "top", "max"), (1, 20)),
    **dict.fromkeys(("rating", "stars", "score"), (1, 5)),
    **dict.fromkeys(("age",), (18, 80)),
    **dict.fromkeys(("price", "amount", "total", "cost", "fee", "subtotal", "balance"), (5, 500)),
    **dict.fromkeys(("year",), (1990, 2035)),
    **dict.fromkeys(("month",), (1, 12)),
    **dict.fromkeys(("day",), (1, 28)),
    **dict.fromkeys(("hour",), (0, 23)),
    **dict.fromkeys(("minutes", "duration", "minute"), (5, 240)),
    **dict.fromkeys(("latitude", "lat"), (-80, 80)),
    **dict.fromkeys(("longitude", "lon", "lng"), (-179, 179)),
    **dict.fromkeys(("temperature", "temp"), (-10, 35)),
    **dict.fromkeys(("percent", "percentage", "humidity", "brightness", "volume", "progress"), (1, 100)),
    **dict.fromkeys(("timestamp", "epoch"), (1_700_000_000, 1_900_000_000)),
    **dict.fromkeys(("port",), (1024, 9999)),
    **dict.fromkeys(("bytes", "population"), (1000, 99_999)),
}
_MONEY = frozenset(("price", "amount", "total", "cost", "fee", "subtotal", "balance"))
_COORDINATES = frozenset(("latitude", "longitude", "lat", "lon", "lng"))


def _narrowed(low: float, high: float, name: str) -> tuple[float, float]:
    """The part of [low, high] that is usual for the name; finite, and never empty when the whole is not."""
    usual = next((_RANGES[word] for word in reversed(name_words(name)) if word in _RANGES), None)
    if usual is not None and max(low, usual[0]) < min(high, usual[1]):
        return max(low, usual[0]), min(high, usual[1])
    if low == -math.inf:
        return (1, min(high, 100)) if high > 1 else (high - 100, high)
    if usual == _RANGES["id"] and low >= usual[0]:
        return low, min(high, 10 * low - 1)
    return low, min(high, max(low, 1) + 99)


def _places(schema: JsonObject, name: str, width: float) -> int:
    if width < 2:
        return 3
    words = set(name_words(name))
    return 2 if words & _MONEY or words & _COORDINATES or schema.get("format") == "money" else 1


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us")) else name
