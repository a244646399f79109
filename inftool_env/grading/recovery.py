"""What faults excuse, and what they do not: calls that fail on purpose are to be dealt with as they deserve.

A call that a fault kept from happening fulfils nothing and costs nothing; it must be made again. A change that
timed out must be looked after, for it may have happened. What had its effect may not be done twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inftool_env.core.fault import Fault, FaultKind
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import ExpectedCall
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Effect, Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.grading.equality import same_value
from inftool_env.grading.matching import fulfils
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import spell_call

MOST_LOOKS = 2
"""Calls that look whether a change took effect, for each fault, which nobody need have asked for."""

Trouble = tuple[FailureKind, str]
"""How a fault was dealt with wrongly, and one sentence about it."""


def struck_calls(episode: EpisodeRecord) -> dict[int, Fault]:
    """The fault of every call that one struck, by the call's index."""
    faults = {strike.call_id: strike.fault for strike in episode.strikes}
    return {at: faults[call.id] for at, call in enumerate(episode.calls) if call.id in faults}


def took_effect(fault: Fault) -> bool:
    """Whether a call that the fault struck did at least a part of its work."""
    match fault.kind:
        case FaultKind.TIMEOUT:
            return fault.took_effect
        case FaultKind.PARTIAL_BATCH:
            return bool(fault.field)
        case FaultKind.RENAMED_FIELD:
            return True
        case FaultKind.RATE_LIMIT | FaultKind.SERVER_ERROR | FaultKind.STALE_READ | FaultKind.TRUNCATED_PAGE:
            return False


