"""Whatever plays the assistant, many conversations at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from inftool_env.core.scenario import Scenario
from inftool_env.core.trajectory import TokenSample
from inftool_env.envs.actions import ActionDict
from inftool_env.envs.observe import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAction:
    """What a policy does in one turn."""

    action: str | ActionDict
    """Text as a model writes it, or content and tool calls."""
    sample: TokenSample | None = None
    """The tokens behind the text, when a model sampled it."""


class Policy(Protocol):
    """Maps observations to actions; each episode has a slot, an integer, for as long as it lasts."""

    @property
    def name(self) -> str:
        """What tables and records call it."""
        ...

    def start(self, episodes: int) -> None:
        """Forget everything; slots 0 to ``episodes`` - 1 begin anew."""
        ...

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """One action for every slot that is given."""
        ...


@runtime_checkable
class Informed(Protocol):
    """A policy that is told what the user wants, as no honest one is."""

    def watch(self, slot: int, scenario: Scenario) -> None:
        """Learn the scenario of an episode before its first observation."""
        ...
