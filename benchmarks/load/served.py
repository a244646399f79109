"""A server process on a free port of this machine, started for a measurement and ended with it."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import resident_mib

_START_S = 120.0
_STOP_S = 30.0
_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    """What it wrote to its standard error."""

    def resident_mib(self) -> float:
        """Memory that the server holds."""
        return resident_mib(self.process.pid)


@contextlib.contextmanager
def served(module: str, words: Sequence[str], log: Path, *, path: str = "/mcp") -> Iterator[Served]:
    """Run ``python -m module words --port PORT`` until the block ends.

    Raises:
        RuntimeError: it does not listen in time, or does not end when it is told to.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, *words, "--port", str(port)]
    with log.open("wb") as errors, subprocess.Popen(command, stderr=errors) as process:
        try:
            _wait_for(port, process, log)
            yield Served(url=f"http://127.0.0.1:{port}{path}", process=process, log=log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise RuntimeError(f"the server did not end in {_STOP_S:g} s") from error


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(_POLL_S)
    raise RuntimeError(
        f"the server did not listen in {_START_S:g} s: {log.read_text(errors='replace')[-500:]}"
    )
