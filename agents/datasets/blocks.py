"""Blocks of candidates, played by one process or several, and kept on disk until their rows are in a shard."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path

from agents.datasets.assistants import open_assistant
from agents.datasets.candidates import BLOCK, Candidate, Playground
from agents.datasets.config import SynthConfig
from agents.datasets.sources import Source
from inftool_env.core.errors import InfToolError
from inftool_env.core.jsonl import read_jsonl, to_json, write_atomic
from inftool_env.core.scenario import Split


class WorkerError(InfToolError, RuntimeError):
    """A process that played episodes died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a process needs to play any block."""

    config: SynthConfig
    sources: tuple[Source, ...]
    folder: Path
    """Where blocks are kept."""

    def path(self, split: Split, block: int) -> Path:
        """The file of a block, whole or not there."""
        return self.folder / f"{split.value}-{block:07d}.jsonl"


class Player:
    """Plays blocks and puts them on disk."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._playground = Playground(job.sources, open_assistant(job.config), job.config.seed)

    def play(self, split: Split, block: int) -> None:
        """Play a block, unless it is there."""
        path = self._job.path(split, block)
        if not path.exists():
            candidates = self._playground.play(split, block)
            write_atomic(path, "".join(to_json(one, sort_keys=False) + "\n" for one in candidates))


class Blocks(AbstractContextManager["Blocks"]):
    """Candidates in order, however many processes play them.

    Args:
        job: What is played.
        workers: Processes; 1 plays in this one.

    Raises:
        InfToolError: the assistant cannot be had; nothing has been written then.
        WorkerError: a process died.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self._job = job
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None
        if workers == 1:
            self._player = Player(job)
        else:
            # Spawned: a fork would copy whatever threads and locks this process has.
            self._executor = ProcessPoolExecutor(
                workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(job,)
            )
            with _watched():
                self._executor.submit(_prepare).result()

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def candidates(self, split: Split, start: int, missing: Callable[[], int]) -> Generator[Candidate]:
        """The candidates of a split from a number on, without end.

        Args:
            split: Of the wall.
            start: Number of the first candidate.
            missing: How many rows are still wanted; hardly more candidates are played ahead.

        Raises:
            WorkerError: a process died.
        """
        ahead: deque[tuple[int, Future[None] | None]] = deque()
        waiting = count(start // BLOCK)
        while True:
            while not ahead or len(ahead) < min(2 * self._workers, -(-missing() // BLOCK)):
                block = next(waiting)
                ahead.append((block, self._begin(split, block)))
            block, future = ahead.popleft()
            if future is not None:
                with _watched():
                    future.result()
            elif self._executor is None:
                self._player.play(split, block)
            for candidate in read_jsonl(self._job.path(split, block), Candidate):
                if candidate.number >= start:
                    yield candidate

    def forget(self, split: Split, number: int) -> None:
        """Delete the blocks whose candidates all come before a number."""
        for path in self._job.folder.glob(f"{split.value}-*.jsonl"):
            if (int(path.stem.rpartition("-")[2]) + 1) * BLOCK <= number:
                path.unlink()

    def _begin(self, split: Split, block: int) -> "Future[None] | None":
        """The block on its way; None where it is there already, or this process plays it when it is asked for."""
        if self._executor is None or self._job.path(split, block).exists():
            return None
        with _watched():
            return self._executor.submit(_play, split, block)


@contextmanager
def _watched() -> Iterator[None]:
    """Say what it means when the pool is broken."""
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerError(
            "synth: a process that played episodes died; expected it to live (too little memory is the usual cause). "
            "Run the command again with --resume, and fewer --workers."
        ) from error


# What follows runs in the processes of the pool.

_job: Job | None = None
"""Set once: a pool hands nothing else to its tasks without sending it every time."""


def _begin(job: Job) -> None:
    """Settle in; the process ends with its parent, however that one ends."""
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _prepare() -> None:
    """Make sure, once, that the assistant can be had: errors of an initialiser would be lost."""
    _player()


@cache
def _player() -> Player:
    assert _job is not None, "a process settles in before it plays"
    return Player(_job)


def _play(split: Split, block: int) -> None:
    _player().play(split, block)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a process of the pool has a parent"
    wait([parent.sentinel])
    os._exit(1)
