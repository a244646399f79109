"""Gates: what must hold in every call of an episode before anything is paid."""

from inftool_env.core.message import ToolCall
from inftool_env.core.tool import Toolset, argument_validator
from inftool_env.core.verdict import GateKind, GateResult
from inftool_env.grading.record import EpisodeRecord
from inftool_env.grading.words import listed, shorten


def check_gates(toolset: Toolset, episode: EpisodeRecord) -> tuple[GateResult, ...]:
    """Every gate's result, in the order of ``GateKind``.

    Args:
        toolset: The tools that were visible.
        episode: Its calls are all looked at; a call of an unknown tool has no schema to break.
    """
    return (
        _gate(GateKind.FORMAT, episode.format_errors[0] if episode.format_errors else None),
        _gate(GateKind.TOOL, _unknown_tool(toolset, episode.calls)),
        _gate(GateKind.SCHEMA, _schema_violation(toolset, episode.calls)),
    )


def _gate(kind: GateKind, trouble: str | None) -> GateResult:
    return GateResult(kind=kind, is_open=trouble is None, why=shorten(trouble or ""))


def _unknown_tool(toolset: Toolset, calls: tuple[ToolCall, ...]) -> str | None:
    names = frozenset(toolset.names)
    unknown = next((call.name for call in calls if call.name not in names), None)
    if unknown is None:
        return None
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
