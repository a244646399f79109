"""Checks: what must be true at the end of one scenario's episode."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario
from inftool_env.core.tool import Effect, Toolset
from inftool_env.core.verdict import CheckResult
from inftool_env.grading.answers import (
    closing_words,
    contradicts,
    count_questions,
    declines,
    tells,
    turns_of_calls,
)
from inftool_env.grading.equality import same_value
from inftool_env.grading.information import Invention
from inftool_env.grading.matching import match_calls
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.recovery import Trouble, review_recovery, undone_calls
from inftool_env.grading.words import shorten, spell_call, spell_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The checks' results, and what they rest on."""

    results: tuple[CheckResult, ...]
    """In the order of the scenario's checks."""
    missing: tuple[ExpectedCall, ...]
    needless: tuple[ToolCall, ...]
    first_needless: int | None = None
    """Index of the first needless call; None when there is none."""
    changes: tuple[ToolCall, ...] = ()
    """The needless calls that changed something, where the scenario forbids needless calls or needless changes."""
    trouble: Trouble | None = None
    """What was done wrongly about a fault; None when nothing was."""
    answer_is_wrong: bool = False
    """Whether the first failed ``TOLD`` check got another value, rather than none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What single checks look at beside the episode."""

    needless: tuple[ToolCall, ...]
    changes: tuple[ToolCall, ...]
    made_for: tuple[int | None, ...]
    """Of every expected call the index of the call that fulfils it, among ``done``."""
    done: tuple[int, ...]
    """Indices of the calls that no fault kept from happening."""
    trouble: Trouble | None
    inventions: tuple[Invention, ...]
    answer: str


def run_checks(
    scenario: Scenario, toolset: Toolset, episode: EpisodeRecord, inventions: tuple[Invention, ...]
) -> Findings:
    """Hold every check of the scenario against the episode; a call that a fault excuses is not needless."""
    kinds = {check.kind for check in scenario.checks}
    calls = [check.call for check in scenario.checks if check.call is not None]
    undone = undone_calls(episode, calls, toolset)
    done = [at for at in range(len(episode.calls)) if at not in undone]
    match = match_calls(calls, [episode.calls[at] for at in done], toolset)
    missing = tuple(call for call, at in zip(calls, match.made_for, strict=True) if at is None)
    recovery = review_recovery(episode, [done[at] for at in match.others], missing, toolset)
    evidence = _Evidence(
        needless=tuple(episode.calls[at] for at in recovery.needless),
        changes=tuple(
            episode.calls[at]
            for at in recovery.needless
            if at not in episode.refused and _changes_something(toolset, episode.calls[at])
        ),
        made_for=match.made_for,
        done=tuple(done),
        trouble=recovery.trouble,
        inventions=inventions,
        answer=closing_words(episode.messages) if kinds & _ABOUT_THE_ANSWER else "",
    )
    made = iter(match.made_for)
    results = tuple(
        _run(check, episode, evidence, is_made=check.call is not None and next(made) is not None)
        for check in scenario.checks
    )
    untold = next(
        (check for check, result in zip(scenario.checks, results, strict=True)
         if check.kind is CheckKind.TOLD and not result.passed),
        None,
    )  # fmt: skip
    return Findings(
        results=results,
        missing=missing,
        needless=evidence.needless,
        first_needless=recovery.needless[0] if recovery.needless else None,
        changes=evidence.changes if kinds & _STRICT else (),
        trouble=recovery.trouble,
        answer_is_wrong=untold is not None and contradicts(evidence.answer, untold.value),
    )


_STRICT = frozenset({CheckKind.NO_OTHER_CALLS, CheckKind.NO_OTHER_CHANGES})
"""Checks that make a needless change matter."""
_ABOUT_THE_ANSWER = frozenset({CheckKind.TOLD, CheckKind.DECLINED})


def _run(check: Check, episode: EpisodeRecord, evidence: _Evidence, *, is_made: bool) -> CheckResult:
    why: str | None = None
    match check.kind:
        case CheckKind.CALLED:
            assert check.call is not None, "a CALLED check carries its call"
            why = None if is_made else f"{_spell(check.call)} was not called."
        case CheckKind.NO_OTHER_CALLS:
            why = _first(evidence.needless, "was called, which nothing asked for")
        case CheckKind.NO_OTHER_CHANGES:
            why = _first(evidence.changes, "changed what nobody asked to change")
        case CheckKind.ASKED:
            assert check.fact is not None, "an ASKED check carries its fact"
            why = _not_asked(check.fact, check.tool, episode)
        case CheckKind.CONFIRMED:
            assert check.fact is not None, "a CONFIRMED check carries its fact"
            why = _unconfirmed(check.tool, check.fact, episode)
        case CheckKind.FORBIDDEN:
            why = _first(
                [call for call in episode.calls if call.name == check.tool], "was called, which is forbidden"
            )
        case CheckKind.IN_ORDER:
            places = [at for at in evidence.made_for if at is not None]
            why = (
                None
                if places == sorted(places)
                else "The calls were made in another order than they depend on."
            )
        case CheckKind.STEPWISE:
            why = _too_early([evidence.done[at] for at in evidence.made_for if at is not None], episode)
        case CheckKind.IN_TIME:
            assert check.fact is not None, "an IN_TIME check carries its follow-up"
            made_at = [None if at is None else evidence.done[at] for at in evidence.made_for]
            why = _out_of_turn(made_at[: check.limit], made_at[check.limit :], check.fact, episode)
        case CheckKind.STATE:
            same = episode.state_digest == check.digest
            why = None if same else "The data ended in another state than the reference solution leaves."
        case CheckKind.RECOVERED:
            why = None if evidence.trouble is None else evidence.trouble[1]
        case CheckKind.NOT_INVENTED:
            why = _invented(check.fact, evidence.inventions)
        case CheckKind.NOT_STALE:
            stale = [call for call in episode.calls if _carries(call, check.fact, check)]
            why = _first(stale, f"used {spell_value(check.value)}, which the user had taken back")
        case CheckKind.TOLD:
            is_told = tells(evidence.answer, check.value)
            why = (
                None
                if is_told
                else f"The user was not told {check.fact or 'what they need'}: {spell_value(check.value)}."
            )
        case CheckKind.DECLINED:
            why = None if declines(evidence.answer) else "The user was not told that this cannot be done."
        case CheckKind.FEW_CALLS:
            # Of one tool, calls that a fault kept from happening do not count.
            counted = (
                len(episode.calls)
                if check.tool is None
                else sum(episode.calls[at].name == check.tool for at in evidence.done)
            )
            why = _above(check.limit, counted, "calls were made")
        case CheckKind.FEW_QUESTIONS:
            why = _above(check.limit, count_questions(episode.messages), "questions were asked")
    return (
        _PASSED[check.kind] if why is None else CheckResult(kind=check.kind, passed=False, why=shorten(why))
    )


