"""Types as Python, Java and people write them, as JSON Schema."""

import re

from inftool_env.core.schema import JsonObject, JsonValue

_JSON_TYPES = frozenset(["string", "number", "integer", "boolean", "array", "object", "null"])
_WORDS: dict[str, JsonObject] = {
    word: {"type": kind} if kind else {}
    for kind, spelled in {
        "string": "string str text char character",
        "integer": "integer int long short byte bigint",
        "number": "number float double decimal numeric",
        "boolean": "boolean bool",
        "array": "array arraylist list tuple set frozenset hashset sequence iterable collection queue stack vector",
        "object": "object dict dictionary map hashmap mapping hash json",
        "null": "null none nonetype",
        "": "any unknown mixed",
    }.items()
    for word in spelled.split()
}
_MAX_LENGTH = 200
_LIST_OF = re.compile(r"([a-z]+)s? of (.+)")
_GENERIC = re.compile(r"([a-z.]+)\[(.*)\]")
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties")


def in_json_types(schema: JsonValue) -> JsonValue:
    """The schema with every type that another language writes said in JSON Schema; the rest unchanged.

    >>> in_json_types({"type": "dict", "properties": {"a": {"type": "List[int]", "default": []}}})
    {'type': 'object', 'properties': {'a': {'type': 'array', 'items': {'type': 'integer'}, 'default': []}}}
    """
    if not isinstance(schema, dict):
        return schema
    result: JsonObject = {}
    for key, value in schema.items():
        if key == "type" and isinstance(value, str) and value not in _JSON_TYPES:
            found = schema_of_words(value)
            result.update({"type": value} if found is None else found)
        elif key in _SCHEMA_MAPS and isinstance(value, dict):
            result[key] = {name: in_json_types(member) for name, member in value.items()}
        elif key in _SCHEMA_LISTS and isinstance(value, list):
            result[key] = [in_json_types(member) for member in value]
        elif key in _SCHEMAS:
            result[key] = in_json_types(value)
        else:
            result[key] = value
    return result


def schema_of_words(text: str) -> JsonObject | None:
    """What a type means; None when no such type is known.

    >>> schema_of_words("array of strings"), schema_of_words("Dict[str, float]")
    ({'type': 'array', 'items': {'type': 'string'}}, {'type': 'object', 'additionalProperties': {'type': 'number'}})
    >>> schema_of_words("Optional[int]"), schema_of_words("str | None"), schema_of_words("intger")
    ({'type': 'integer'}, {'anyOf': [{'type': 'string'}, {'type': 'null'}]}, None)
    """
    if len(text) > _MAX_LENGTH:
        return None
    return _parse(" ".join(text.lower().replace("<", "[").replace(">", "]").split()))


def _parse(text: str) -> JsonObject | None:
    text = text.strip().removeprefix("typing.")
    if text in _WORDS or text.removesuffix("s") in _WORDS:
        return dict(_WORDS[text] if text in _WORDS else _WORDS[text.removesuffix("s")])
    options = _split(text.replace(" or ", "|"), "|")
    if len(options) > 1:
        return _any_of(options)
    if text.endswith("[]"):
        return _array_of(text[:-2])
    if found := _LIST_OF.fullmatch(text):
        return _array_of(found[2]) if _WORDS.get(found[1]) == {"type": "array"} else None
    if found := _GENERIC.fullmatch(text):
        return _generic(found[1], _split(found[2], ","))
    return None


def _generic(name: str, arguments: list[str]) -> JsonObject | None:
    outer = _WORDS.get(name)
    if outer == {"type": "array"}:
        return _array_of(arguments[0])
    if outer == {"type": "object"}:
        inner = _parse(arguments[-1])
        return None if inner is None else {**outer, "additionalProperties": inner}
    if name == "optional":
        return _parse(arguments[0])
    return _any_of(arguments) if name == "union" else None


def _array_of(text: str) -> JsonObject | None:
    inner = _parse(text)
    return None if inner is None else {"type": "array", "items": inner}


def _any_of(options: list[str]) -> JsonObject | None:
    schemas = [_parse(option) for option in options]
    return None if None in schemas else {"anyOf": schemas}


def _split(text: str, mark: str) -> list[str]:
    """The parts between the marks that stand in no bracket."""
    parts, depth = [""], 0
    for char in text:
        depth += {"[": 1, "]": -1}.get(char, 0)
        if char == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
