"""Answers kept on disk: what was asked once is answered alike for ever, also without the model."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from agents.roles.chat import Chat, ChatAnswer, ChatRequest
from agents.roles.errors import ChatError
from inftool_env.core.errors import RecordError
from inftool_env.core.jsonl import from_json, to_json, write_atomic

_SHELVES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One file of the cache: who was asked what, and what came back."""

    model: str
    request: ChatRequest
    answer: ChatAnswer


class CachedChat:
    """Keeps every answer of another chat in a file of its own, named by a hash of the request.

    Several processes may share the folder: files are written whole or not at all. A file that cannot be read is
    asked for again.

    Args:
        chat: Answers what the folder does not hold.
        folder: Made when there is something to keep.
        max_answers: About how many are kept; the oldest go first.
        offline: Replay only: a request that the folder does not hold is a ``ChatError``.
    """

    def __init__(
        self, chat: Chat, folder: Path, *, max_answers: int = 100_000, offline: bool = False
    ) -> None:
        self._chat = chat
        self._folder = folder
        self._most_on_shelf = max(1, max_answers // _SHELVES)
        self._offline = offline

    @property
    def name(self) -> str:
        """That of the chat whose answers are kept."""
        return self._chat.name

    def complete(self, request: ChatRequest) -> ChatAnswer:
        """The kept answer, else the other chat's."""
        path = self._path(request)
        kept = _read(path)
        if kept is not None:
            return kept
        if self._offline:
            raise ChatError(
                f"{self._folder}: holds no answer of {self.name!r} to this request ({path.stem}); expected one, since "
                "nothing is asked offline. Record it with offline=False first."
            )
        answer = self._chat.complete(request)
        write_atomic(
            path, to_json(Exchange(model=self.name, request=request, answer=answer), sort_keys=False)
        )
        self._tidy(path.parent)
        return answer

    def _path(self, request: ChatRequest) -> Path:
        text = to_json([self.name, request])
        key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return self._folder / key[:2] / f"{key}.json"

    def _tidy(self, shelf: Path) -> None:
        files = list(shelf.glob("*.json"))
        if len(files) <= self._most_on_shelf:
            return
        for path in sorted(files, key=_age)[: len(files) - self._most_on_shelf]:
            path.unlink(missing_ok=True)


def _read(path: Path) -> ChatAnswer | None:
    try:
        return from_json(path.read_bytes(), Exchange, where=str(path)).answer
    except (OSError, RecordError):
        return None


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except FileNotFoundError:  # another process tidies too
        return 0, path.name
