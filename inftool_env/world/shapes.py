"""JSON Schemas read for drawing and showing: references followed, branches chosen, parts merged."""

from typing import cast

from inftool_env.core.schema import JsonObject, JsonValue

_MOST_HOPS = 12
"""References that lead to references, at most; beyond it they go in a circle."""


def resolve_schema(schema: JsonValue, root: JsonObject, above: frozenset[str] = frozenset()) -> JsonObject:
    """The schema with a local ``$ref`` followed and ``allOf`` merged; ``{}`` for a boolean or a lost reference.

    A part that is reached again on the way to itself, by the references named ``above``, adds nothing.
    """
    found: JsonObject = schema if isinstance(schema, dict) else {}
    for _ in range(_MOST_HOPS):
        reference = found.get("$ref")
        if not isinstance(reference, str):
            break
        beside = {key: part for key, part in found.items() if key != "$ref"}
        if reference in above:
            return beside
        above |= {reference}
        found = merge_schemas(_follow(reference, root), beside)
    parts = found.get("allOf")
    if not isinstance(parts, list):
        return found
    merged = {key: part for key, part in found.items() if key != "allOf"}
    for part in parts:
        merged = merge_schemas(merged, resolve_schema(part, root, above))
    return merged


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


def chosen_shape(schema: JsonValue, root: JsonObject) -> JsonObject:
    """The schema with references followed and the first branch that is not null chosen."""
    shape = resolve_schema(schema, root)
    for _ in range(4):
        keyword = next((word for word in ("oneOf", "anyOf") if isinstance(shape.get(word), list)), None)
        if keyword is None:
            return shape
        beside = {name: part for name, part in shape.items() if name != keyword}
        branches = [resolve_schema(part, root) for part in shape[keyword]]
        real = [part for part in branches if part.get("type") != "null"]
        if not real:
            return beside
        shape = resolve_schema(merge_schemas(beside, real[0]), root)
    return shape


def kind_of(schema: JsonObject) -> str:
    """The type that a value of the schema should have; the first that is not null where there are several."""
    kind: JsonValue = schema.get("type")
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


def is_scalar(schema: JsonValue, root: JsonObject) -> bool:
    """Whether values of the schema are neither lists nor objects."""
    shape = chosen_shape(schema, root)
    return shape.get("type") not in ("object", "array") and "properties" not in shape


def _follow(reference: str, root: JsonObject) -> JsonObject:
    found: JsonValue = root
    if not reference.startswith("#"):
        return {}
    for part in reference.removeprefix("#").split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or part not in found:
            return {}
        found = found[part]
    return cast("JsonObject", found) if isinstance(found, dict) else {}  # the keys of JSON are strings
