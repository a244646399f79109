"""The first reason why an episode failed, in the order in which reasons hide each other."""

from collections.abc import Sequence

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import CheckKind, ExpectedCall
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Divergence, FailureKind, GateKind, GateResult
from inftool_env.grading.checks import Findings
from inftool_env.grading.equality import same_value
from inftool_env.grading.matching import fits
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import spell_call

Reason = tuple[FailureKind, str]
"""A kind of failure, and one sentence about it."""

_CALLS_THAT_CANNOT_BE_JUDGED = {
    GateKind.FORMAT: FailureKind.MALFORMED_CALL,
    GateKind.TOOL: FailureKind.UNKNOWN_TOOL,
    GateKind.SCHEMA: FailureKind.SCHEMA_VIOLATION,
}
_BEFORE_THE_CALLS = {
    CheckKind.FORBIDDEN: FailureKind.FORBIDDEN_CALL,
    CheckKind.CONFIRMED: FailureKind.UNCONFIRMED_EFFECT,
    CheckKind.NOT_INVENTED: FailureKind.INVENTED_VALUE,
    CheckKind.NOT_STALE: FailureKind.STALE_VALUE,
}
_AFTER_THE_CALLS = {
    CheckKind.NO_OTHER_CHANGES: FailureKind.UNWANTED_CHANGE,
    CheckKind.IN_ORDER: FailureKind.WRONG_ORDER,
    CheckKind.IN_TIME: FailureKind.OUT_OF_TURN,
    CheckKind.STATE: FailureKind.WRONG_STATE,
}
_AT_THE_END = {
    CheckKind.DECLINED: FailureKind.NOT_DECLINED,
    CheckKind.TOLD: FailureKind.NOT_TOLD,
    CheckKind.FEW_CALLS: FailureKind.TOO_MANY_CALLS,
    CheckKind.FEW_QUESTIONS: FailureKind.TOO_MANY_QUESTIONS,
}


def find_failure(gates: Sequence[GateResult], findings: Findings, episode: EpisodeRecord) -> Reason:
    """The first reason in the order of ``FailureKind``, a spoiled episode before all others."""
    return (
        _spoiled(episode)
        or _closed_gate(gates, _CALLS_THAT_CANNOT_BE_JUDGED)
        or _failed_check(findings, _BEFORE_THE_CALLS)
        or _wrong_calls(findings)
        or _failed_check(findings, _AFTER_THE_CALLS)
        # Only now: a call that is wrong anyway is better named by what is wrong with it.
        or _closed_gate(gates, {GateKind.INFORMATION: FailureKind.INVENTED_VALUE})
        or _wrong_ending(findings, episode)
        or (FailureKind.NONE, "Every gate is open and every check passed.")
    )


def find_divergence(findings: Findings) -> Divergence | None:
    """Where the calls first leave the expected ones; None where they never do."""
    made = findings.needless[0] if findings.needless else None
    alike = [want for want in findings.missing if made is not None and want.name == made.name]
    want = next(iter(alike or findings.missing), None)
    if made is None and want is None:
        return None
    return Divergence(
        expected=None if want is None else spell_call(want.name, want.arguments),
        made=None if made is None else spell_call(made.name, made.arguments),
        at=findings.first_needless,
        arguments=_differing(want, made) if want is not None and made is not None else (),
    )


def _differing(want: ExpectedCall, made: ToolCall) -> tuple[str, ...]:
    """Names of the arguments in which two calls of one tool differ, in the order of the expected call."""
    if want.name != made.name:
        return ()
    names = dict.fromkeys((*want.arguments, *made.arguments))
    return tuple(
        name
        for name in names
        if (not (name in want.arguments and name in made.arguments) and name not in want.optional)
        or (name in want.arguments and name in made.arguments and not fits(want, name, made.arguments[name]))
    )


def _spoiled(episode: EpisodeRecord) -> Reason | None:
    if episode.simulator_error is not None or episode.stop is StopReason.SIMULATOR_ERROR:
        return FailureKind.SIMULATOR, f"The simulator broke: {episode.simulator_error or 'no reason given'}"
    if episode.audit is not None:
        return FailureKind.AUDITED_OUT, f"The user's part was played against its rules: {episode.audit}"
    return None


