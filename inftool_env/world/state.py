"""The data behind the tools: tables of rows, and what has changed in them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inftool_env.core.schema import JsonValue, canonical
from inftool_env.world.rows import Row

Placed = tuple[int, Row]
"""A row, and its place in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row that differs between two moments."""

    table: str
    key: str
    before: Row | None
    """None for a row that was added."""
    after: Row | None
    """None for a row that was removed."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ, in alphabetical order; all of them for a row that came or went."""
        before, after = self.before or {}, self.after or {}
        names = sorted(before.keys() | after.keys())
        return tuple(
            name for name in names if (name in before, before.get(name)) != (name in after, after.get(name))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A moment of the world: every row that differs from the first rows, by table and key."""

    changes: Mapping[tuple[str, str], RowChange] = field(default_factory=dict)
    places: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Where rows stand that do not stand where they did at first."""
    next_places: Mapping[str, int] = field(default_factory=dict)
    """The place of the next new row, for tables that have had one."""
    ticks: int = 0
    """How often the world's clock has ticked."""


class WorldState:
    """Tables made on first touch; equal histories of changes give equal digests.

    Args:
        make_table: Gives the first rows of a table by its name.
        key_columns: The unique column of every table.
        clock_columns: By table, the columns that say when something was done. Two histories that differ in
            order alone differ in them, so digests leave them out.
    """

    def __init__(
        self,
        make_table: Callable[[str], list[Row]],
        key_columns: Mapping[str, str],
        clock_columns: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._make_table = make_table
        self._key_columns = key_columns
        self._clock_columns = clock_columns or {}
        self._first: dict[str, dict[str, Row]] = {}
        self._now: dict[str, dict[str, Row]] = {}
        self._places: dict[str, dict[str, int]] = {}
        self._next_places: dict[str, int] = {}
        self.ticks = 0
        """How often the world's clock has ticked; whoever stamps rows moves it on."""

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Every table that has been touched, its rows in the order they came."""
        return {name: list(table.values()) for name, table in self._now.items()}

    def rows(self, table: str) -> list[Row]:
        """The rows of one table in the order they came; not to be edited."""
        return list(self._table(table).values())

    def placed_rows(self, table: str) -> list[Placed]:
        """The rows of one table, each with its place: a number that grows, and that no later row gets again."""
        now = self._table(table)
        places = self._places[table]
        return [(places[key], row) for key, row in now.items()]

    def get(self, table: str, key: JsonValue) -> Row | None:
        """The row with that key, or None."""
        return self._table(table).get(str(key))

    def put(self, table: str, row: Row) -> None:
        """Add a row, or replace the one with its key."""
        now = self._table(table)
        key = str(row[self._key_columns[table]])
        if key not in now:
            self._places[table][key] = self._next_places[table]
            self._next_places[table] += 1
        now[key] = row

    def remove(self, table: str, key: JsonValue) -> None:
        """Remove the row with that key; KeyError when there is none."""
        del self._table(table)[str(key)]
        del self._places[table][str(key)]

    def snapshot(self) -> Snapshot:
        """This moment, to be compared with another one of the same world, or to come back to."""
        places: dict[tuple[str, str], int] = {}
        next_places: dict[str, int] = {}
        for name in sorted(self._now):
            first = self._first[name]
            if self._next_places[name] != len(first):
                next_places[name] = self._next_places[name]
            at_first = {key: place for place, key in enumerate(first)}
            for key, place in self._places[name].items():
                if at_first.get(key) != place:
                    places[name, key] = place
        return Snapshot(changes=self._changes(), places=places, next_places=next_places, ticks=self.ticks)

    def restore(self, snapshot: Snapshot) -> None:
        """Come back to a moment of this world, or of another one with the same first rows."""
        for name in {*self._now, *(table for table, _ in snapshot.changes), *snapshot.next_places}:
            self._table(name)
            first = self._first[name]
            now = dict(first)
            places = {key: place for place, key in enumerate(first)}
            for (table, key), change in snapshot.changes.items():
                if table == name and change.after is None:
                    del now[key], places[key]
                elif table == name and change.after is not None:
                    now[key] = change.after
            places |= {key: place for (table, key), place in snapshot.places.items() if table == name}
            order = sorted(now, key=places.__getitem__)
            self._now[name] = {key: now[key] for key in order}
            self._places[name] = {key: places[key] for key in order}
            self._next_places[name] = snapshot.next_places.get(name, len(first))
        self.ticks = snapshot.ticks

    def digest(self) -> str:
        """A hash of what has changed since the beginning.

        Neither which tables were only read nor the clock's columns matter.
        """
        changes = [
            [table, key, after]
            for (table, key), change in self._changes().items()
            if (after := self._timeless(table, change.after)) != self._timeless(table, change.before)
        ]
        return hashlib.blake2b(canonical(changes).encode(), digest_size=16).hexdigest()

    @staticmethod
    def diff(before: Snapshot, after: Snapshot) -> tuple[RowChange, ...]:
        """The rows that differ between two moments, by table and key."""
        changes = []
        for table, key in sorted(before.changes.keys() | after.changes.keys()):
            early, late = before.changes.get((table, key)), after.changes.get((table, key))
            first = early.before if early is not None else late.before if late is not None else None
            old = early.after if early is not None else first
            new = late.after if late is not None else first
            if old != new:
                changes.append(RowChange(table=table, key=key, before=old, after=new))
        return tuple(changes)

    def _changes(self) -> dict[tuple[str, str], RowChange]:
        changes: dict[tuple[str, str], RowChange] = {}
        for name in sorted(self._now):
            first, now = self._first[name], self._now[name]
            for key in sorted(first.keys() | now.keys()):
                before, after = first.get(key), now.get(key)
                if before is not after and before != after:
                    changes[name, key] = RowChange(table=name, key=key, before=before, after=after)
        return changes

    def _timeless(self, table: str, row: Row | None) -> Row | None:
        columns = self._clock_columns.get(table)
        if row is None or not columns:
            return row
        return {name: value for name, value in row.items() if name not in columns}

    def _table(self, name: str) -> dict[str, Row]:
        table = self._now.get(name)
        if table is None:
            rows = self._make_table(name)
            first = {str(row[self._key_columns[name]]): row for row in rows}
            self._first[name] = first
            table = self._now[name] = dict(first)
            self._places[name] = {key: place for place, key in enumerate(first)}
            self._next_places[name] = len(first)
        return table
