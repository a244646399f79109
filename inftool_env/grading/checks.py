"""Checks: what must be true at the end of one scenario's episode."""

from collections.abc import Mapping
from dataclasses import dataclass

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import CheckResult
from inftool_env.grading.matching import match_calls
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.recovery import Trouble, review_recovery, undone_calls
from inftool_env.grading.words import shorten, spell_call


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The checks' results, and which calls were missing or needless."""

    results: tuple[CheckResult, ...]
    """In the order of the scenario's checks."""
    missing: tuple[ExpectedCall, ...]
    needless: tuple[ToolCall, ...]
    trouble: Trouble | None = None
    """What was done wrongly about a fault; None when nothing was."""


def run_checks(scenario: Scenario, toolset: Toolset, episode: EpisodeRecord) -> Findings:
    """Hold every check of the scenario against the episode; a call that a fault excuses is not needless."""
    calls = [check.call for check in scenario.checks if check.call is not None]
    undone = undone_calls(episode, calls)
    done = [at for at in range(len(episode.calls)) if at not in undone]
    match = match_calls(calls, [episode.calls[at] for at in done])
    missing = tuple(call for call, at in zip(calls, match.made_for, strict=True) if at is None)
    recovery = review_recovery(episode, [done[at] for at in match.others], missing, toolset)
    needless = tuple(episode.calls[at] for at in recovery.needless)
    made = iter(match.made_for)
    results = tuple(
        _run(
            check,
            episode,
            is_made=check.call is not None and next(made) is not None,
            needless=needless,
            trouble=recovery.trouble,
        )
        for check in scenario.checks
    )
    return Findings(results=results, missing=missing, needless=needless, trouble=recovery.trouble)


def _run(
    check: Check,
    episode: EpisodeRecord,
    *,
    is_made: bool,
    needless: tuple[ToolCall, ...],
    trouble: Trouble | None,
) -> CheckResult:
    match check.kind:
        case CheckKind.CALLED:
            assert check.call is not None, "a CALLED check carries its call"
            why = None if is_made else f"{_spell(check.call)} was not called."
        case CheckKind.NO_OTHER_CALLS:
            first = spell_call(needless[0].name, needless[0].arguments) if needless else ""
            why = f"{first} was called, which nothing asked for." if needless else None
        case CheckKind.ASKED:
            assert check.fact is not None, "an ASKED check carries its fact"
            why = _not_asked(check.fact, episode)
        case CheckKind.STATE:
            same = episode.state_digest == check.digest
            why = None if same else "The data ended in another state than the reference solution leaves."
        case CheckKind.RECOVERED:
            why = None if trouble is None else trouble[1]
    return CheckResult(kind=check.kind, passed=why is None, why=shorten(why or ""))


def _spell(call: ExpectedCall) -> str:
    needed: Mapping[str, object] = {
        name: value for name, value in call.arguments.items() if name not in call.optional
    }
    return spell_call(call.name, needed)


def _not_asked(fact: str, episode: EpisodeRecord) -> str | None:
    """Why the fact does not count as asked for before it was used; None when it does."""
    parameter = fact.partition("#")[0]
    if fact not in episode.asked:
        return f"The user was never asked for {parameter!r}."
    early = episode.calls[: episode.asked_at.get(fact, 0)]
    guess = next((call for call in early if parameter in call.arguments), None)
    if guess is None:
        return None
    return f"{spell_call(guess.name, guess.arguments)} guessed {parameter!r} before asking for it."
