"""JSON values, and whether they obey a JSON Schema."""

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry

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


class SchemaValidator:
    """A JSON Schema (2020-12) compiled once; never fetches a remote ``$ref``."""

    def __init__(self, schema: JsonObject) -> None:
        self._validator = Draft202012Validator(schema, registry=Registry())

    def is_valid(self, value: JsonValue) -> bool:
        """Whether the value obeys the schema."""
        return self._validator.is_valid(value)

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