def _closed_gate(gates: Sequence[GateResult], kinds: dict[GateKind, FailureKind]) -> Reason | None:
    closed = next((gate for gate in gates if not gate.is_open and gate.kind in kinds), None)
    return None if closed is None else (kinds[closed.kind], closed.why)


def _failed_check(findings: Findings, kinds: dict[CheckKind, FailureKind]) -> Reason | None:
    """The first failed check in the order of ``kinds``."""
    failed = {result.kind: result for result in reversed(findings.results) if not result.passed}
    return next(((kinds[kind], failed[kind].why) for kind in kinds if kind in failed), None)


def _wrong_calls(findings: Findings) -> Reason | None:
    """What is wrong with the calls; None where every check that looks at them passed."""
    failed = {result.kind for result in findings.results if not result.passed}
    expects_calls = any(result.kind is CheckKind.CALLED for result in findings.results)
    if CheckKind.NO_OTHER_CALLS in failed and not expects_calls:
        call = findings.needless[0]
        return (
            FailureKind.CALLED_WHEN_IRRELEVANT,
            f"{spell_call(call.name, call.arguments)} was called, but no tool can do what the user wants.",
        )
    if (not_asked := _failed_check(findings, {CheckKind.ASKED: FailureKind.DID_NOT_ASK})) is not None:
        return not_asked
    if (not_looked := _failed_check(findings, {CheckKind.STEPWISE: FailureKind.DID_NOT_LOOK})) is not None:
        return not_looked
    if findings.trouble is not None and failed:
        return findings.trouble
    return _wrong_pair(findings, is_strict=CheckKind.NO_OTHER_CALLS in failed)


def _wrong_pair(findings: Findings, *, is_strict: bool) -> Reason | None:
    """Which call was made in place of which: a needless call of the missing one's tool has wrong arguments."""
    missing, needless = list(findings.missing), list(findings.needless)
    confused = None
    for want in findings.missing:
        made = next((call for call in needless if call.name == want.name), None)
        if made is not None:
            missing.remove(want)
            needless.remove(made)
            confused = confused or (want, made)
    if missing and needless:
        wanted = spell_call(missing[0].name, missing[0].arguments)
        made_instead = spell_call(needless[0].name, needless[0].arguments)
        return FailureKind.WRONG_TOOL, f"{made_instead} was called instead of {wanted}."
    if confused is not None:
        want, made = confused
        wanted = spell_call(want.name, want.arguments)
        return (
            FailureKind.WRONG_ARGUMENTS,
            f"{spell_call(made.name, made.arguments)} was called instead of {wanted}.",
        )
    if missing:
        wanted = spell_call(missing[0].name, missing[0].arguments)
        return FailureKind.MISSING_CALL, f"{wanted} was never called."
    if needless and is_strict:
        extra = spell_call(needless[0].name, needless[0].arguments)
        return FailureKind.EXTRA_CALL, f"{extra} was called, which nothing asked for."
    return None


def _wrong_ending(findings: Findings, episode: EpisodeRecord) -> Reason | None:
    """What is wrong although the calls are right: the answer, the effort, or how the conversation ended."""
    reason = _failed_check(findings, _AT_THE_END)
    if reason is not None:
        kind, why = reason
        if kind is FailureKind.NOT_TOLD and findings.answer_is_wrong:
            return FailureKind.WRONG_ANSWER, why
        if kind is FailureKind.TOO_MANY_CALLS and _has_twins(episode.calls):
            return FailureKind.REPEATED_CALL, why
        return reason
    if episode.stop is StopReason.MAX_TURNS:
        return FailureKind.TURN_LIMIT, "The turn limit came before the user was told that all is done."
    if episode.stop is StopReason.GAVE_UP:
        return FailureKind.USER_GAVE_UP, "The user gave up although the work was done."
    return None


def _has_twins(calls: Sequence[ToolCall]) -> bool:
    return any(
        call.name == other.name and same_value(call.arguments, other.arguments)
        for at, call in enumerate(calls)
        for other in calls[:at]
    )
