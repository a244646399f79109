"""What a server has said so far, and whether a new answer agrees with it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from agents.roles.asking import Objection
from agents.roles.errors import AuditKind
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import Effect
from inftool_env.world.entities import Action, Binding, EntityMap

MOST_TOLD = 20
"""Earlier calls that a model is reminded of, the latest ones."""
_MAX_CONTENT = 2_000
"""Characters of one earlier answer that it is reminded of."""
_MAX_DEPTH = 3
"""Objects and lists around a row, at most."""

_Scalar = str | int | float | bool | None
_Name = tuple[str, str]
"""A row: its table, and the text of its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call and its answer."""

    call: ToolCall
    result: ToolResult


class Journal:
    """Rows that were shown, rows that are gone, and every answer in order."""

    def __init__(self, entities: EntityMap) -> None:
        self._entities = entities
        self._entries: list[Entry] = []
        self._writes: list[JsonValue] = []
        self._reads: dict[str, ToolResult] = {}
        self._rows: dict[_Name, dict[str, _Scalar]] = {}
        self._gone: set[_Name] = set()

    def told(self) -> list[JsonObject]:
        """The latest calls with their answers, as a model is told of them."""
        return [
            {
                "tool": entry.call.name,
                "arguments": entry.call.arguments,
                "failed": entry.result.is_error,
                "answer": entry.result.content[:_MAX_CONTENT],
            }
            for entry in self._entries[-MOST_TOLD:]
        ]

    def digest(self) -> str:
        """A hash of all that was changed, in order."""
        return hashlib.blake2b(canonical(self._writes).encode("utf-8", "replace"), digest_size=16).hexdigest()

    def same_read(self, call: ToolCall) -> ToolResult | None:
        """What the same read was answered, if nothing has changed since."""
        return self._reads.get(_spell(call))

    def is_gone(self, call: ToolCall) -> bool:
        """Whether the row that the call names was deleted."""
        name = self._named(self._entities.binding(call.name), call)
        return name is not None and name in self._gone

    def objection(self, call: ToolCall, *, failed: bool, body: JsonValue) -> Objection | None:
        """What earlier answers, or the call itself, have against an answer; None when it agrees.

        Args:
            call: What is answered.
            failed: Whether the answer is an error.
            body: The result.
        """
        binding = self._entities.binding(call.name)
        named = self._named(binding, call)
        if failed:
            if named in self._rows and binding.action is Action.GET:
                return _contradicts(f"{named[1]!r} was there before, so it can be read")
            return None
        for name, row in self._shown(binding, body):
            if name in self._gone:
                return _contradicts(f"{name[1]!r} was deleted, so it cannot be shown")
            if named is not None and binding.action in (Action.GET, Action.UPDATE) and name != named:
                return _contradicts(f"{named[1]!r} was asked for, and {name[1]!r} is shown")
            if binding.action is Action.CREATE and name in self._rows:
                return _contradicts(f"{name[1]!r} is there already, so a new row needs another key")
            if binding.action in (Action.CREATE, Action.UPDATE):
                known = {binding.columns.get(param, param): value for param, value in call.arguments.items()}
                before = {column: value for column, value in known.items() if _is_scalar(value)}
                before.pop(binding.key or "", None)
            else:
                before = self._rows.get(name, {})
            for column, value in before.items():
                if column in row and not _same(row[column], value):
                    return _contradicts(f"{column} of {name[1]!r} is {value!r}, not {row[column]!r}")
        return None

    def note(self, call: ToolCall, result: ToolResult) -> None:
        """Remember an answer that was given."""
        self._entries.append(Entry(call=call, result=result))
        binding = self._entities.binding(call.name)
        if binding.tool.effect is Effect.READ:
            self._reads[_spell(call)] = result
        if result.is_error:
            return
        if binding.tool.effect is not Effect.READ:
            self._writes.append([call.name, call.arguments])
            self._reads.clear()
        named = self._named(binding, call)
        if named is not None and binding.action is Action.DELETE:
            self._rows.pop(named, None)
            self._gone.add(named)
            return
        for name, row in self._shown(binding, result.data):
            if binding.action is Action.UPDATE:
                self._rows[name] = row
            else:
                self._rows.setdefault(name, {}).update(row)

    def _named(self, binding: Binding, call: ToolCall) -> _Name | None:
        """The row that a call names by its table's own key."""
        if binding.entity is None or binding.key is None or binding.key not in call.arguments:
            return None
        if binding.key_column != self._entities.entities[binding.entity].key_column:
            return None
        return binding.entity, str(call.arguments[binding.key])

    def _shown(self, binding: Binding, body: JsonValue) -> Iterator[tuple[_Name, dict[str, _Scalar]]]:
        """The rows of the tool's table in a result, with their plain values."""
        if binding.entity is None or binding.action is Action.DELETE:
            return
        key_column = self._entities.entities[binding.entity].key_column
        for row in _rows_in(body, key_column, _MAX_DEPTH):
            name = (binding.entity, str(row[key_column]))
            yield name, {column: value for column, value in row.items() if _is_scalar(value)}


def _rows_in(body: JsonValue, key_column: str, depth: int) -> Iterator[JsonObject]:
    if isinstance(body, dict) and _is_scalar(body.get(key_column)) and body.get(key_column) is not None:
        yield body
    elif isinstance(body, dict | list) and depth:
        for part in body.values() if isinstance(body, dict) else body:
            yield from _rows_in(part, key_column, depth - 1)


def _is_scalar(value: JsonValue) -> bool:
    return value is None or isinstance(value, str | int | float)


def _same(one: _Scalar, other: _Scalar) -> bool:
    """Whether two values say the same, whether they are written as numbers or as texts."""
    return one == other or str(one) == str(other)


def _spell(call: ToolCall) -> str:
    return canonical([call.name, call.arguments])


def _contradicts(why: str) -> Objection:
    return Objection(AuditKind.CONTRADICTION, why)
