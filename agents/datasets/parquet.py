"""Rows as Parquet."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agents.datasets.config import Format
from inftool_env.core.schema import JsonObject
from inftool_env.world.backend import spell

ROWS_PER_GROUP = 500
"""So many rows are held in memory."""

_TURN = pa.struct([("from", pa.string()), ("value", pa.string())])
_FUNCTION = pa.struct([("name", pa.string()), ("arguments", pa.string())])
_CALL = pa.struct([("id", pa.string()), ("type", pa.string()), ("function", _FUNCTION)])
_MESSAGE = pa.struct(
    [
        ("role", pa.string()),
        ("content", pa.string()),
        ("tool_calls", pa.list_(_CALL)),
        ("tool_call_id", pa.string()),
        ("name", pa.string()),
    ]
)
_ORIGIN = [
    ("id", pa.string()),
    ("environment", pa.string()),
    ("category", pa.string()),
    ("difficulty", pa.int8()),
    ("seed", pa.int64()),
]
_SCHEMAS: Mapping[Format, pa.Schema] = {
    Format.OPENAI: pa.schema([*_ORIGIN, ("messages", pa.list_(_MESSAGE)), ("tools", pa.string())]),
    Format.SHAREGPT: pa.schema([*_ORIGIN, ("conversations", pa.list_(_TURN)), ("tools", pa.string())]),
    Format.HERMES: pa.schema([*_ORIGIN, ("text", pa.string())]),
}


class ParquetRows:
    """A Parquet file that grows row by row.

    Args:
        path: A file that is there already is replaced.
        layout: Of the rows.
    """

    def __init__(self, path: Path, layout: Format) -> None:
        self._schema = _SCHEMAS[layout]
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[JsonObject] = []

    def write(self, columns: JsonObject) -> None:
        """Add a row; a list of tools becomes JSON text, since their schemas are of no one shape."""
        tools = columns.get("tools")
        self._waiting.append({**columns, "tools": spell(tools)} if isinstance(tools, list) else columns)
        if len(self._waiting) >= ROWS_PER_GROUP:
            self._flush()

    def finish(self) -> None:
        """Write what waits, and close the file."""
        if self._waiting:
            self._flush()
        self.close()

    def close(self) -> None:
        """Close the file as it is; again does nothing."""
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._waiting, self._schema))
        self._waiting = []
