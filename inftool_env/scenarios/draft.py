"""A scenario in the making: what a category decides, before the author checks and seals it."""

from dataclasses import dataclass, field

from inftool_env.core.scenario import Arrival, Check, ExpectedCall, Fact, FollowUp, SolutionTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The part of a scenario that depends on its category."""

    goal: str
    opening: str
    facts: tuple[Fact, ...]
    solution: tuple[SolutionTurn, ...]
    expected: tuple[ExpectedCall, ...]
    """Every call that must be made, and no others may be but those that ``may_look`` allows."""
    asked: tuple[str, ...] = ()
    """Names of the facts that must be asked for."""
    visible: tuple[str, ...] = field(default_factory=tuple)
    """Names of the tools shown, in order."""
    checks: tuple[Check, ...] = ()
    """What must be true beside the calls."""
    may_look: bool = False
    """Whether calls that only read are free."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What the user says after the opening."""
    arrival: Arrival | None = None
    traps: tuple[tuple[SolutionTurn, ...], ...] = ()
    """Tempting ways to go about it, each of which must fail."""
    fault_level: int | None = None
    """1 to 3: faults are put in its way, the first of this level where that is possible; None for none."""
