"""Gates: what must hold in every call of an episode before anything is paid."""

from collections.abc import Sequence

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import CheckKind
from inftool_env.core.tool import Toolset, argument_validator
from inftool_env.core.verdict import CheckResult, GateKind, GateResult
from inftool_env.grading.information import Invention
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import listed, shorten, spell_call, spell_value

EFFECT_CHECKS = frozenset({CheckKind.FORBIDDEN, CheckKind.CONFIRMED, CheckKind.NO_OTHER_CHANGES})
"""Checks that close the effect gate when they fail."""


def check_gates(
    toolset: Toolset,
    episode: EpisodeRecord,
    checks: Sequence[CheckResult],
    changes: Sequence[ToolCall],
    inventions: Sequence[Invention],
) -> tuple[GateResult, ...]:
    """Every gate's result, in the order of ``GateKind``.

    Args:
        toolset: The tools that were visible at any time.
        episode: Its calls are all looked at; a call of an unknown tool has no schema to break.
        checks: The results of the scenario's checks.
        changes: Calls that changed what they were not to change, as far as the scenario says that this matters.
        inventions: Values in the calls that nobody had said.
    """
    return (
        _gate(GateKind.FORMAT, episode.format_errors[0] if episode.format_errors else None),
        _gate(GateKind.TOOL, _unknown_tool(toolset, episode)),
        _gate(GateKind.SCHEMA, _schema_violation(toolset, episode.calls)),
        _gate(GateKind.EFFECT, _unwanted_effect(checks, changes)),
        _gate(GateKind.INFORMATION, _invented_value(episode.calls, inventions)),
    )


def _gate(kind: GateKind, trouble: str | None) -> GateResult:
    return _OPEN[kind] if trouble is None else GateResult(kind=kind, is_open=False, why=shorten(trouble))


_OPEN = {kind: GateResult(kind=kind, is_open=True) for kind in GateKind}


def _unknown_tool(toolset: Toolset, episode: EpisodeRecord) -> str | None:
    names = frozenset(toolset.names)
    unknown = next((call.name for call in episode.calls if call.name not in names), None)
    if unknown is None:
        early = next((call.name for at, call in enumerate(episode.calls) if at in episode.unseen), None)
        return None if early is None else f"The tool {early!r} was called before it was there."
    return f"The tool {shorten(unknown, 64)!r} was called, which is none of {listed(toolset.names)}."


def _schema_violation(toolset: Toolset, calls: tuple[ToolCall, ...]) -> str | None:
    for call in calls:
        tool = toolset.get(call.name)
        if tool is None or (validator := argument_validator(tool)).is_valid(call.arguments):
            continue
        violation = validator.violations(call.arguments, limit=1)[0]
        place = f"{call.name}.{violation.path}" if violation.path else call.name
        return f"The arguments break the schema of {place}: {violation.message}."
    return None


def _unwanted_effect(checks: Sequence[CheckResult], changes: Sequence[ToolCall]) -> str | None:
    failed = next((result for result in checks if result.kind in EFFECT_CHECKS and not result.passed), None)
    if failed is not None:
        return failed.why
    if not changes:
        return None
    return f"{spell_call(changes[0].name, changes[0].arguments)} changed what nobody asked to change."


def _invented_value(calls: Sequence[ToolCall], inventions: Sequence[Invention]) -> str | None:
    if not inventions:
        return None
    first = inventions[0]
    place = f"{calls[first.at].name}.{first.parameter}"
    return (
        f"{shorten(place, 100)} was given {spell_value(first.value)}, which neither user nor tool had told."
    )
