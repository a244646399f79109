"""``mcp-server-sqlite``: a database of a few tables."""

import hashlib
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import Known, Recipe, on_side
from inftool_env.envs.live.writing import sentence, title, word

_FILE = "data.db"
_TABLES = 3
_ROWS = 6
_COLUMNS = ("amount", "rating", "stock", "weight")


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:
    """Tables of named rows with one number each; every query as a whole lies on the side."""
    tables = sorted({word(rng, split) for _ in range(_TABLES)})
    columns = {table: rng.choice(_COLUMNS) for table in tables}
    names: dict[str, list[str]] = {}
    with closing(sqlite3.connect(folder / _FILE)) as database:
        database.execute("PRAGMA synchronous = OFF")  # nobody needs it after a power failure
        for table in tables:
            names[table] = [title(rng, split) for _ in range(_ROWS)]
            database.execute(
                f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT, {columns[table]} INTEGER)"
            )
            rows = [(name, rng.randint(1, 99)) for name in names[table]]
            database.executemany(f"INSERT INTO {table} (name, {columns[table]}) VALUES (?, ?)", rows)
        database.commit()

    def calls(tool: str, count: int, make: Callable[[str, str, str], str]) -> list[ToolCall]:
        def write() -> str:
            table = rng.choice(tables)
            return make(table, columns[table], rng.choice(names[table]))

        return [ToolCall(name=tool, arguments={"query": on_side(write, split)}) for _ in range(count)]

    def number() -> int:
        return rng.randint(1, 98)

    def select(table: str) -> str:
        return f"SELECT {rng.choice(('*', 'id', 'name', columns[table], 'COUNT(*)'))} FROM {table}"

    return Known(
        values={"table_name": tuple(tables)},
        calls=(
            *calls("read_query", 4, lambda table, _, name: f"{select(table)} WHERE name = '{name}'"),
            *calls("read_query", 4, lambda table, column, _: f"{select(table)} WHERE {column} > {number()}"),
            *calls(
                "write_query",
                2,
                lambda table, column, _: (
                    f"INSERT INTO {table} (name, {column}) VALUES ('{title(rng, split)}', {number()})"
                ),
            ),
            *calls(
                "write_query",
                2,
                lambda table, column, name: f"UPDATE {table} SET {column} = {number()} WHERE name = '{name}'",
            ),
            *calls(
                "write_query", 2, lambda table, column, _: f"DELETE FROM {table} WHERE {column} > {number()}"
            ),
            *calls("create_table", 2, lambda *_: f"CREATE TABLE {word(rng, split)} (id INTEGER, name TEXT)"),
            ToolCall(name="append_insight", arguments={"insight": sentence(rng, split)}),
        ),
    )


def digest(folder: Path) -> str:
    """The statements that would make the database anew."""
    uri = f"{(folder / _FILE).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        dump = "\n".join(database.iterdump())
    return hashlib.blake2b(dump.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


RECIPE = Recipe(
    name="sqlite",
    programs=("mcp-server-sqlite", "mcp_server_sqlite"),
    arguments=("--db-path", "{folder}/" + _FILE),
    prepare=prepare,
    digest=digest,
    keeps_nothing=True,
    read_only=("list_tables", "describe_table", "read_query"),
)
