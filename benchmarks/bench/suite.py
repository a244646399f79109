"""What agents are measured on: tasks in categories, behind one seam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.bench.agent import Answer
from inftool_env.core.message import Message
from inftool_env.core.scenario import SolutionTurn
from inftool_env.envs.observe import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt at a task ended."""

    success: bool
    failure: str
    """A kind of failure, as ``wrong_arguments``; ``none`` for a success."""
    why: str
    """One sentence, or the judge's own words; empty where there is nothing to say."""
    messages: tuple[Message, ...]
    """The whole conversation."""
    truncated: bool = False
    """A limit of turns ended it."""
    spoiled: bool = False
    """A simulator broke, which is nobody's failure; counted as an error."""


class Attempt(Protocol):
    """One try at a task."""

    @property
    def observation(self) -> Observation:
        """What the agent reads next."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether there is an outcome."""
        ...

    @property
    def solution(self) -> Sequence[SolutionTurn]:
        """The messages of a right answer, in order."""
        ...

    def step(self, answer: Answer) -> None:
        """Take an answer, which has no error."""
        ...

    def outcome(self) -> Outcome:
        """The judgement, once it is over."""
        ...

    def close(self) -> None:
        """Let go of everything, also half-way."""
        ...


class Task(Protocol):
    """One thing to do, which can be tried as often as wanted."""

    @property
    def id(self) -> str:
        """Unique in its suite, and the same in every process."""
        ...

    @property
    def category(self) -> str:
        """The category that it counts in."""
        ...

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        """What should not stand in training data: its ``question``s, ``function`` names and ``value``s."""
        ...

    def open(self) -> Attempt:
        """A new try."""
        ...


class Suite(Protocol):
    """A set of tasks that means the same to everybody who names its version."""

    @property
    def name(self) -> str:
        """As the command line takes it."""
        ...

    @property
    def version(self) -> str:
        """Numbers of the same version compare."""
        ...

    @property
    def categories(self) -> tuple[str, ...]:
        """In the order of tables."""
        ...

    @property
    def repeats(self) -> int:
        """Tries at each task, unless told otherwise."""
        ...

    @property
    def impossible(self) -> Mapping[str, str]:
        """Tasks that even the reference answer fails, and why; they are counted all the same."""
        ...

    def tasks(self, category: str) -> Sequence[Task]:
        """The tasks of a category, in an order that never changes."""
        ...

    def totals(self, means: Mapping[str, float], tasks: Mapping[str, int]) -> Mapping[str, float]:
        """Numbers over several categories, from their success and how many tasks each has."""
        ...

    def notes(self, categories: Sequence[str]) -> tuple[str, ...]:
        """What a reader has to know, and what these categories leave out."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
