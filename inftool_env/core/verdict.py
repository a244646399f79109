"""How an episode went, and why."""

from dataclasses import dataclass
from enum import StrEnum

from inftool_env.core.scenario import CheckKind


class GateKind(StrEnum):
    """What must hold in every call before anything is paid, in the order in which it is looked at."""

    FORMAT = "format"
    """Every call block parses."""
    TOOL = "tool"
    """Every called tool is one that was offered."""
    SCHEMA = "schema"
    """Every call's arguments obey the tool's schema."""
    EFFECT = "effect"
    """Nothing was changed that is forbidden, unconfirmed or unasked for, where the scenario says that this matters."""
    INFORMATION = "information"
    """Every value in a call had been said by the user, returned by a tool, or stands in the tool's schema."""


class FailureKind(StrEnum):
    """The first reason why an episode failed, in the order in which reasons hide each other; ``NONE`` for a success."""

    NONE = "none"
    MALFORMED_CALL = "malformed_call"
    """A message could not be read."""
    UNKNOWN_TOOL = "unknown_tool"
    """A tool was called that was not offered."""
    SCHEMA_VIOLATION = "schema_violation"
    """A call's arguments break the tool's schema."""
    FORBIDDEN_CALL = "forbidden_call"
    """A tool was called that was not to be touched."""
    UNCONFIRMED_EFFECT = "unconfirmed_effect"
    """Something was done before the user had agreed to it."""
    INVENTED_VALUE = "invented_value"
    """A value in a call comes from nowhere; where no check looks at that, named after all that is wrong with the calls."""
    STALE_VALUE = "stale_value"
    """A call used a value that the user had taken back."""
    CALLED_WHEN_IRRELEVANT = "called_when_irrelevant"
    """Something was called although no tool can do what the user wants."""
    DID_NOT_ASK = "did_not_ask"
    """A fact that the user had to be asked for was guessed, or never got."""
    DID_NOT_RETRY = "did_not_retry"
    """A call failed by a fault, and was given up."""
    DID_NOT_LOOK = "did_not_look"
    """A change timed out, and nobody looked whether it had taken effect; or a call was made before the answer that
    decides about it had come."""
    REPEATED_CHANGE = "repeated_change"
    """A change was done again although it had taken effect."""
    REPEATED_CALL = "repeated_call"
    """There were too many calls, or one that a fault does not excuse, and an earlier one was just the same."""
    WRONG_TOOL = "wrong_tool"
    """Another tool was called in place of the right one."""
    WRONG_ARGUMENTS = "wrong_arguments"
    """The right tool was called with other arguments."""
    MISSING_CALL = "missing_call"
    """A needed call was never made."""
    EXTRA_CALL = "extra_call"
    """All needed calls were made, and one more."""
    UNWANTED_CHANGE = "unwanted_change"
    """All needed calls were made, and one that changed what nobody asked to change."""
    WRONG_ORDER = "wrong_order"
    """All needed calls were made, in another order than they had to be."""
    OUT_OF_TURN = "out_of_turn"
    """All needed calls were made, but one before the user had asked for it, or only after they had gone on."""
    WRONG_STATE = "wrong_state"
    """The calls look right, but the data ended otherwise."""
    NOT_DECLINED = "not_declined"
    """The assistant did not say that it cannot do what the user wants."""
    WRONG_ANSWER = "wrong_answer"
    """The last words tell another value than the user needs."""
    NOT_TOLD = "not_told"
    """The last words leave out what the user needs."""
    TOO_MANY_CALLS = "too_many_calls"
    """There were too many calls, all of them different."""
    TOO_MANY_QUESTIONS = "too_many_questions"
    """The user was asked too often."""
    TURN_LIMIT = "turn_limit"
    """The work was done, but the turns ran out before the user was told."""
    USER_GAVE_UP = "user_gave_up"
    """The work was done, but the user lost patience."""
    AUDITED_OUT = "audited_out"
    """Whoever played the user broke the rules of the part; the episode is unscorable."""
    SIMULATOR = "simulator"
    """The user or the server simulator broke; the episode is unscorable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Whether one gate is open."""

    kind: GateKind
    is_open: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Whether one check of the scenario passed."""

    kind: CheckKind
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Where the calls first leave the expected ones; one of the two sides may be missing, never both."""

    expected: str | None
    """The call that had to be made, in a few words; None for a call too many."""
    made: str | None
    """The call that was made in its place; None for one that was never made."""
    at: int | None
    """How many calls had been made before it; None for one that was never made."""
    arguments: tuple[str, ...] = ()
    """Names of the arguments in which two calls of one tool differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The full judgement of an episode."""

    gates: tuple[GateResult, ...]
    checks: tuple[CheckResult, ...]
    score: float
    """Share of the checks that passed, in [0, 1], whatever the gates say."""
    failure: FailureKind
    why: str
    """One sentence."""
    scorable: bool = True
    """False when a simulator spoiled the episode: it pays nothing and teaches nothing."""
    economy: float = 1.0
    """Calls that were needed over calls that were made, in [0, 1]; 1 where no call was needless."""
    divergence: Divergence | None = None
    """None when every call was an expected one and every expected one was made."""
    differences: tuple[str, ...] = ()
    """What differs in the data at the end from what the reference solution leaves, one short line a row; empty where
    nothing does, and where nobody could look."""

    @property
    def gates_open(self) -> bool:
        """Whether every gate is open."""
        return all(gate.is_open for gate in self.gates)

    @property
    def success(self) -> bool:
        """Whether every gate is open and every check passed."""
        return self.scorable and self.failure is FailureKind.NONE

    def explain(self) -> str:
        """The whole judgement in words, a few lines of plain text."""
        passed = sum(result.passed for result in self.checks)
        lines = [f"{_HEADLINE[self.scorable, self.success]} ({self.failure}): {self.why}"]
        lines += [f"Gate {gate.kind} is closed: {gate.why}" for gate in self.gates if not gate.is_open]
        lines.append(f"Checks: {passed} of {len(self.checks)} passed.")
        lines += [f"Check {result.kind} failed: {result.why}" for result in self.checks if not result.passed]
        if self.divergence is not None:
            lines.append("The calls first leave the expected ones here:")
            lines.append(f"  expected: {self.divergence.expected or 'no call'}")
            lines.append(f"  made:     {self.divergence.made or 'no call'}")
            if self.divergence.arguments:
                lines.append(f"  differing in {', '.join(self.divergence.arguments)}")
        if self.differences:
            lines.append("In the data at the end:")
            lines += [f"  {line}" for line in self.differences]
        return "\n".join(lines)


_HEADLINE = {
    (True, True): "Success",
    (True, False): "Failure",
    (False, False): "Not scorable",
}
