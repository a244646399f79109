"""How long work says how far it is: one function, which shows it or does not."""

from typing import Protocol


class Progress(Protocol):
    """Is told how far a named piece of work is."""

    def __call__(self, work: str, done: int, total: int) -> None:
        """``done`` of ``total`` units of ``work`` are finished."""
        ...


def silent(work: str, done: int, total: int) -> None:
    """Show nothing."""
