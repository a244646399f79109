"""Which made call is which expected call: one to one, as many as possible."""

from collections.abc import Sequence
from dataclasses import dataclass

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import ExpectedCall
from inftool_env.core.schema import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMatch:
    """Expected and made calls, paired."""

    made_for: tuple[int | None, ...]
    """For every expected call the index of the made call that fulfils it, or None."""
    others: tuple[int, ...]
    """Indices of the made calls that fulfil nothing."""


def match_calls(expected: Sequence[ExpectedCall], made: Sequence[ToolCall]) -> CallMatch:
    """The largest pairing of expected with made calls; the earliest made calls where several would do.

    A made call can fulfil two expectations that differ in optional arguments only, so first come
    first served may leave one unfulfilled that need not be: pairs move along augmenting paths.
    """
    candidates = [[at for at, call in enumerate(made) if fulfils(call, want)] for want in expected]
    wanted_by: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for at in candidates[want]:
            if at not in tried:
                tried.add(at)
                if at not in wanted_by or place(wanted_by[at], tried):
                    wanted_by[at] = want
                    return True
        return False

    for want in range(len(expected)):
        place(want, set())
    made_for = {want: at for at, want in wanted_by.items()}
    return CallMatch(
        made_for=tuple(made_for.get(want) for want in range(len(expected))),
        others=tuple(at for at in range(len(made)) if at not in wanted_by),
    )


def fulfils(made: ToolCall, want: ExpectedCall) -> bool:
    """Whether the made call is the wanted one, up to the differences that do not matter."""
    if made.name != want.name or any(name not in want.arguments for name in made.arguments):
        return False
    return all(
        same_value(made.arguments[name], value) if name in made.arguments else name in want.optional
        for name, value in want.arguments.items()
    )


def same_value(one: JsonValue, other: JsonValue) -> bool:
    """Whether two JSON values mean the same: 1 is 1.0, and space around a string is nothing.

    >>> same_value({"n": [1, " a "]}, {"n": [1.0, "a"]}), same_value(True, 1), same_value("A", "a")
    (True, False, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(value, other[key]) for key, value in one.items())
    return bool(one == other)
