"""Which conversations a dataset holds already, or nearly so: an index on disk, so that memory stays flat.

The index is exact in its first part and an estimate in its second. It is committed with each shard, and
whatever belongs to rows that no shard holds is forgotten when a run resumes.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np

from agents.datasets.sketches import Sketch, band_keys, similarity
from inftool_env.core.errors import ConfigError

NEAR = 0.8
"""Conversations at least this similar are near duplicates."""

_CACHE_KIB = 65_536
_TABLES = """
CREATE TABLE IF NOT EXISTS exact (digest BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bands (key INTEGER, row INTEGER, PRIMARY KEY (key, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sketches (row INTEGER PRIMARY KEY, numbers BLOB NOT NULL);
"""


class Seen:
    """The conversations of one dataset, all of its splits; one process at a time may hold it.

    Args:
        path: The index's file; made when absent.
        rows: What was added for the first so many rows is kept, the rest is forgotten.

    Raises:
        ConfigError: another process holds it, or it is no such index.
    """

    def __init__(self, path: Path, *, rows: int) -> None:
        self.rows = rows
        self._database = sqlite3.connect(path, timeout=1.0, isolation_level=None)
        try:
            held = self._prepare()
        except BaseException as error:
            self._database.close()
            if not isinstance(error, sqlite3.DatabaseError):
                raise
            raise ConfigError(
                f"{path}: {error}; expected an index of conversations that no other process works with. "
                "Wait for the other run, or start anew in another folder."
            ) from error
        if held != rows:
            self._database.close()
            raise ConfigError(
                f"{path}: holds {held} conversations; expected the {rows} of the finished shards. "
                "Start anew in another folder."
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def has(self, digest: str) -> bool:
        """Whether a conversation of that digest was added."""
        found = self._database.execute("SELECT 1 FROM exact WHERE digest = ?", (bytes.fromhex(digest),))
        return found.fetchone() is not None

    def has_near(self, numbers: Sketch) -> bool:
        """Whether a conversation was added that is as good as the same."""
        marks = ", ".join("?" * len(keys := band_keys(numbers)))
        alike = self._database.execute(
            f"SELECT numbers FROM sketches WHERE row IN (SELECT row FROM bands WHERE key IN ({marks}))", keys
        )
        return any(similarity(numbers, np.frombuffer(found, "<u4")) >= NEAR for (found,) in alike)

    def add(self, digest: str, numbers: Sketch) -> None:
        """Remember the next row's conversation."""
        self._insert("exact", [(bytes.fromhex(digest), self.rows)])
        self._insert("sketches", [(self.rows, numbers.tobytes())])
        self._insert("bands", [(key, self.rows) for key in band_keys(numbers)])
        self.rows += 1

    def commit(self) -> None:
        """Make everything that was added last."""
        self._database.execute("COMMIT")
        self._database.execute("BEGIN EXCLUSIVE")

    def _prepare(self) -> int:
        """Take hold of the index, and forget what belongs to no row; returns how many rows it knows."""
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("BEGIN EXCLUSIVE")
        for statement in filter(str.strip, _TABLES.split(";")):
            self._database.execute(statement)
        for table in ("exact", "bands", "sketches"):
            self._database.execute(f"DELETE FROM {table} WHERE row >= ?", (self.rows,))
        (held,) = self._database.execute("SELECT count(*) FROM sketches").fetchone()
        self.commit()
        return int(held)

    def _insert(self, table: str, rows: Iterable[tuple[object, object]]) -> None:
        self._database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
