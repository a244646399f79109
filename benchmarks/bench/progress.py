"""How far a run is: a bar on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY_S = 10.0
"""Between two plain lines."""


class Meter(Protocol):
    """Told what has happened."""

    def __call__(self, done: int, successes: int, errors: int) -> None:
        """So many episodes have ended, and so."""
        ...


@contextmanager
def shown(console: Console, what: str, total: int) -> Iterator[Meter]:
    """Show the progress of something that has so many episodes."""
    if not console.is_terminal:
        yield _Lines(console, what, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(what, total=total)

        def move(done: int, successes: int, errors: int) -> None:
            told = f"{what}: {successes / max(1, done):.0%} success, {errors} errors"
            progress.update(bar, completed=done, description=told)

        yield move


class _Lines:
    def __init__(self, console: Console, what: str, total: int) -> None:
        self._console, self._what, self._total = console, what, total
        self._last = time.monotonic()

    def __call__(self, done: int, successes: int, errors: int) -> None:
        if done < self._total and time.monotonic() - self._last < EVERY_S:
            return
        self._last = time.monotonic()
        share = successes / max(1, done)
        self._console.print(
            f"{self._what}: {done} of {self._total}, {share:.1%} success, {errors} errors",
            highlight=False,
            soft_wrap=True,
        )
