"""The judge: gates and checks become a verdict with the first reason for a failure."""

from inftool_env.core.scenario import CheckKind, Scenario
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import CheckResult, FailureKind, GateKind, GateResult, Verdict
from inftool_env.grading.checks import Findings, run_checks
from inftool_env.grading.gates import check_gates
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import shorten, spell_call

__all__ = ["EpisodeRecord", "grade"]

_GATE_FAILURES = {
    GateKind.FORMAT: FailureKind.MALFORMED_CALL,
    GateKind.TOOL: FailureKind.UNKNOWN_TOOL,
    GateKind.SCHEMA: FailureKind.SCHEMA_VIOLATION,
}


def grade(scenario: Scenario, toolset: Toolset, episode: EpisodeRecord) -> Verdict:
    """The full judgement of an episode.

    Args:
        scenario: What the user wanted.
        toolset: The tools that were visible.
        episode: What happened.
    """
    gates = check_gates(toolset, episode)
    findings = run_checks(scenario, toolset, episode)
    failure, why = _failure(gates, findings, episode)
    passed = sum(result.passed for result in findings.results)
    return Verdict(
        gates=gates,
        checks=findings.results,
        score=passed / len(findings.results) if findings.results else 1.0,
        failure=failure,
        why=shorten(why),
        scorable=failure is not FailureKind.SIMULATOR,
    )


def _failure(
    gates: tuple[GateResult, ...], findings: Findings, episode: EpisodeRecord
) -> tuple[FailureKind, str]:
    """The first reason in the order of ``FailureKind``, a broken simulator before all others."""
    if episode.simulator_error is not None or episode.stop is StopReason.SIMULATOR_ERROR:
        return FailureKind.SIMULATOR, f"The simulator broke: {episode.simulator_error or 'no reason given'}"
    closed = next((gate for gate in gates if not gate.is_open), None)
    if closed is not None:
        return _GATE_FAILURES[closed.kind], closed.why
    failed = [result for result in findings.results if not result.passed]
    if failed:
        return _failed_check(failed, findings)
    if episode.stop is StopReason.MAX_TURNS:
        return FailureKind.TURN_LIMIT, "The turn limit came before the user was told that all is done."
    if episode.stop is StopReason.GAVE_UP:
        return FailureKind.USER_GAVE_UP, "The user gave up although the work was done."
    return FailureKind.NONE, "Every gate is open and every check passed."


def _failed_check(failed: list[CheckResult], findings: Findings) -> tuple[FailureKind, str]:
    expects_calls = any(result.kind is CheckKind.CALLED for result in findings.results)
    if findings.needless and not expects_calls:
        call = findings.needless[0]
        return (
            FailureKind.CALLED_WHEN_IRRELEVANT,
            f"{spell_call(call.name, call.arguments)} was called, but no tool can do what the user wants.",
        )
    not_asked = next((result for result in failed if result.kind is CheckKind.ASKED), None)
    if not_asked is not None:
        return FailureKind.DID_NOT_ASK, not_asked.why
    if findings.trouble is not None:
        return findings.trouble
    return _wrong_calls(findings) or (FailureKind.WRONG_STATE, failed[0].why)


def _wrong_calls(findings: Findings) -> tuple[FailureKind, str] | None:
    """What is wrong with the calls: a needless call of the missing one's tool has wrong arguments."""
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
    if needless:
        extra = spell_call(needless[0].name, needless[0].arguments)
        return FailureKind.EXTRA_CALL, f"{extra} was called, which nothing asked for."
    return None
