"""What the user wants, and how it is judged: one episode's task as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonObject, JsonValue


class Split(StrEnum):
    """Which side of the wall a value, and so a scenario, belongs to."""

    TRAIN = "train"
    EVAL = "eval"


class CheckKind(StrEnum):
    """What a check looks at."""

    CALLED = "called"
    """The expected call was made."""
    NO_OTHER_CALLS = "no_other_calls"
    """Nothing but the expected calls was made."""
    ASKED = "asked"
    """The user was asked for a fact before it was used."""
    STATE = "state"
    """The world ended in the state that the reference solution reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCall:
    """A call that must be made, up to the differences that do not matter."""

    name: str
    arguments: JsonObject
    optional: tuple[str, ...] = ()
    """Arguments that may be left out, since they equal the schema's default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be true at the end of the episode."""

    kind: CheckKind
    call: ExpectedCall | None = None
    """For ``CALLED``."""
    fact: str | None = None
    """For ``ASKED``: the name of the fact."""
    digest: str | None = None
    """For ``STATE``: the world's digest after the reference solution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value the user knows."""

    name: str
    """The parameter it fills, as ``start_date``."""
    phrase: str
    """The parameter in the user's words, as ``start date``."""
    value: JsonValue
    told: bool
    """Whether the opening message says it; otherwise it must be asked for."""
    reveal: str
    """The sentence in which the user tells it when asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionTurn:
    """One assistant turn of the reference solution."""

    content: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that fixes one episode but the policy."""

    id: str
    toolset: str
    category: str
    difficulty: int
    """1 (easiest) to 5."""
    split: Split
    world_seed: int
    tools: tuple[str, ...]
    """Names of the visible tools, in the order shown."""
    goal: str
    """What the user wants, in one sentence, for people reading the record."""
    opening: str
    """The user's first message."""
    facts: tuple[Fact, ...]
    solution: tuple[SolutionTurn, ...]
    """A reference solution that has been replayed to full score."""
    checks: tuple[Check, ...]
    max_turns: int
    """Assistant turns before the episode is truncated."""
    persona: str = "plain"
    parent_id: str | None = None
    """The scenario or request that this one grew from."""
    tags: tuple[str, ...] = field(default_factory=tuple)
