"""What a judge gets to see of an episode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inftool_env.core.fault import Strike
from inftool_env.core.message import Message, ToolCall
from inftool_env.core.trajectory import StopReason
from inftool_env.world.state import RowChange


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """Everything in an episode that its verdict depends on."""

    calls: tuple[ToolCall, ...]
    """All calls that parsed, in order: also those of unknown tools or with bad arguments."""
    format_errors: tuple[str, ...]
    asked: frozenset[str]
    """Names of the facts that the user was asked for, and of the follow-ups that they said."""
    asked_at: Mapping[str, int] = field(default_factory=dict)
    """How many calls had been made when each of ``asked`` was; 0 for a name that is not listed."""
    messages: tuple[Message, ...] = ()
    """The whole conversation, whose assistant messages hold ``calls`` in order; empty where none was kept, and then
    nobody can say where a value came from or what the answer was: the information gate stays open."""
    state_digest: str
    """Of the world, at the end."""
    changes: Callable[[], tuple[RowChange, ...]] | None = None
    """How the world at the end (``after``) differs from the one that the reference solution leaves (``before``); asked
    for only when the digests differ. None where nobody can look into the world."""
    refused: frozenset[int] = frozenset()
    """Indices of the calls that the server answered with an error: they changed nothing."""
    unseen: frozenset[int] = frozenset()
    """Indices of the calls of tools that were not in sight when they were called; nobody heard of them."""
    stop: StopReason
    simulator_error: str | None = None
    """What broke in the user or the server simulator; None when nothing did."""
    audit: str | None = None
    """Which rule of the part whoever played the user broke; None when they kept to it."""
    strikes: tuple[Strike, ...] = ()
    """The faults that came true, in order."""
