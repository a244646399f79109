"""A process that answers lines with lines, never waited for longer than allowed."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence

_CHUNK = 1 << 16


class GoneError(Exception):
    """The process ended, was silent for too long, or said too much."""


class LineProcess:
    """A process with which lines are exchanged.

    Args:
        command: The program and its arguments.
        max_bytes: Of one line that it says.
    """

    def __init__(self, command: Sequence[str], *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that what it starts ends with it
        )
        assert self._process.stdin is not None, "started with a pipe"
        assert self._process.stdout is not None, "started with a pipe"
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def ask(self, line: bytes, limit_s: float) -> bytes:
        """Say a line, none if it is empty, and get the next one.

        Raises:
            GoneError: there is none; the process is of no use any more.
        """
        deadline, left, said = time.monotonic() + limit_s, memoryview(line), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            if left:
                selector.register(self._to, selectors.EVENT_WRITE)
            while True:
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready or time.monotonic() > deadline:
                    raise GoneError(f"no answer within {limit_s:g} s")
                for key, _ in ready:
                    if key.fd == self._to:
                        left = left[self._write(left) :]
                        if not left:
                            selector.unregister(self._to)
                    elif self._read(said):
                        return bytes(said)

    def kill(self) -> None:
        """Kill it and all that it has started; whoever waits for an answer learns that it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it and let go of it; nobody may be waiting for an answer."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def _write(self, line: memoryview) -> int:
        try:
            return os.write(self._to, line[:_CHUNK])
        except BrokenPipeError as error:
            raise GoneError("the process ended") from error

    def _read(self, said: bytearray) -> bool:
        """Add what it says; whether the line is whole."""
        chunk = os.read(self._from, _CHUNK)
        if not chunk:
            raise GoneError("the process ended")
        said += chunk
        if len(said) > self._max_bytes:
            raise GoneError(f"an answer of more than {self._max_bytes:,} bytes")
        return chunk.endswith(b"\n")
