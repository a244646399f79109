"""What a judge gets to see of an episode."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inftool_env.core.message import ToolCall
from inftool_env.core.trajectory import StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """Everything in an episode that its verdict depends on."""

    calls: tuple[ToolCall, ...]
    """All calls that parsed, in order: also those of unknown tools or with bad arguments."""
    format_errors: tuple[str, ...]
    asked: frozenset[str]
    """Names of the facts that the user was asked for."""
    asked_at: Mapping[str, int] = field(default_factory=dict)
    """How many calls had been made when each fact was first asked for; 0 for a fact that is not listed."""
    state_digest: str
    """Of the world, at the end."""
    stop: StopReason
    simulator_error: str | None = None
    """What broke in the user or the server simulator; None when nothing did."""
