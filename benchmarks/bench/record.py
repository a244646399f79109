"""What is kept of an episode, and the journal that a kill cannot spoil."""

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import read_jsonl, to_json
from inftool_env.core.message import Message
from inftool_env.core.schema import JsonValue

EPISODES = "episodes.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """One try at one task, with all that is needed to judge it again."""

    task: str
    category: str
    repeat: int
    """Which try at the task it was, from 0."""
    success: bool
    failure: str
    """``none`` for a success, ``agent_error`` where the agent brought no answer."""
    why: str
    error: str = ""
    """Why the agent brought no answer; empty where it did. Never together with success."""
    truncated: bool = False
    """The limit of turns ended it, or that of tokens cut a turn."""
    actions: tuple[JsonValue, ...] = ()
    """The agent's answers as they came."""
    messages: tuple[Message, ...] = ()
    """The conversation as the judge saw it."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latencies_s: tuple[float, ...] = ()
    """Of every answer."""


class Journal:
    """Finished episodes, one line each, only ever added to.

    A line that a kill cut short was never finished: it is dropped when the journal is opened again.

    Args:
        path: The file.

    Raises:
        ConfigError: another process writes it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file: IO[bytes] = path.open("ab+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise ConfigError(
                f"{path}: another process writes it; expected nobody. Wait for it, or give another --out."
            ) from error
        self._drop_torn_line()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self) -> list[EpisodeRecord]:
        """The finished episodes, in the order in which they ended.

        Raises:
            RecordError: a line is no episode.
        """
        return list(read_jsonl(self._path, EpisodeRecord))

    def add(self, records: Iterable[EpisodeRecord]) -> None:
        """Write finished episodes down; after it they survive a kill."""
        for record in records:
            self._file.write(to_json(record).encode() + b"\n")
        self._file.flush()

    def _drop_torn_line(self) -> None:
        size = end = self._file.seek(0, os.SEEK_END)
        while end:
            begin = max(0, end - _CHUNK)
            self._file.seek(begin)
            at = self._file.read(end - begin).rfind(b"\n")
            if at >= 0:
                end = begin + at + 1
                break
            end = begin
        if end < size:
            self._file.truncate(end)


_CHUNK = 1 << 16