def undone_calls(
    episode: EpisodeRecord, expected: Sequence[ExpectedCall], toolset: Toolset
) -> frozenset[int]:
    """Indices of the wanted calls that a fault kept from happening."""
    return frozenset(
        at
        for at, fault in struck_calls(episode).items()
        if not took_effect(fault)
        and any(fulfils(episode.calls[at], want, toolset.get(want.name)) for want in expected)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How the faults of an episode were dealt with."""

    needless: tuple[int, ...]
    """Indices of the calls that neither an expectation nor a fault explains."""
    trouble: Trouble | None
    """The first thing done wrongly about a fault; None when all was done well, or nothing went wrong."""


def review_recovery(
    episode: EpisodeRecord, others: Sequence[int], missing: Sequence[ExpectedCall], toolset: Toolset
) -> Recovery:
    """Excuse what the faults explain of the calls that fulfil nothing, and find what they do not.

    Args:
        episode: What happened.
        others: Indices of the calls that fulfil no expectation, without the undone ones.
        missing: Expectations that no call fulfils.
        toolset: Says which tools change something.
    """
    if not episode.strikes:
        return Recovery(needless=tuple(others), trouble=None)
    struck = struck_calls(episode)
    message = _messages_of(episode)
    rests = {at: _rest(episode.calls[at], fault) for at, fault in struck.items() if _is_cut(fault)}
    looks: Counter[int] = Counter()
    repeats: Counter[int] = Counter()
    needless: list[int] = []
    for at in others:
        call = episode.calls[at]
        # What is called in the same message as a call that fails is no answer to the failure.
        before = {early: fault for early, fault in struck.items() if message[early] < message[at]}
        looked = next((e for e, f in before.items() if call.name in f.probes and looks[e] < MOST_LOOKS), None)
        cut = next(
            (e for e in before if e in rests and _continues(call, episode.calls[e], struck[e], rests[e])),
            None,
        )
        again = next(
            (
                e
                for e, f in before.items()
                if not repeats[e] and _is_harmless(call, episode.calls[e], f, toolset)
            ),
            None,
        )
        if cut is not None:
            if at not in struck or took_effect(struck[at]):
                rests[cut] = _without(rests[cut], _items(call, struck[cut]))
        elif looked is not None:
            looks[looked] += 1
        elif again is not None:
            repeats[again] += 1
        else:
            needless.append(at)
    trouble = (
        _overdone(episode, struck, needless, toolset)
        or _left_undone(episode, struck, rests, missing, needless, toolset)
        or _not_looked(episode, struck)
    )
    return Recovery(needless=tuple(needless), trouble=trouble)


def _messages_of(episode: EpisodeRecord) -> list[int]:
    """For every call which message it was made in; each has one of its own where no conversation was kept."""
    found = [number for number, message in enumerate(episode.messages) for _ in message.get("tool_calls", ())]
    return found if len(found) >= len(episode.calls) else list(range(len(episode.calls)))


def _left_undone(
    episode: EpisodeRecord,
    struck: dict[int, Fault],
    rests: dict[int, list[JsonValue]],
    missing: Sequence[ExpectedCall],
    needless: Sequence[int],
    toolset: Toolset,
) -> Trouble | None:
    tried = {episode.calls[at].name for at in needless}
    for at, fault in struck.items():
        call = episode.calls[at]
        spelt = spell_call(call.name, call.arguments)
        if rests.get(at):
            return FailureKind.DID_NOT_RETRY, f"The rest of {spelt} was not carried out, and not tried again."
        given_up = (
            any(fulfils(call, want, toolset.get(want.name)) for want in missing) and call.name not in tried
        )
        if given_up and not took_effect(fault):
            return FailureKind.DID_NOT_RETRY, f"{spelt} failed ({fault.kind}) and was not tried again."
    return None


def _not_looked(episode: EpisodeRecord, struck: dict[int, Fault]) -> Trouble | None:
    for at, fault in struck.items():
        call, later = episode.calls[at], episode.calls[at + 1 :]
        if fault.kind is not FaultKind.TIMEOUT or not fault.probes:
            continue
        if not any(other.name in fault.probes or _is_same(other, call) for other in later):
            spelt = spell_call(call.name, call.arguments)
            return (
                FailureKind.DID_NOT_LOOK,
                f"{spelt} timed out, and nobody looked whether it had taken effect.",
            )
    return None


def _overdone(
    episode: EpisodeRecord, struck: dict[int, Fault], needless: Sequence[int], toolset: Toolset
) -> Trouble | None:
    for at in needless:
        call = episode.calls[at]
        spelt = spell_call(call.name, call.arguments)
        before = [early for early in struck if early < at]
        for early in before:
            fault = struck[early]
            if call.name in fault.probes:
                return FailureKind.REPEATED_CALL, f"{spelt} was called again and again."
            cut = _is_cut(fault) and call.name == fault.tool
            if not cut and not _is_same(call, episode.calls[early]):
                continue
            tool = toolset.get(call.name)
            if tool is not None and tool.effect is not Effect.READ:
                return FailureKind.REPEATED_CHANGE, f"{spelt} was done again although it had taken effect."
            return FailureKind.REPEATED_CALL, f"{spelt} was called again although its answer had come."
    return None


def _is_same(one: ToolCall, other: ToolCall) -> bool:
    return one.name == other.name and same_value(one.arguments, other.arguments)


def _is_harmless(call: ToolCall, early: ToolCall, fault: Fault, toolset: Toolset) -> bool:
    """Whether a repetition of what timed out yet was done leaves things as they are: an update, a deletion."""
    tool = toolset.get(call.name)
    return (
        fault.kind is FaultKind.TIMEOUT
        and fault.took_effect
        and tool is not None
        and tool.effect in (Effect.UPDATE, Effect.DELETE)
        and _is_same(call, early)
    )


def _is_cut(fault: Fault) -> bool:
    return fault.kind is FaultKind.PARTIAL_BATCH and bool(fault.field)


def _items(call: ToolCall, fault: Fault) -> list[JsonValue]:
    items = call.arguments.get(fault.field)
    return items if isinstance(items, list) else []


def _rest(call: ToolCall, fault: Fault) -> list[JsonValue]:
    return _items(call, fault)[fault.kept :]


def _continues(call: ToolCall, first: ToolCall, fault: Fault, rest: list[JsonValue]) -> bool:
    """Whether the call carries out some of what an earlier one left, and nothing else."""
    apart = [
        {name: value for name, value in one.arguments.items() if name != fault.field} for one in (call, first)
    ]
    items = _items(call, fault)
    if call.name != first.name or not items or not same_value(*apart):
        return False
    return len(_without(rest, items)) == len(rest) - len(items)


def _without(rest: list[JsonValue], items: list[JsonValue]) -> list[JsonValue]:
    """What is left of the rest when each item is taken once, if it is there."""
    left = list(rest)
    for item in items:
        at = next((at for at, other in enumerate(left) if same_value(item, other)), None)
        if at is not None:
            del left[at]
    return left
