"""Who is measured: the seam behind which every form of agent stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import JsonValue
from inftool_env.envs.observe import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agent brings forth in one turn."""

    action: JsonValue = ""
    """Text as a model writes it, or an OpenAI-style message; nobody has looked at it."""
    error: str = ""
    """Why there is no answer: the agent raised, hung, or sent what is none. Empty where there is one."""
    prompt_tokens: int = 0
    """0 where nobody counts."""
    completion_tokens: int = 0
    latency_s: float = 0.0
    is_cut_off: bool = False
    """The limit of tokens ended it."""


class Agent(Protocol):
    """Answers many conversations at a time; each has a slot, an integer, for as long as it lasts.

    Whatever goes wrong inside is an ``Answer`` with an error, never an exception, and comes in bounded time.
    """

    @property
    def name(self) -> str:
        """What tables and records call it."""
        ...

    def start(self, episodes: int) -> None:
        """Slots 0 to ``episodes`` - 1 begin anew."""
        ...

    def submit(self, slot: int, observation: Observation) -> None:
        """Ask for the next answer of a conversation; does not wait."""
        ...

    def collect(self) -> dict[int, Answer]:
        """Answers that have come, at least one while something is asked for, by their slots."""
        ...

    def close(self) -> None:
        """Let go of everything, also of what has not come yet."""
        ...


@runtime_checkable
class InformedAgent(Protocol):
    """An agent that is told the answers, as no honest one is."""

    def watch(self, slot: int, task: str, repeat: int, solution: Sequence[SolutionTurn]) -> None:
        """Learn which episode a slot plays, before its first observation."""
        ...
