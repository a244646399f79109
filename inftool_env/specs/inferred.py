"""A schema inferred from examples, where a document has nothing else."""

import json
import re
from collections.abc import Sequence

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.specs.merge import any_of, nullable

_MAX_LEVELS = 12
_MAX_ITEMS = 50
"""Members of a list that are looked at."""
_MAX_LENGTH = 1_000_000
"""Characters of a text that is read as JSON."""
_STAND_IN = re.compile(r"<([\w-]{1,30})>")
"""``<integer>``: what generators write where a person would write an example."""
_VARIABLE = re.compile(r"\{\{[^{}]{0,200}\}\}")
_NO_JSON = re.compile(r'"(?:[^"\\]|\\.|\\\Z)*(?:"|\Z)|\{\{[^{}]{0,200}\}\}|//[^\n]*', re.DOTALL)
"""A JSON string, or what templates of JSON hold besides JSON: a variable, a comment."""
_TYPE_WORDS = {
    word: kind
    for kind, spelled in {
        "integer": "integer int int32 int64 long",
        "number": "number float double",
        "boolean": "boolean bool",
    }.items()
    for word in spelled.split()
}
_FORMAT_WORDS = {"datetime": "date-time", "url": "uri"}
_FORMATS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}"),
    "uri": re.compile(r"https?://\S{1,2000}"),
}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


def schema_of(values: Sequence[JsonValue], levels: int = _MAX_LEVELS) -> JsonObject:
    """The narrowest simple schema of all the values; null tells only that a value may be missing.

    >>> schema_of([{"id": 1, "name": "Ada"}, {"id": 2, "name": None}])["properties"]
    {'id': {'type': 'integer'}, 'name': {'type': ['string', 'null']}}
    """
    known = [value for value in values if value is not None]
    if not known or levels == 0:
        return {}
    objects = [value for value in known if isinstance(value, dict)]
    lists = [value for value in known if isinstance(value, list)]
    options = [_of_scalar(value) for value in known if not isinstance(value, (dict, list))]
    if any(option == {"type": "number"} for option in options):
        options = [option for option in options if option != {"type": "integer"}]
    if objects:
        options.append(_of_objects(objects, levels))
    if lists:
        items = [item for value in lists for item in value[:_MAX_ITEMS]]
        options.append({"type": "array", "items": schema_of(items, levels - 1)})
    schema = any_of(options)
    return nullable(schema) if len(known) < len(values) and schema else schema


def schema_of_text(text: str) -> JsonObject:
    """The schema of a value that is written as text, as in a query.

    >>> schema_of_text("20"), schema_of_text("true"), schema_of_text("007")
    ({'type': 'integer'}, {'type': 'boolean'}, {'type': 'string'})
    """
    if _INTEGER.fullmatch(text):
        return {"type": "integer"}
    if _NUMBER.fullmatch(text):
        return {"type": "number"}
    return {"type": "boolean"} if text in ("true", "false") else _of_scalar(text)


def value_of_template(text: str) -> tuple[JsonValue] | None:
    """The value of a JSON text in which ``{{variables}}`` and comments may stand; None when it is no JSON.

    >>> value_of_template('{"id": {{id}}, "name": "Ada"} // an example')
    ({'id': None, 'name': 'Ada'},)
    """
    if len(text) > _MAX_LENGTH:
        return None
    for attempt in (text, _NO_JSON.sub(_as_json, text)):
        try:
            return (_shallow(json.loads(attempt, parse_constant=lambda _: None), _MAX_LEVELS),)
        except (ValueError, RecursionError):
            continue
    return None


def example_of(value: JsonValue) -> JsonValue:
    """The value without what only stands in for one; None for a text of that kind."""
    match value:
        case str():
            return None if _STAND_IN.fullmatch(value) or _VARIABLE.search(value) else value
        case dict():
            known = {name: example_of(member) for name, member in value.items()}
            return {name: member for name, member in known.items() if member is not None}
        case list():
            return [known for item in value if (known := example_of(item)) is not None]
        case _:
            return value


def _as_json(found: re.Match[str]) -> str:
    return {'"': found[0], "{": "null"}.get(found[0][0], "")


def _shallow(value: JsonValue, levels: int) -> JsonValue:
    if isinstance(value, (dict, list)) and levels == 0:
        return None
    if isinstance(value, dict):
        return {name: _shallow(member, levels - 1) for name, member in value.items()}
    return [_shallow(item, levels - 1) for item in value] if isinstance(value, list) else value


def _of_objects(objects: Sequence[JsonObject], levels: int) -> JsonObject:
    names = dict.fromkeys(name for value in objects for name in value)
    properties = {
        name: schema_of([value[name] for value in objects if name in value], levels - 1) for name in names
    }
    required = [name for name in names if all(name in value for value in objects)]
    return {"type": "object", "properties": properties, "required": required}


def _of_scalar(value: JsonValue) -> JsonObject:
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case _:
            return _of_string(str(value))


def _of_string(text: str) -> JsonObject:
    if found := _STAND_IN.fullmatch(text):
        word = found[1].lower()
        if word in _TYPE_WORDS:
            return {"type": _TYPE_WORDS[word]}
        name = _FORMAT_WORDS.get(word, word)
        return {"type": "string", "format": name} if name in _FORMATS else {"type": "string"}
    name = next((name for name, pattern in _FORMATS.items() if pattern.fullmatch(text)), "")
    return {"type": "string", "format": name} if name else {"type": "string"}
