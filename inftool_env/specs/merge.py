"""Schemas put together: all of several (``allOf``), or any of several (``anyOf``).

Both keep to keywords that ``schemas`` writes. Where an exact answer would need a keyword that few
readers handle, the result allows a little more than the document, never less.
"""

from collections.abc import Sequence

from inftool_env.core.schema import JsonObject, JsonValue, canonical

_LARGER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_SMALLER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_MAX_OPTIONS = 40
_NOTES = ("description", "examples")
"""What a schema says to readers and not of its values."""


def types_of(schema: JsonObject) -> list[str]:
    """The types that a schema names; empty when it names none."""
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def with_types(schema: JsonObject, types: Sequence[str]) -> JsonObject:
    """The schema with these types: a single one is a string, none is no keyword."""
    rest = {key: value for key, value in schema.items() if key != "type"}
    if not types:
        return rest
    return {"type": types[0] if len(types) == 1 else list(types), **rest}


def nullable(schema: JsonObject) -> JsonObject:
    """The schema that also allows null."""
    result = dict(schema)
    if "anyOf" in result:
        return {**result, "anyOf": _distinct([*result["anyOf"], {"type": "null"}])}
    if "enum" in result and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    types = types_of(result)
    return with_types(result, types if "null" in types or not types else [*types, "null"])


def merge_all(schemas: Sequence[JsonObject]) -> JsonObject:
    """One schema for a value that obeys all of them; the first one's description wins."""
    result: JsonObject = {}
    for schema in schemas:
        result = _merge(result, schema)
    return result


def any_of(options: Sequence[JsonObject]) -> JsonObject:
    """One schema for a value that obeys one of them, in as few words as it takes."""
    distinct = _distinct(options)
    if not distinct or any(not _bare(option) for option in distinct):
        return {}
    if len(distinct) == 1:
        return distinct[0]
    nulls = [option for option in distinct if types_of(option) == ["null"]]
    if nulls and len(distinct) == 2:
        return nullable(next(option for option in distinct if option not in nulls))
    if all(option.keys() <= {"type", "enum", *_NOTES} and "enum" in option for option in distinct):
        types = list(dict.fromkeys(name for option in distinct for name in types_of(option)))
        values = unique([value for option in distinct for value in option["enum"]])
        return with_types({"enum": values}, types)
    if all(option.keys() <= {"type", *_NOTES} for option in distinct):
        return with_types({}, list(dict.fromkeys(name for option in distinct for name in types_of(option))))
    if len(distinct) <= _MAX_OPTIONS:
        return {"anyOf": distinct}
    return unite({"anyOf": distinct}) or {}


def unite(schema: JsonObject) -> JsonObject | None:
    """One object schema with the members of all alternatives (``anyOf``); None where one is no such object.

    Of the alternatives' members it requires those that every one requires.
    """
    options = [option for option in schema.get("anyOf", ()) if types_of(option) != ["null"]]
    types = types_of(schema)
    if (types and "object" not in types) or not all("properties" in option for option in options):
        return None
    if not options:
        return schema
    properties: dict[str, JsonObject] = dict(schema.get("properties", {}))
    members: dict[str, list[JsonObject]] = {}
    for option in options:
        for name, member in option["properties"].items():
            members.setdefault(name, []).append(member)
    for name, found in members.items():
        properties.setdefault(name, _united(found))
    required = {*schema.get("required", ())}
    required |= set.intersection(*(set(option.get("required", ())) for option in options))
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "required")}
    result = {**with_types(rest, ["object"]), "properties": properties}
    if required:
        result["required"] = [name for name in properties if name in required]
    return nullable(result) if len(options) < len(schema["anyOf"]) or "null" in types else result


def _united(schemas: list[JsonObject]) -> JsonObject:
    united = any_of(schemas)
    description = next((schema["description"] for schema in schemas if "description" in schema), None)
    return (
        united if description is None or "description" in united else {**united, "description": description}
    )


def unique(values: Sequence[JsonValue]) -> list[JsonValue]:
    """The values without repetition, in order; 1 and true are two values."""
    return list({canonical(value): value for value in values}.values())


def _distinct(options: Sequence[JsonObject]) -> list[JsonObject]:
    kept: dict[str, JsonObject] = {}
    for option in options:
        kept.setdefault(canonical(_bare(option)), option)
    return list(kept.values())


def _bare(schema: JsonObject) -> JsonObject:
    return {key: value for key, value in schema.items() if key not in _NOTES}


def _merge(first: JsonObject, second: JsonObject) -> JsonObject:
    result = dict(first)
    for key, value in second.items():
        if key not in result:
            result[key] = value
        elif key in _LARGER:
            result[key] = max(result[key], value)
        elif key in _SMALLER:
            result[key] = min(result[key], value)
        elif key == "properties":
            result[key] = _merge_properties(result[key], value)
        elif key == "required":
            result[key] = list(dict.fromkeys([*result[key], *value]))
        elif key == "enum":
            spelled = {canonical(item) for item in value}
            result[key] = [item for item in result[key] if canonical(item) in spelled] or result[key]
        elif key == "type":
            result = with_types(result, _common_types(types_of(first), types_of(second)))
        elif key == "items":
            result[key] = _merge(result[key], value)
    if "properties" in first and "properties" in second:
        # Each part closed to its own properties would forbid those of the other.
        result.pop("additionalProperties", None)
    return result


def _merge_properties(first: JsonObject, second: JsonObject) -> JsonObject:
    result = dict(first)
    for name, schema in second.items():
        result[name] = _merge(result[name], schema) if name in result else schema
    return result


def _common_types(first: list[str], second: list[str]) -> list[str]:
    common = [name for name in first if name in second]
    if "integer" in first + second and "number" in first + second and "integer" not in common:
        common.append("integer")
    return common or first
