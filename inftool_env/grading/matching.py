"""Which made call is which expected call: one to one, as many as possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import ExpectedCall, Likeness
from inftool_env.core.schema import JsonValue, canonical
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.grading.equality import same_argument, same_value, squeeze


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMatch:
    """Expected and made calls, paired."""

    made_for: tuple[int | None, ...]
    """For every expected call the index of the made call that fulfils it, or None."""
    others: tuple[int, ...]
    """Indices of the made calls that fulfil nothing."""


def match_calls(expected: Sequence[ExpectedCall], made: Sequence[ToolCall], toolset: Toolset) -> CallMatch:
    """The largest pairing of expected with made calls; the earliest made calls where several would do.

    A made call can fulfil two expectations that differ in optional arguments only, so first come
    first served may leave one unfulfilled that need not be: pairs move along augmenting paths.
    Of two expectations that could change places, the earlier one gets the earlier call.
    """
    tools = {want.name: toolset.get(want.name) for want in expected}
    candidates = [
        [at for at, call in enumerate(made) if fulfils(call, want, tools[want.name])] for want in expected
    ]
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
    for early, late in combinations(sorted(made_for), 2):
        one, other = made_for[early], made_for[late]
        if other < one and other in candidates[early] and one in candidates[late]:
            made_for[early], made_for[late] = other, one
    return CallMatch(
        made_for=tuple(made_for.get(want) for want in range(len(expected))),
        others=tuple(at for at in range(len(made)) if at not in wanted_by),
    )


def fulfils(made: ToolCall, want: ExpectedCall, tool: ToolSpec | None = None) -> bool:
    """Whether the made call is the wanted one, up to the differences that do not matter.

    Args:
        made: The call of the assistant.
        want: The call that had to be made.
        tool: What both should be calls of; None compares the arguments as plain JSON.
    """
    if made.name != want.name or any(name not in want.arguments for name in made.arguments):
        return False
    return all(
        fits(want, name, made.arguments[name], tool) if name in made.arguments else name in want.optional
        for name in want.arguments
    )


def fits(want: ExpectedCall, name: str, value: JsonValue, tool: ToolSpec | None = None) -> bool:
    """Whether a value is as right for an argument of the wanted call as the one that it names.

    Args:
        want: The call that had to be made; it has the argument.
        name: The argument.
        value: What was given for it.
        tool: As for ``fulfils``.
    """
    right = (want.arguments[name], *want.accepted.get(name, ()))
    likeness = want.likeness.get(name)
    if likeness is Likeness.EXACT:
        return any(canonical(value) == canonical(one) for one in right)
    if likeness is Likeness.LOOSE and any(same_value(squeeze(value), squeeze(one)) for one in right):
        return True
    return any(
        same_value(value, one) if tool is None else same_argument(tool, name, value, one) for one in right
    )
