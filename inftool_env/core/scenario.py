"""What the user wants, and how it is judged: one episode's task as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from inftool_env.core.fault import Fault
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
    NO_OTHER_CHANGES = "no_other_changes"
    """Nothing but the expected calls changed anything; looking around is free."""
    FORBIDDEN = "forbidden"
    """A tool was left alone."""
    CONFIRMED = "confirmed"
    """A tool was called only after the user had been asked for a fact: their consent."""
    IN_ORDER = "in_order"
    """The expected calls were made in the order of the scenario's checks."""
    STEPWISE = "stepwise"
    """Each expected call was made after the answers to those before it had come; calls never made are not its matter."""
    IN_TIME = "in_time"
    """A follow-up of the user found the calls made that had to come before it, and those after it not yet."""
    NOT_INVENTED = "not_invented"
    """No call carried a value that neither user nor tool had told; names ``INVENTED_VALUE`` before all other checks."""
    NOT_STALE = "not_stale"
    """No call carried the value of a parameter that the user has taken back."""
    TOLD = "told"
    """The assistant's last words tell a value."""
    DECLINED = "declined"
    """The assistant's last words say that the wish cannot be fulfilled."""
    FEW_CALLS = "few_calls"
    """No more calls were made than allowed."""
    FEW_QUESTIONS = "few_questions"
    """The user was asked no more often than allowed."""
    RECOVERED = "recovered"
    """Whatever a fault left undone or unknown was looked after."""


class Likeness(StrEnum):
    """How much a value may differ from a right one, where that is not left to what the two mean."""

    LOOSE = "loose"
    """Texts may be written in any case, with or without spaces and the marks ``,./-_*^``, in either kind of quotes."""
    EXACT = "exact"
    """Not at all: 5 is not 5.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCall:
    """A call that must be made, up to the differences that do not matter."""

    name: str
    arguments: JsonObject
    optional: tuple[str, ...] = ()
    """Arguments that may be left out, since they equal the schema's default."""
    accepted: dict[str, tuple[JsonValue, ...]] = field(default_factory=dict)
    """Further values of an argument that are as right as its own."""
    likeness: dict[str, Likeness] = field(default_factory=dict)
    """Arguments for which a value may differ from a right one more, or less, than its meaning allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be true at the end of the episode."""

    kind: CheckKind
    call: ExpectedCall | None = None
    """For ``CALLED``."""
    fact: str | None = None
    """For ``ASKED`` and ``CONFIRMED``: the name of the fact. For ``IN_TIME``: the name of the follow-up. For
    ``NOT_INVENTED`` and ``NOT_STALE``: the parameter; None for all. For ``TOLD``: what the value is, in the user's words."""
    digest: str | None = None
    """For ``STATE``: the world's digest after the reference solution."""
    tool: str | None = None
    """For ``FORBIDDEN`` and ``CONFIRMED``: the name of the tool. For ``ASKED``: the tool that the fact decides about, where
    it is no parameter's value. For ``FEW_CALLS``: the tool whose calls are counted; None for all."""
    value: JsonValue = None
    """For ``TOLD`` and ``NOT_STALE``."""
    limit: int | None = None
    """For ``FEW_CALLS`` and ``FEW_QUESTIONS``: how many at most. For ``IN_TIME``: how many of the expected calls, in the
    order of the checks, come before the follow-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value the user knows."""

    name: str
    """The parameter it fills, as ``start_date``."""
    phrase: str
    """The parameter in the user's words, as ``start date``."""
    value: JsonValue
    """None when the user does not know it either; ``reveal`` says so."""
    told: bool
    """Whether the opening message says it; otherwise it must be asked for."""
    reveal: str
    """The sentence in which the user tells it when asked."""
    cues: tuple[str, ...] = ()
    """Other words by which a question asks for it, in lower case, as ``which one``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What the user says later of their own accord."""

    name: str
    """Unlike those of all facts; under it an episode notes when it was said."""
    text: str
    facts: tuple[Fact, ...] = ()
    """What it tells; each takes the place of an earlier fact of the same name."""
    with_answer: bool = False
    """Whether it is said together with the answer to a question, if one comes first; otherwise it is said when the
    assistant has come to an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionTurn:
    """One assistant turn of the reference solution."""

    content: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Tools that come into sight once the assistant has said that it cannot do what the user wants."""

    tools: tuple[str, ...]
    """Their names, in the order in which they follow the others."""
    words: str
    """What the user says then; describes the tools in full, for who reads nothing but messages."""


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
    """Names of the visible tools, in the order shown; some may be strangers, tools of other APIs."""
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
    faults: tuple[Fault, ...] = ()
    """What goes wrong on purpose, and at which calls; the reference solution gets over it."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What the user says after the opening, in order; empty where they only answer."""
    arrival: Arrival | None = None
    """None where the tools stay the same throughout."""
