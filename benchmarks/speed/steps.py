"""What a GRPO step costs, whoever takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, in seconds of processor time."""

    seconds: float
    rollout_s: float
    """The part in which tokens are written and tools answer."""
    tokens: int
    """Written by the policy, or read by it after the first prompt."""
