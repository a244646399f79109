"""Which part of a long list one call shows: by size, offset, page number or cursor, and how the next is asked for."""

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key, partial
from urllib.parse import urlencode

from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import ToolSpec
from inftool_env.world.problems import Problem
from inftool_env.world.sorting import Rank, SortKey, is_before, ranks
from inftool_env.world.state import Placed
from inftool_env.world.vocabulary import PARAMETERS, plain

PAGE_SIZE = 5
"""Rows on a page where neither the call nor the document says how many."""
MOST_ROWS = 100
"""Most rows in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a call shows of the rows that match, and what it may tell of the rest."""

    rows: list[JsonObject]
    total: int
    start: int
    """Rows before the first one shown."""
    size: int
    number: int
    """Of this page, counted as the API counts."""
    pages: int
    cursor: str | None = None
    """What a cursor parameter takes for the next page; None on the last one."""
    next_page: int | None = None
    next_link: str | None = None
    previous_link: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether rows come after the ones shown."""
        return self.start + len(self.rows) < self.total


def envelope_values(page: Page) -> dict[str, tuple[JsonValue, ...]]:
    """What an answer may tell of a page, by the kinds of properties in the vocabulary; what fits first is told."""
    before = page.number - 1 if page.start else None
    return {
        "total": (page.total,),
        "has_more": (page.has_more,),
        "has_previous": (page.start > 0,),
        "next_cursor": (page.cursor, "") if page.cursor is None else (page.cursor, page.next_page),
        "next": (page.next_link, page.next_page, page.cursor, ""),
        "previous": (page.previous_link, before, ""),
        "page": (page.number,),
        "size": (page.size,),
        "start": (page.start,),
        "pages": (page.pages,),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The parameters of a list that choose a page."""

    tool: ToolSpec
    size: str | None = None
    start: str | None = None
    number: str | None = None
    cursor: str | None = None
    defaults: JsonObject = field(default_factory=dict)

    def page(
        self, found: Sequence[Placed], keys: tuple[SortKey, ...], arguments: JsonObject, most: int | None
    ) -> Page | Problem:
        """The part of the rows found that a call asks for.

        A cursor stands for the last row shown, so rows that come and go elsewhere neither repeat nor hide any.

        Args:
            found: The rows that match, in the order they came.
            keys: What to order them by.
            arguments: Of the call.
            most: The rows that the document lets one answer hold; None where it sets no limit.
        """
        ordered = [(ranks(row, keys) if keys else [], place, row) for place, row in found]
        if keys:
            ordered.sort(key=cmp_to_key(partial(_compare, keys)))
        size = self._size(arguments)
        size = size if most is None else min(size, max(most, 1))
        first = _first_number(self.tool, self.number, 1)
        start = self._whole(arguments, self.start, 0) - _first_number(self.tool, self.start, 0)
        start = max(start, 0) + max(self._whole(arguments, self.number, first) - first, 0) * size
        given = None if self.cursor is None else arguments.get(self.cursor)
        query = "" if self.cursor is None else self._query(arguments)
        if given not in (None, ""):
            after = _read_cursor(given, query, len(keys)) or _rank_of_key(given, ordered)
            if after is None:
                told = f"invalid parameter '{self.cursor}': '{given}' is no cursor of this list"
                return Problem(422, told, self.cursor or "")
            start = sum(_compare(keys, each, after) <= 0 for each in ordered)
        shown = ordered[start : start + size]
        has_more = start + len(shown) < len(ordered)
        is_told = self.cursor is not None and has_more and shown
        cursor = _write_cursor(shown[-1][0], shown[-1][1], query) if is_told else None
        number = first + start // size
        return Page(
            rows=[row for _, _, row in shown],
            total=len(ordered),
            start=start,
            size=size,
            number=number,
            pages=-(-len(ordered) // size),
            cursor=cursor,
            next_page=number + 1 if has_more else None,
            next_link=self._link(arguments, start + size, number + 1, cursor) if has_more else None,
            previous_link=self._link(arguments, max(start - size, 0), number - 1, None) if start else None,
        )

    def _size(self, arguments: JsonObject) -> int:
        pages = any(param is not None for param in (self.size, self.start, self.number, self.cursor))
        return min(max(self._whole(arguments, self.size, PAGE_SIZE if pages else MOST_ROWS), 1), MOST_ROWS)

    def _whole(self, arguments: JsonObject, param: str | None, otherwise: int) -> int:
        value = otherwise if param is None else arguments.get(param, self.defaults.get(param))
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        return otherwise

    def _query(self, arguments: JsonObject) -> str:
        """What must stay the same from page to page."""
        steering = (self.size, self.start, self.number, self.cursor)
        kept = {param: value for param, value in arguments.items() if param not in steering}
        return canonical([self.tool.name, kept])

    def _link(self, arguments: JsonObject, start: int, number: int, cursor: str | None) -> str | None:
        path = (self.tool.route or "").partition(" ")[2]
        if self.cursor is not None and cursor is not None:
            step: JsonObject = {self.cursor: cursor}
        elif self.number is not None:
            step = {self.number: number}
        elif self.start is not None:
            step = {self.start: start + _first_number(self.tool, self.start, 0)}
        else:
            return None
        rest = {**arguments, **step}
        for param in arguments:
            if f"{{{param}}}" in path:
                path = path.replace(f"{{{param}}}", str(rest.pop(param)))
        return f"{path}?{urlencode({name: _spell(value) for name, value in rest.items()})}"


def paging_of(tool: ToolSpec, filtering: Collection[str]) -> Paging:
    """How the parameters of a list choose a page; those that filter rows do not."""
    found: dict[str, str] = {}
    for param in tool.properties:
        if param in filtering:
            continue
        for role, words in _ROLES.items():
            if plain(param) in PARAMETERS[words]:
                found.setdefault(role, param)
                break
    defaults = {param: tool.properties[param].get("default") for param in found.values()}
    return Paging(tool=tool, defaults=defaults, **found)


_ROLES = {"cursor": "cursor", "size": "page_size", "start": "page_start", "number": "page_number"}


def _first_number(tool: ToolSpec, param: str | None, usual: int) -> int:
    """What the API counts from: 0 or 1, as its document says."""
    schema = {} if param is None else tool.properties[param]
    for word in ("default", "minimum"):
        if schema.get(word) in (0, 1) and not isinstance(schema.get(word), bool):
            return int(schema[word])
    return usual


def _compare(keys: tuple[SortKey, ...], one: Sequence[JsonValue], other: Sequence[JsonValue]) -> int:
    """Below zero when the row of the first one, its ranks and place, comes before the other."""
    first = is_before(one[0], other[0], keys)
    if first is None:
        return int(one[1] > other[1]) - int(one[1] < other[1])
    return -1 if first else 1


def _write_cursor(after: list[Rank], place: int, query: str) -> str:
    text = json.dumps([_fingerprint(query, after, place), place, after], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: JsonValue, query: str, count: int) -> tuple[list[Rank], int] | None:
    """The ranks and place that a cursor of this very list stands for; None for any other text."""
    try:
        text = base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(str(cursor)) % 4)}")
        fingerprint, place, after = json.loads(text)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None
    is_ours = isinstance(place, int) and isinstance(after, list) and len(after) == count
    return (after, place) if is_ours and fingerprint == _fingerprint(query, after, place) else None


def _fingerprint(query: str, after: JsonValue, place: int) -> str:
    """Tells a cursor that this list gave out from any other text."""
    text = f"{query} {canonical(after)} {place}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _rank_of_key(
    given: JsonValue, ordered: Sequence[tuple[list[Rank], int, JsonObject]]
) -> tuple[list[Rank], int] | None:
    """The row that is named by one of its own ids, as in ``starting_after``."""
    for after, place, row in ordered:
        if any(value == given for name, value in row.items() if plain(name) in ("id", "uuid", "name")):
            return after, place
    return None


def _spell(value: JsonValue) -> str:
    return value if isinstance(value, str) else canonical(value)
