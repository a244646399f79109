"""The data behind the tools: tables of rows, and what has changed in them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inftool_env.core.schema import JsonValue, canonical
from inftool_env.world.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row that differs between two moments."""

    table: str
    key: str
    before: Row | None
    """None for a row that was added."""
    after: Row | None
    """None for a row that was removed."""


Snapshot = Mapping[tuple[str, str], RowChange]
"""A moment of the world: every row that differs from the first rows, by table and key."""


class WorldState:
    """Tables made on first touch; equal histories of changes give equal digests.

    Args:
        make_table: Gives the first rows of a table by its name.
        key_columns: The unique column of every table.
    """

    def __init__(self, make_table: Callable[[str], list[Row]], key_columns: Mapping[str, str]) -> None:
        self._make_table = make_table
        self._key_columns = key_columns
        self._first: dict[str, dict[str, Row]] = {}
        self._now: dict[str, dict[str, Row]] = {}

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Every table that has been touched, its rows in the order they came."""
        return {name: list(table.values()) for name, table in self._now.items()}

    def rows(self, table: str) -> list[Row]:
        """The rows of one table; not to be edited."""
        return list(self._table(table).values())

    def get(self, table: str, key: JsonValue) -> Row | None:
        """The row with that key, or None."""
        return self._table(table).get(str(key))

    def put(self, table: str, row: Row) -> None:
        """Add a row, or replace the one with its key."""
        self._table(table)[str(row[self._key_columns[table]])] = row

    def remove(self, table: str, key: JsonValue) -> None:
        """Remove the row with that key; KeyError when there is none."""
        del self._table(table)[str(key)]

    def snapshot(self) -> Snapshot:
        """This moment, to be compared with another one of the same world."""
        changes: dict[tuple[str, str], RowChange] = {}
        for name in sorted(self._now):
            first, now = self._first[name], self._now[name]
            for key in sorted(first.keys() | now.keys()):
                before, after = first.get(key), now.get(key)
                if before is not after and before != after:
                    changes[name, key] = RowChange(table=name, key=key, before=before, after=after)
        return changes

    def digest(self) -> str:
        """A hash of what has changed since the beginning; which tables were only read does not matter."""
        changes = [[table, key, change.after] for (table, key), change in self.snapshot().items()]
        return hashlib.blake2b(canonical(changes).encode(), digest_size=16).hexdigest()

    @staticmethod
    def diff(before: Snapshot, after: Snapshot) -> tuple[RowChange, ...]:
        """The rows that differ between two moments, by table and key."""
        changes = []
        for table, key in sorted(before.keys() | after.keys()):
            early, late = before.get((table, key)), after.get((table, key))
            first = early.before if early is not None else late.before if late is not None else None
            old = early.after if early is not None else first
            new = late.after if late is not None else first
            if old != new:
                changes.append(RowChange(table=table, key=key, before=old, after=new))
        return tuple(changes)

    def _table(self, name: str) -> dict[str, Row]:
        table = self._now.get(name)
        if table is None:
            rows = self._make_table(name)
            first = {str(row[self._key_columns[name]]): row for row in rows}
            self._first[name] = first
            table = self._now[name] = dict(first)
        return table
