"""In which order a list shows its rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, plain

_DOWN = ("desc", "descending", "down", "dsc")
_UP = ("asc", "ascending", "up")
_LATEST, _EARLIEST = ("newest", "latest", "recent", "mostrecent"), ("oldest", "earliest")


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One column that rows are ordered by."""

    column: str
    is_descending: bool


Rank = list[Any]
"""What a value is ordered by: its kind, then itself; null comes last. A list, as JSON has it in cursors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """The parameters of a list that order its rows."""

    by: str | None
    direction: str | None
    defaults: JsonObject
    columns: dict[str, str]
    """Plain name to column."""
    newest: str | None
    """The column that says when a row was made."""

    def keys(self, arguments: JsonObject) -> tuple[SortKey, ...]:
        """What a call asks to order by, most important first; columns that are unknown are passed over."""
        if self.by is None and self.direction is None:
            return ()
        asked = {**self.defaults, **arguments}
        down = plain(str(asked.get(self.direction or "", ""))) in _DOWN
        given = asked.get(self.by or "")
        tokens = given if isinstance(given, list) else str(given).split(",") if given is not None else ()
        found = [key for token in tokens if (key := self._key(str(token).strip(), is_down=down)) is not None]
        if not found and self.direction in arguments and self.newest is not None:
            found = [SortKey(column=self.newest, is_descending=down)]
        return tuple(found)

    def _key(self, token: str, *, is_down: bool) -> SortKey | None:
        if token[:1] in ("-", "+"):
            token, is_down = token[1:], token[0] == "-"
        bare = plain(token)
        if bare in (*_LATEST, *_EARLIEST) and self.newest is not None:
            return SortKey(column=self.newest, is_descending=bare in _LATEST)
        for endings, down in ((_DOWN, True), (_UP, False)):
            ending = next((word for word in endings if bare.endswith(word) and bare != word), None)
            if ending is not None and bare.removesuffix(ending) in self.columns:
                bare, is_down = bare.removesuffix(ending), down
                break
        column = self.columns.get(bare)
        return None if column is None else SortKey(column=column, is_descending=is_down)


def sorting_of(tool: ToolSpec, columns: Collection[str], filtering: Collection[str]) -> Sorting:
    """How the parameters of a list order rows that have these columns; those that filter rows do not."""
    by = direction = None
    for param in tool.properties:
        bare = plain(param)
        if param in filtering:
            continue
        if bare in PARAMETERS["direction"] and (bare != "order" or _is_direction(tool.properties[param])):
            direction = direction or param
        elif bare in PARAMETERS["sort"]:
            by = by or param
    steering = [param for param in (by, direction) if param is not None]
    return Sorting(
        by=by,
        direction=direction,
        defaults={param: tool.properties[param].get("default") for param in steering},
        columns={plain(column): column for column in columns},
        newest=next((name for name in columns if plain(name) in PROPERTIES["created"]), None),
    )


def ranks(row: JsonObject, keys: tuple[SortKey, ...]) -> list[Rank]:
    """What a row is ordered by, one rank for every key."""
    return [_rank(row.get(key.column)) for key in keys]


def is_before(first: list[Rank], second: list[Rank], keys: tuple[SortKey, ...]) -> bool | None:
    """Whether a row of the first ranks comes before one of the second; None when neither does."""
    for one, other, key in zip(first, second, keys, strict=True):
        if one != other:
            is_null = one[0] == _NULL or other[0] == _NULL
            return one < other if is_null or not key.is_descending else other < one
    return None


_NULL = 9


def _rank(value: JsonValue) -> Rank:
    if value is None:
        return [_NULL, 0]
    if isinstance(value, bool | int | float):
        return [0, value]
    return [1, value.casefold()] if isinstance(value, str) else [2, str(value)]


def _is_direction(schema: JsonObject) -> bool:
    """Whether ``order`` is asked for as up or down, rather than as a column."""
    choices = [plain(str(choice)) for choice in schema.get("enum") or [schema.get("default", "")]]
    return any(choice in (*_DOWN, *_UP) for choice in choices)
