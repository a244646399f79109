"""The end of what a program writes to its standard error."""

import os
import threading
from types import TracebackType
from typing import Self

MAX_BYTES = 2_000
_WAIT_S = 1.0


class LastWords:
    """A file for a program's standard error that remembers only the end of it.

    However much the program writes, it never waits for a reader, and nothing grows. The reading thread
    ends with the last program that holds the file.
    """

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.file = os.fdopen(writing, "w", encoding="utf-8")
        """What to pass as ``stderr``."""
        self._tail = b""
        self._thread = threading.Thread(target=self._drain, args=(reading,), daemon=True)
        self._thread.start()

    def hear(self) -> str:
        """The end of what was written; waits for the rest of a program that is ending."""
        self.file.close()
        self._thread.join(_WAIT_S)
        return self._tail.decode("utf-8", "replace").strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def _drain(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while chunk := pipe.read(65_536):
                self._tail = (self._tail + chunk)[-MAX_BYTES:]
