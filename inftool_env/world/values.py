"""A JSON value for any schema, on the asked side of the wall."""

import random
from dataclasses import dataclass
from itertools import islice

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.world.numbers import draw_integer, draw_number
from inftool_env.world.shapes import kind_of, merge_schemas, resolve_schema
from inftool_env.world.texts import draw_text
from inftool_env.world.vocabulary import singular
from inftool_env.world.wall import is_open, split_of
from inftool_env.world.words import WORDS

__all__ = ["draw_value", "is_open", "split_of"]

_TRIES = 32
"""Draws per item before a list of unique items stays short."""
_MANY = 3
"""Most items of a list that asks for no more."""
_DEEP = 3
"""Below this depth of nesting only required properties are drawn."""
_DEEPEST = 12
"""Below this depth a schema that calls for itself gets an empty value."""
_MOST_VALUES = 2_000
"""Values within one value, after which lists are empty and objects hold what they must."""


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


@dataclass(slots=True)
class _Drawing:
    rng: random.Random
    split: Split
    root: JsonObject
    sparse: bool
    values_left: int = _MOST_VALUES

    def draw(self, schema: JsonValue, name: str, depth: int) -> JsonValue:
        self.values_left -= 1
        if not isinstance(schema, dict):
            return draw_text({}, name, self.rng, self.split)
        if "$ref" in schema or "allOf" in schema:
            schema = resolve_schema(schema, self.root)
        if "const" in schema:
            return schema["const"]
        if choices := schema.get("enum"):
            return self.choice(choices, schema)
        for keyword in ("oneOf", "anyOf"):
            if branches := schema.get(keyword):
                return self.branch(branches, schema, keyword, name, depth)
        match kind_of(schema):
            case "string":
                return draw_text(schema, name, self.rng, self.split)
            case "integer":
                return draw_integer(schema, name, self.rng, self.split)
            case "number":
                return draw_number(schema, name, self.rng, self.split)
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
        fitting = [branch for branch in resolved if kind_of(branch) != "null" and not _clash(beside, branch)]
        if not fitting:
            return None if resolved and kind_of(resolved[0]) == "null" else self.draw(beside, name, depth)
        if depth >= _DEEP:
            fitting.sort(key=lambda branch: kind_of(branch) in ("object", "array"))
        return self.draw(merge_schemas(beside, fitting[0]), name, depth)

    def array(self, schema: JsonObject, name: str, depth: int) -> list[JsonValue]:
        low: int = schema.get("minItems") or 0
        high: int = schema.get("maxItems", max(low, _MANY))
        usual = 1 + int(self.rng.random() * (_MANY - 1 if self.sparse else _MANY))
        count = min(max(low, usual) if depth <= _DEEPEST else low if depth < 2 * _DEEPEST else 0, high)
        leading = schema.get("prefixItems") or []
        items = schema.get("items", {})
        if items is False:
            count = min(count, len(leading))
        unique = bool(schema.get("uniqueItems"))
        values: list[JsonValue] = []
        seen: set[str] = set()
        for _ in range(count * (_TRIES if unique else 1)):
            if len(values) == count or self.values_left <= 0:
                break
            part = leading[len(values)] if len(values) < len(leading) else items
            value = self.draw(part, singular(name), depth + 1)
            spelled = canonical(value) if unique else ""
            if not unique or spelled not in seen:
                values.append(value)
                seen.add(spelled)
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
                key in wanted
                or (not self.sparse and depth < _DEEP and self.rng.random() < 0.5 and self.values_left > 0)
            ):
                value[key] = self.draw(part, key, depth + 1)
        extra = schema.get("additionalProperties")
        for key in required:
            if key not in value:
                value[key] = self.draw(extra if isinstance(extra, dict) else {}, key, depth + 1)
        # {} would say nothing where anything may stand; "properties": {} says that there is nothing to say.
        is_free = not declared and (
            isinstance(extra, dict) or (extra is not False and "properties" not in schema)
        )
        low = schema.get("minProperties") or (1 if is_free else 0)
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
        return kind_of(resolve_schema(schema, self.root)) in ("string", "integer", "number", "boolean")


def _clash(beside: JsonObject, branch: JsonObject) -> bool:
    if "type" not in beside or "type" not in branch:
        return False
    one, two = kind_of(beside), kind_of(branch)
    return one != two and {one, two} != {"integer", "number"}
