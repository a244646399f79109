"""Two worlds compared in words: what differs in the data from what should be there."""

from collections.abc import Iterable

from inftool_env.core.schema import JsonValue
from inftool_env.grading.words import shorten, spell_value
from inftool_env.world.state import RowChange

MOST_LINES = 8
_ABSENT = object()


def spell_differences(changes: Iterable[RowChange]) -> tuple[str, ...]:
    """One line for every row or value that differs, ``MOST_LINES`` of them at most and then how many more there are.

    Args:
        changes: ``before`` is the row that should be there, ``after`` the one that is.
    """
    lines = [line for change in changes for line in _spell(change)]
    rest = len(lines) - MOST_LINES
    return (*lines[:MOST_LINES], *([f"and {rest} more"] if rest > 0 else []))


def _spell(change: RowChange) -> list[str]:
    row = shorten(f"{change.table} {change.key}", 120)
    if change.before is None:
        return [f"{row} is there, but should not be"]
    if change.after is None:
        return [f"{row} is missing"]
    wanted, found = change.before, change.after
    return [
        f"{row}: {column} is {_value(found.get(column, _ABSENT))}, expected {_value(wanted.get(column, _ABSENT))}"
        for column in sorted(wanted.keys() | found.keys())
        if wanted.get(column, _ABSENT) != found.get(column, _ABSENT)
    ]


def _value(value: JsonValue) -> str:
    return "absent" if value is _ABSENT else spell_value(value)
