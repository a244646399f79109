"""The judge: gates and checks become a verdict with the first reason for a failure."""

from inftool_env.core.scenario import CheckKind, Scenario
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind, Verdict
from inftool_env.grading.checks import Findings, run_checks
from inftool_env.grading.differences import spell_differences
from inftool_env.grading.failures import find_divergence, find_failure
from inftool_env.grading.gates import check_gates
from inftool_env.grading.information import invented_values
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import shorten

__all__ = ["EpisodeRecord", "grade"]

_UNSCORABLE = frozenset({FailureKind.SIMULATOR, FailureKind.AUDITED_OUT})


def grade(scenario: Scenario, toolset: Toolset, episode: EpisodeRecord) -> Verdict:
    """The full judgement of an episode.

    Args:
        scenario: What the user wanted.
        toolset: The tools that were visible at any time.
        episode: What happened.
    """
    inventions = invented_values(scenario, toolset, episode)
    findings = run_checks(scenario, toolset, episode, inventions)
    gates = check_gates(toolset, episode, findings.results, findings.changes, inventions)
    failure, why = find_failure(gates, findings, episode)
    passed = sum(result.passed for result in findings.results)
    return Verdict(
        gates=gates,
        checks=findings.results,
        score=passed / len(findings.results) if findings.results else 1.0,
        failure=failure,
        why=shorten(why),
        scorable=failure not in _UNSCORABLE,
        economy=1 - _wasted(scenario, findings, episode) / len(episode.calls) if episode.calls else 1.0,
        divergence=find_divergence(findings),
        differences=_differences(findings, episode),
    )


def _wasted(scenario: Scenario, findings: Findings, episode: EpisodeRecord) -> int:
    """How many calls could have been saved; where looking is free, those beyond as many as the reference makes."""
    if any(check.kind is CheckKind.NO_OTHER_CALLS for check in scenario.checks):
        return len(findings.needless)
    reference = sum(len(turn.calls) for turn in scenario.solution)
    return min(len(findings.needless), max(0, len(episode.calls) - reference))


def _differences(findings: Findings, episode: EpisodeRecord) -> tuple[str, ...]:
    """What differs in the data, where a check says that something does."""
    differs = any(result.kind is CheckKind.STATE and not result.passed for result in findings.results)
    return spell_differences(episode.changes()) if differs and episode.changes is not None else ()
