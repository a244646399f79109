"""The official checkers as a function: a process in BFCL's own Python, restarted when an answer kills or hangs it."""

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from benchmarks.bfcl.items import Item
from inftool_env.core.errors import BackendError, ConfigError
from inftool_env.core.jsonl import from_json
from inftool_env.core.schema import JsonObject, JsonValue

LANE = Path(__file__).parents[2] / ".venv-bfcl"
"""Where ``make lane-bfcl`` installs BFCL."""
WORKER = Path(__file__).with_name("worker.py")
VERDICT_S = 20.0
"""For one verdict; those of real answers take milliseconds."""
GRACE_S = 30.0
"""More for a process that does not notice that its time is up, or has to read the category again."""
START_S = 300.0
"""For BFCL to load, or to read a category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the official checker says of an answer."""

    accepted: bool
    reason: str
    """Its kind of error, as ``value_error:string``; empty for an accepted answer."""


class Checker(Protocol):
    """Whoever has BFCL's items and judges answers to them."""

    def items(self, category: str) -> Sequence[Item]:
        """The items of a category, in BFCL's order."""
        ...

    def judge(self, item: Item, answer: JsonValue) -> Ruling:
        """The verdict on an answer, in the form that ``benchmarks.bfcl.worker`` describes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    items: tuple[JsonObject, ...] = ()
    accepted: bool = False
    reason: str = ""
    results: tuple[str, ...] = ()


class _GoneError(Exception):
    """The process ended, or was silent for too long."""


def environment_of(folder: Path, endpoint: str = "http://127.0.0.1:9") -> dict[str, str]:
    """All that BFCL's processes get of an environment: a folder of their own, and whom they may ask, by default nobody."""
    return {
        "BFCL_PROJECT_ROOT": str(folder),  # Read when BFCL is first imported.
        "HOME": str(folder),
        "PATH": os.defpath,
        "OPENAI_API_KEY": "none",  # Its client refuses to be made without one.
        "OPENAI_BASE_URL": endpoint,
        "NO_PROXY": "127.0.0.1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }


class OfficialChecker:
    """BFCL's own code in a process of its own.

    The process gets nothing of this one's environment, so whatever an answer makes it do finds no keys there.

    Args:
        lane: A virtual environment with ``bfcl-eval``.
        verdict_s: How long one verdict may take, in seconds, before the answer counts as wrong.

    Raises:
        ConfigError: there is no such environment.
    """

    def __init__(self, lane: Path = LANE, *, verdict_s: float = VERDICT_S) -> None:
        self._python = lane / "bin" / "python"
        if not self._python.exists():
            raise ConfigError(
                f"{lane}: no virtual environment; expected one with bfcl-eval. Run: make lane-bfcl"
            )
        self._verdict_s = verdict_s
        self._folder = tempfile.TemporaryDirectory(prefix="inftool-bfcl-")
        self._process: subprocess.Popen[bytes] | None = None
        self._said = b""
        self._number = 0

    def __enter__(self) -> "OfficialChecker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def items(self, category: str) -> tuple[Item, ...]:
        """The items of a category, in BFCL's order.

        Raises:
            BackendError: there is no such category, or the lane does not work.
        """
        try:
            told = self._ask({"do": "items", "category": category}, START_S)
        except _GoneError as error:
            raise BackendError(self._trouble(f"category {category!r} could not be read ({error})")) from error
        return tuple(
            from_json(json.dumps({**item, "category": category}), Item, where=f"BFCL {category}")
            for item in told.items
        )

    def judge(self, item: Item, answer: JsonValue) -> Ruling:
        """The official verdict; an answer that kills or hangs the checker is not accepted.

        Raises:
            BackendError: the lane does not work.
        """
        request = {"do": "judge", "category": item.category, "item": item.id, "answer": answer}
        try:
            told = self._ask(request, self._verdict_s + GRACE_S)
        except _GoneError as error:
            return Ruling(accepted=False, reason=f"checker_gone: {error}")
        return Ruling(accepted=told.accepted, reason=told.reason)

    def run(self, item: Item, steps: Sequence[JsonValue]) -> tuple[str, ...]:
        """What the calls of a conversation's last step answer, made in a fresh world after those of all steps before.

        Nothing where they kill or hang the process.

        Raises:
            BackendError: the lane does not work.
        """
        request = {"do": "run", "category": item.category, "item": item.id, "answer": list(steps)}
        try:
            return self._ask(request, self._verdict_s + GRACE_S).results
        except _GoneError:
            return ()

    def close(self) -> None:
        """End the process, and leave nothing of it."""
        self._end()
        self._folder.cleanup()

    def _ask(self, request: JsonObject, limit_s: float) -> _Told:
        if self._process is None:
            self._start()
        assert self._process is not None, "started two lines above"
        assert self._process.stdin is not None, "started with a pipe"
        self._number += 1
        try:
            self._process.stdin.write(json.dumps({"id": self._number, **request}).encode() + b"\n")
            self._process.stdin.flush()
            return from_json(self._line(limit_s), _Told, where="the BFCL lane")
        except (BrokenPipeError, _GoneError) as error:
            self._end()
            raise _GoneError(str(error)) from error

    def _start(self) -> None:
        folder = Path(self._folder.name)
        with (folder / "stderr.txt").open("wb") as errors:
            # -I: this folder's own modules must not stand in the way of BFCL's.
            self._process = subprocess.Popen(
                [self._python, "-I", WORKER, str(self._verdict_s)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env=environment_of(folder),
            )
        self._said = b""
        try:
            self._line(START_S)
        except _GoneError as error:
            self._end()
            raise BackendError(self._trouble(f"BFCL could not be started ({error})")) from error

    def _line(self, limit_s: float) -> bytes:
        """The next line that the process says."""
        assert self._process is not None, "nobody listens to a process that there is not"
        assert self._process.stdout is not None, "started with a pipe"
        deadline = time.monotonic() + limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while (
                b"\n" not in self._said[-_CHUNK:]
            ):  # Answers are one line each: the end is the end of what was said.
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _GoneError(f"silent for {limit_s:.0f} s")
                said = os.read(self._process.stdout.fileno(), _CHUNK)
                if not said:
                    raise _GoneError("the process ended")
                self._said += said
        line, _, self._said = self._said.partition(b"\n")
        return line

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _trouble(self, what: str) -> str:
        path = Path(self._folder.name) / "stderr.txt"
        said = path.read_text(encoding="utf-8", errors="replace")[-2000:] if path.exists() else ""
        return f"{self._python}: {what}; expected bfcl-eval to work there. Run: make lane-bfcl\n{said}"


_CHUNK = 1 << 16