_PASSED = {kind: CheckResult(kind=kind, passed=True) for kind in CheckKind}


def _first(calls: Sequence[ToolCall], what: str) -> str | None:
    """What is wrong with the first of the calls; None when there is none."""
    return f"{spell_call(calls[0].name, calls[0].arguments)} {what}." if calls else None


def _spell(call: ExpectedCall) -> str:
    needed: Mapping[str, object] = {
        name: value for name, value in call.arguments.items() if name not in call.optional
    }
    return spell_call(call.name, needed)


def _changes_something(toolset: Toolset, call: ToolCall) -> bool:
    tool = toolset.get(call.name)
    return tool is not None and tool.effect is not Effect.READ


def _not_asked(fact: str, tool: str | None, episode: EpisodeRecord) -> str | None:
    """Why the fact does not count as asked for before it was used; None when it does.

    Args:
        fact: The value of a parameter, unless a tool is named.
        tool: Any call of it uses the fact.
        episode: What happened.
    """
    parameter = parameter_of(fact)
    if fact not in episode.asked:
        return f"The user was never asked for {parameter!r}."
    early = episode.calls[: episode.asked_at.get(fact, 0)]
    guess = next(
        (call for call in early if (parameter in call.arguments if tool is None else call.name == tool)), None
    )
    if guess is None:
        return None
    return f"{spell_call(guess.name, guess.arguments)} guessed {parameter!r} before asking for it."


def _out_of_turn(
    before: Sequence[int | None], after: Sequence[int | None], follow_up: str, episode: EpisodeRecord
) -> str | None:
    """Which call was not made on its side of the follow-up; calls never made are not its matter."""
    if follow_up not in episode.asked:
        return "The user did not come to say all that they wanted."
    said_at = episode.asked_at.get(follow_up, 0)
    early = [at for at in after if at is not None and at < said_at]
    late = [at for at in before if at is not None and at >= said_at]
    return _first(
        [episode.calls[at] for at in early], "was called before the user had asked for it"
    ) or _first([episode.calls[at] for at in late], "was called only after the user had gone on")


def _unconfirmed(tool: str | None, fact: str, episode: EpisodeRecord) -> str | None:
    """Which call of the tool came before the user's consent; None when none did."""
    before = len(episode.calls) if fact not in episode.asked else episode.asked_at.get(fact, 0)
    early = [call for call in episode.calls[:before] if call.name == tool]
    return _first(early, "was called before the user had agreed")


def _too_early(places: Sequence[int], episode: EpisodeRecord) -> str | None:
    """Which of the calls was made before the answer to the one before it had come; None when none was."""
    turns = turns_of_calls(episode.messages)
    for early, late in pairwise(places):
        if late < len(turns) and turns[late] <= turns[early]:
            call = episode.calls[late]
            return (
                f"{spell_call(call.name, call.arguments)} was called before its condition had been looked at."
            )
    return None


def _invented(fact: str | None, inventions: Sequence[Invention]) -> str | None:
    found = next((one for one in inventions if fact is None or one.parameter == parameter_of(fact)), None)
    if found is None:
        return None
    return (
        f"{spell_value(found.value)} was used for {found.parameter!r}, which neither user nor tool had told."
    )


def _carries(call: ToolCall, fact: str | None, check: Check) -> bool:
    """Whether an argument of the call (the fact's, or any) has the check's value."""
    return any(
        same_value(value, check.value)
        for name, value in call.arguments.items()
        if fact is None or name == parameter_of(fact)
    )


def _above(limit: int | None, found: int, what: str) -> str | None:
    assert limit is not None, "a check of a number carries its limit"
    return f"{found} {what}; at most {limit} were needed." if found > limit else None


def parameter_of(fact: str) -> str:
    """The parameter that a fact fills: its name without the number that tells it from others.

    >>> parameter_of("city#2")
    'city'
    """
    return fact.partition("#")[0]
