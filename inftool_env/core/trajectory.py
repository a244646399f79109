"""The record of one episode."""

from dataclasses import dataclass
from enum import StrEnum

from inftool_env.core.message import Message, ToolCall, ToolResult
from inftool_env.core.verdict import Verdict


class StopReason(StrEnum):
    """What ended an episode."""

    SATISFIED = "satisfied"
    """The user has no more to say."""
    GAVE_UP = "gave_up"
    """The user lost patience."""
    MAX_TURNS = "max_turns"
    """The limit of assistant turns: the episode is truncated."""
    SIMULATOR_ERROR = "simulator_error"
    """The user or the server simulator broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSample:
    """One turn's tokens exactly as they were sampled."""

    prompt_ids: tuple[int, ...]
    """The whole prompt; that of the next turn begins with ``prompt_ids + sampled_ids``."""
    sampled_ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    """Of each sampled token, in nats, under the distribution that was sampled from."""
    finish_reason: str
    """``stop`` or ``length``."""
    policy_version: int = 0
    """Number of updates the policy had seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the policy read and what it did, once."""

    observed: tuple[Message, ...]
    """The messages that are new since the turn before."""
    action: str
    """The action as text; a dict action in its canonical rendering."""
    message: Message
    """The action as the conversation holds it."""
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    sample: TokenSample | None = None
    """Absent when no model sampled the action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """One episode from the user's opening to the verdict."""

    env_id: str
    scenario_id: str
    category: str
    seed: int
    tools: tuple[str, ...]
    """Names of the tools that were visible."""
    turns: tuple[Turn, ...]
    final: tuple[Message, ...]
    """The messages after the last action."""
    stop: StopReason
    verdict: Verdict
    reward: float | None
    """None when the episode is unscorable (NaN in the environment)."""
    policy: str = ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The whole conversation, in order."""
        spoken = [message for turn in self.turns for message in (*turn.observed, turn.message)]
        return (*spoken, *self.final)
