"""One shard of a split, in every format, as JSON Lines and as Parquet: written beside, then moved to its place."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from agents.datasets.columns import columns
from agents.datasets.config import Format
from agents.datasets.row import Row
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json
from inftool_env.core.scenario import Split

ROWS_PER_SHARD = 10_000


def require_parquet() -> None:
    """Make sure that Parquet can be written.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    try:
        import agents.datasets.parquet  # noqa: F401 - whether it can be imported is the question
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"synth: {error.name} is not installed; expected it, since datasets are written as Parquet. "
            'Run `pip install -e ".[synth]"` in the checkout.'
        ) from error


class ShardWriter:
    """The files of one shard.

    Args:
        scratch: Where they are written first; on the same disk as ``folder``.
        folder: Where they belong, each in the folder of its format.
        split: Of the rows.
        number: Of the shard in its split.
        formats: Each gives a ``.jsonl`` and a ``.parquet`` file.
    """

    def __init__(
        self, scratch: Path, folder: Path, split: Split, number: int, formats: Sequence[Format]
    ) -> None:
        name = f"{split.value}-{number:05d}"
        self._tables = [_Table(scratch, folder / layout.value, name, layout) for layout in formats]

    def write(self, row: Row) -> None:
        """Add a row."""
        for table in self._tables:
            table.write(row)

    def seal(self) -> dict[str, str]:
        """Finish every file, and move it to its place.

        Returns:
            The SHA-256 of each file, by its path in the dataset's folder.
        """
        return {name: digest for table in self._tables for name, digest in table.seal().items()}

    def close(self) -> None:
        """Close the files; what is not sealed is written anew by whoever comes next."""
        for table in self._tables:
            table.close()


class _Table:
    """The rows of a shard in one format."""

    def __init__(self, scratch: Path, home: Path, name: str, layout: Format) -> None:
        from agents.datasets.parquet import ParquetRows  # here, since pyarrow need not be installed

        self._layout = layout
        self._places = {
            scratch / f"{layout.value}-{name}{suffix}": home / f"{name}{suffix}"
            for suffix in (".jsonl", ".parquet")
        }
        lines, typed = self._places
        self._lines = lines.open("w", encoding="utf-8", newline="\n")
        self._typed = ParquetRows(typed, layout)

    def write(self, row: Row) -> None:
        laid = columns(row, self._layout)
        # Unsorted: the order of a tool's parameters is what a policy reads.
        self._lines.write(to_json(laid, sort_keys=False) + "\n")
        self._typed.write(laid)

    def seal(self) -> dict[str, str]:
        self._typed.finish()
        self.close()
        digests = {}
        for path, place in self._places.items():
            digests[f"{place.parent.name}/{place.name}"] = _settle(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        return digests

    def close(self) -> None:
        self._lines.close()
        self._typed.close()


def _settle(path: Path) -> str:
    """The hash of a file that is on the disk, and not only on its way there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
