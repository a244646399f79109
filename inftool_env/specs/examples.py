"""Values that a document gives as examples, kept where they are short enough to help."""

from collections.abc import Mapping, Sequence

from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.specs.text import without_controls

MAX_EXAMPLES = 2
MAX_EXAMPLE_LENGTH = 40
"""Characters of JSON."""

_PLACEHOLDERS = {"", "string", "text", "str", "value", "null", "none", "example", "...", "todo", "tbd"}


def examples_in(raw: Mapping[str, JsonValue]) -> list[JsonValue]:
    """The helpful examples that a schema, a parameter or a media type object gives, at most two.

    They may stand as ``example``, as a list or as named Example Objects under ``examples``; Swagger 2.0
    documents say ``x-example``.
    """
    if raw.keys().isdisjoint(("example", "examples", "x-example")):
        return []
    return helpful(given_in(raw))


def given_in(raw: JsonValue) -> list[JsonValue]:
    """All examples, as the document gives them; none in what is no object."""
    if not isinstance(raw, dict):
        return []
    found = [raw[key] for key in ("example", "x-example") if key in raw]
    listed = raw.get("examples")
    if isinstance(listed, list):
        found.extend(listed)
    elif isinstance(listed, dict):
        for example in listed.values():
            if isinstance(example, dict):
                found.extend(example[key] for key in ("dataValue", "value") if key in example)
    return found


def helpful(values: Sequence[JsonValue]) -> list[JsonValue]:
    """The first two that are short, tell more than the type does, and differ."""
    kept: dict[str, JsonValue] = {}
    for value in values[:20]:
        if _is_helpful(value) and len(kept) < MAX_EXAMPLES:
            kept.setdefault(canonical(value), value)
    return list(kept.values())


def spread(examples: Sequence[JsonValue], properties: JsonObject) -> JsonObject:
    """The properties, each with its own value in the examples of the whole object."""
    whole = [value for value in examples if isinstance(value, dict)][:MAX_EXAMPLES]
    result = dict(properties)
    for name, schema in properties.items() if whole else ():
        if not schema.keys().isdisjoint(("enum", "examples", "properties", "anyOf")):
            continue
        if found := helpful([value[name] for value in whole if name in value]):
            result[name] = {**schema, "examples": found}
    return result


def _is_helpful(value: JsonValue) -> bool:
    match value:
        case str():
            return (
                value.lower() not in _PLACEHOLDERS and _is_short(value) and without_controls(value) == value
            )
        case bool():
            return False
        case int() | float():
            return value != 0 and _is_short(value)
        case list():
            return (
                bool(value)
                and len(value) <= MAX_EXAMPLES
                and all(map(_is_helpful, value))
                and _is_short(value)
            )
        case _:
            return False


def _is_short(value: JsonValue) -> bool:
    return (not isinstance(value, str) or len(value) <= MAX_EXAMPLE_LENGTH) and len(
        canonical(value)
    ) <= MAX_EXAMPLE_LENGTH
