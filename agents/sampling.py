"""How prompts become tokens, whatever engine does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from inftool_env.core.errors import ConfigError
from inftool_env.core.schema import JsonObject
from inftool_env.core.trajectory import TokenSample


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingConfig:
    """How a policy samples its turns."""

    temperature: float = 1.0
    """Divides the logits; above 0."""
    max_new_tokens: int = 256
    """Tokens of one turn, the end of the turn included."""
    max_context_tokens: int = 4096
    """Prompt and turn together; a prompt that leaves no room gets an empty turn."""
    greedy: bool = False
    """Take the likeliest token; its log-probability is then 0."""
    seed: int = 0
    constrained: bool = False
    """Let calls name only offered tools and obey their schemas; log-probabilities are those under this constraint."""

    def __post_init__(self) -> None:
        for name in ("temperature", "max_new_tokens", "max_context_tokens"):
            if not getattr(self, name) > 0:
                raise ConfigError(
                    f"sampling: {name} is {getattr(self, name)}; expected a number above 0. "
                    "For the likeliest token set greedy=True."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What one turn is sampled from."""

    ids: tuple[int, ...]
    seed: int
    """Of this turn's random numbers: the same prompt and seed give the same tokens beside any other prompts."""
    tools: Sequence[JsonObject] = ()
    """The visible tools in OpenAI form, for constrained sampling."""
    conversation: int | None = None
    """Names the conversation, so that a sampler may remember what it has read of it; a hint, never trusted."""


class Sampler(Protocol):
    """An engine that continues prompts until the end of the turn."""

    def sample(self, prompts: Sequence[Prompt], config: SamplingConfig) -> list[TokenSample]:
        """One turn for every prompt, in order."""
        ...
