"""JSON values, and whether they obey a JSON Schema."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry

from inftool_env.core.patterns import compile_pattern
from inftool_env.core.quick import compile_check

JsonValue: TypeAlias = Any
"""None, bool, int, float, str, list or dict of these (a recursive alias would cost a cast at every read)."""
JsonObject: TypeAlias = dict[str, Any]


def canonical(value: JsonValue) -> str:
    """The one spelling of a JSON value: keys sorted, no spaces, Unicode kept."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a value breaks its schema."""

    path: str
    """Where in the value, as ``items[0].price``; empty for the value itself."""
    message: str


def _pattern(_: Any, pattern: str, value: JsonValue, __: JsonObject) -> Iterator[ValidationError]:
    if isinstance(value, str):
        compiled = compile_pattern(pattern)
        if compiled is not None and not compiled.is_in(value):
            yield ValidationError(f"{value!r} does not match {pattern!r}")


def _unique_items(_: Any, is_asked: bool, value: JsonValue, __: JsonObject) -> Iterator[ValidationError]:
    if is_asked and isinstance(value, list) and len({canonical(_plain(item)) for item in value}) < len(value):
        yield ValidationError(f"{value!r} has non-unique elements")


def _plain(value: JsonValue) -> JsonValue:
    """The value with 1.0 as 1: JSON Schema knows one number there."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Validator: type[Draft202012Validator] = extend(
    Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique_items}
)
"""Draft 2020-12, where jsonschema's own keywords take exponential or quadratic time."""


_KEYWORDS = _Validator.VALIDATORS.keys() - {"format"}
"""What a value is held to; a format only describes."""


class SchemaValidator:
    """A JSON Schema (2020-12) compiled once; never fetches a remote ``$ref``.

    A ``pattern`` that ``compile_pattern`` refuses allows every text.
    """

    def __init__(self, schema: JsonObject) -> None:
        self._validator = _Validator(schema, registry=Registry())
        self._check = compile_check(schema, _KEYWORDS)

    def is_valid(self, value: JsonValue) -> bool:
        """Whether the value obeys the schema."""
        return self._validator.is_valid(value) if self._check is None else self._check(value)

    def violations(self, value: JsonValue, *, limit: int = 5) -> tuple[Violation, ...]:
        """The first ``limit`` ways in which the value breaks the schema, in document order."""
        found: list[Violation] = []
        for error in self._validator.iter_errors(value):
            cause: ValidationError = best_match(error.context) if error.context else error
            found.append(Violation(path=_spell(cause), message=_shorten(cause.message)))
            if len(found) == limit:
                break
        return tuple(found)


def _spell(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _shorten(message: str, length: int = 300) -> str:
    return message if len(message) <= length else message[: length - 1] + "…"
