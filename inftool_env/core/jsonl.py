"""Records as lines of JSON: read strictly, written whole or not at all."""

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from inftool_env.core.errors import RecordError

R = TypeVar("R")


def to_json(record: object, *, sort_keys: bool = True) -> str:
    """A record as one line of JSON; equal records give equal bytes.

    Args:
        record: A dataclass, or anything made of them.
        sort_keys: False keeps the order of dictionaries, where it means something.
    """
    return msgspec.json.encode(record, order="deterministic" if sort_keys else None).decode()


def from_json(text: str | bytes, kind: type[R], *, where: str = "record") -> R:
    """The record back from its JSON.

    Raises:
        RecordError: the text is no JSON, or not of that kind.
    """
    try:
        return msgspec.json.decode(text, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(
            f"{where}: {error}; expected one {kind.__name__} as JSON. "
            "Delete the line, or write the file again with this version."
        ) from error


def write_atomic(path: Path, text: str) -> None:
    """Replace a file's text in one step: a reader sees the old text or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_jsonl(path: Path, records: Iterable[object]) -> None:
    """Write records to a new file, whole or not at all."""
    write_atomic(path, "".join(to_json(record) + "\n" for record in records))


def append_jsonl(path: Path, records: Iterable[object]) -> None:
    """Add records to the end of a file, each line in one write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write("".join(to_json(record) + "\n" for record in records))


def read_jsonl(path: Path, kind: type[R]) -> Iterator[R]:
    """The records of a file in order; blank lines are skipped.

    Raises:
        RecordError: a line is not one record of that kind; names the line.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield from_json(line, kind, where=f"{path}: line {number}")
