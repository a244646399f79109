"""How an episode went, and why."""

from dataclasses import dataclass
from enum import StrEnum

from inftool_env.core.scenario import CheckKind


class GateKind(StrEnum):
    """What must hold in every call before anything is paid."""

    FORMAT = "format"
    """Every call block parses."""
    TOOL = "tool"
    """Every called tool is one that was offered."""
    SCHEMA = "schema"
    """Every call's arguments obey the tool's schema."""


class FailureKind(StrEnum):
    """The first reason why an episode failed; ``NONE`` for a success."""

    NONE = "none"
    MALFORMED_CALL = "malformed_call"
    UNKNOWN_TOOL = "unknown_tool"
    SCHEMA_VIOLATION = "schema_violation"
    CALLED_WHEN_IRRELEVANT = "called_when_irrelevant"
    DID_NOT_ASK = "did_not_ask"
    WRONG_TOOL = "wrong_tool"
    WRONG_ARGUMENTS = "wrong_arguments"
    MISSING_CALL = "missing_call"
    EXTRA_CALL = "extra_call"
    WRONG_STATE = "wrong_state"
    TURN_LIMIT = "turn_limit"
    USER_GAVE_UP = "user_gave_up"
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

    @property
    def gates_open(self) -> bool:
        """Whether every gate is open."""
        return all(gate.is_open for gate in self.gates)

    @property
    def success(self) -> bool:
        """Whether every gate is open and every check passed."""
        return self.scorable and self.failure is FailureKind.NONE
