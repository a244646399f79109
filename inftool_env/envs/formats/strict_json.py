"""JSON as a policy writes it, read strictly and within bounds."""

import json
import math
import re

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonObject, JsonValue

MAX_DEPTH = 32
"""Arrays and objects within each other; deeper text is refused before it is parsed."""
MAX_DIGITS = 300
"""Digits of one number."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_NAME = re.compile(r"[^\s\"'<>]{1,128}")


class FormatError(ValueError):
    """Text that breaks its format; never leaves the parser."""


def read_json(text: str) -> JsonValue:
    """The value that the text holds and nothing beside it.

    Raises:
        FormatError: no JSON, a key given twice, NaN or an infinity, half a surrogate pair, or too deep.
    """
    check_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"not valid JSON: {error.msg} at character {error.pos}") from error
    return check_value(value)


def read_leading_json(text: str, start: int) -> tuple[JsonValue, int]:
    """The value that begins at ``start``, and where it ends; the depth of ``text`` must have been checked.

    Raises:
        FormatError: as ``read_json``.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise FormatError(f"not valid JSON: {error.msg} at character {error.pos}") from error
    return check_value(value), end


def check_depth(text: str) -> None:
    """Refuse text whose brackets, outside of strings, go deeper than ``MAX_DEPTH``."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} levels")


def check_value(value: JsonValue) -> JsonValue:
    """The value itself, when every text in it can be written as UTF-8.

    Raises:
        FormatError: a string holds half a surrogate pair, or a value is of no JSON type.
    """
    pending = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(item, str):
            if not is_utf8(item):
                raise FormatError("a string holds half a surrogate pair")
        elif isinstance(item, dict):
            for key in item:
                if not isinstance(key, str):
                    raise FormatError(f"an object's key is {key!r}; keys must be strings"[:200])
                if not is_utf8(key):
                    raise FormatError("a key holds half a surrogate pair")
            pending.extend((part, depth + 1) for part in item.values())
        elif isinstance(item, list):
            pending.extend((part, depth + 1) for part in item)
        elif isinstance(item, float):
            if not math.isfinite(item):
                raise FormatError("a number is too large or not a number")
        elif isinstance(item, int):
            if item.bit_length() > 4 * MAX_DIGITS:
                raise FormatError(f"a number has more than {MAX_DIGITS} digits")
        elif item is not None:
            raise FormatError(f"a value is of type {type(item).__name__}, which JSON does not have")
    return value


def is_utf8(text: str) -> bool:
    """Whether the text can be encoded, so that a record of it can be written."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_call(value: JsonValue, arguments_key: str = "arguments") -> ToolCall:
    """A call from its JSON object: exactly a name and an object of arguments.

    Raises:
        FormatError: anything else.
    """
    expected = f'expected {{"name": ..., "{arguments_key}": {{...}}}}'
    if not isinstance(value, dict):
        raise FormatError(f"found {kind_of(value)}; {expected}")
    extra = [key for key in value if key not in ("name", arguments_key)]
    if extra:
        raise FormatError(f"unexpected key {extra[0][:60]!r}; {expected}")
    return make_call(value.get("name"), value.get(arguments_key), expected, arguments_key)


def make_call(
    name: JsonValue, arguments: JsonValue, expected: str, arguments_key: str = "arguments"
) -> ToolCall:
    """A call from a name and its arguments; FormatError when either is of the wrong kind."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FormatError(f'"name" is {str(name)[:60]!r}, not the name of a tool; {expected}')
    if not isinstance(arguments, dict):
        raise FormatError(f'"{arguments_key}" is {kind_of(arguments)}, not an object; {expected}')
    return ToolCall(name=name, arguments=arguments)


def kind_of(value: JsonValue) -> str:
    """A value's type in the words of JSON; ``nothing`` for null."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    names: dict[type, str] = {str: "a string", int: "a number", float: "a number", list: "an array"}
    return names.get(type(value), "an object")


def _unique(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise FormatError(f"the key {twice[:60]!r} is given twice")
    return found


def _refuse_constant(name: str) -> JsonValue:
    raise FormatError(f"{name} is no JSON value")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise FormatError(f"a number has more than {MAX_DIGITS} digits")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_integer)
