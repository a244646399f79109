"""The one number that a verdict pays."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import CheckKind
from inftool_env.core.verdict import FailureKind, GateKind, Verdict


def _check_share(name: str, value: float) -> None:
    if not _is_number(value) or not 0 <= value <= 1:
        raise ConfigError(f"reward: {name}: found {value!r}; expected a number from 0 to 1. Correct it.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS = (*map(str, GateKind), *map(str, CheckKind))


class Scheme(StrEnum):
    """What a verdict is paid by."""

    OUTCOME = "outcome"
    """1 for a success, ``partial`` for right work with a wrong ending, else 0."""
    SHARE = "share"
    """The weighted share of the checks that passed."""
    ADDITIVE = "additive"
    """The weighted share of the gates that are open and the checks that passed: closed gates do not matter. It is here
    to be compared with, not to be trained with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardConfig:
    """What an episode is paid by; every field is a JSON value.

    The default pays success alone. A refusal is right or wrong as a whole, so where calls earn a share for trying,
    a policy learns to call always; and in a group where all fail, shares are noise that the comparison within the
    group blows up. Whatever the scheme, the additive one excepted, nothing is paid while a gate is closed.

    Raises:
        ConfigError: a number is out of its range, or a weight names neither a gate nor a check.
    """

    scheme: Scheme = Scheme.OUTCOME
    partial: float = 0.0
    """Under ``outcome``: what is paid where every gate is open and the calls and the data are right, but not what
    was said or how the conversation ended; in [0, 1)."""
    economy: float = 0.0
    """Share of the pay that needless calls can cost: ``pay * (1 - economy * (1 - verdict.economy))``; in [0, 1]."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """What a gate or a check weighs against the others, by its kind (``{"called": 3}``); 1 where it is not named."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _check_share("partial", self.partial)
        _check_share("economy", self.economy)
        if self.partial == 1:
            raise ConfigError("reward: partial: found 1; expected less than a success earns. Lower it.")
        for name, weight in self.weights.items():
            if name not in _KINDS:
                raise ConfigError(
                    f"reward: weights: found {name!r}; expected one of {', '.join(_KINDS)}. Correct the name."
                )
            if not _is_number(weight) or not 0 <= weight < math.inf:
                raise ConfigError(
                    f"reward: weights: {name}: found {weight!r}; expected a number of 0 or more. Correct it."
                )

    @classmethod
    def read(cls, found: "str | Mapping[str, Any] | RewardConfig | None") -> "RewardConfig":
        """The configuration from a scheme's name, or from its fields as JSON holds them; the default from None.

        Raises:
            ConfigError: it is none.
        """
        if isinstance(found, RewardConfig):
            return found
        given = {} if found is None else {"scheme": found} if isinstance(found, str) else dict(found)
        names = [each.name for each in fields(cls)]
        for name in given:
            if name not in names:
                raise ConfigError(
                    f"reward: found {name!r}; expected one of {', '.join(names)}. Correct the name."
                )
        scheme = given.pop("scheme", Scheme.OUTCOME)
        if scheme not in tuple(Scheme):
            raise ConfigError(
                f"reward: scheme: found {scheme!r}; expected one of {', '.join(Scheme)}. Correct the name."
            )
        return cls(scheme=Scheme(scheme), **given)


_WRONG_ENDING = frozenset(
    {
        FailureKind.NOT_DECLINED,
        FailureKind.NOT_TOLD,
        FailureKind.WRONG_ANSWER,
        FailureKind.TOO_MANY_QUESTIONS,
        FailureKind.TURN_LIMIT,
        FailureKind.USER_GAVE_UP,
    }
)
"""Failures behind which the calls and the data are right."""
OUTCOME = RewardConfig()


def reward(verdict: Verdict, config: RewardConfig = OUTCOME) -> float | None:
    """What an episode earns.

    Args:
        verdict: The judgement of the episode.
        config: What is paid; by default 1 for a success and 0 for anything else.

    Returns:
        A number in [0, 1]; 0 while any gate is closed (but under the additive scheme); None when a simulator
        spoiled the episode.
    """
    if not verdict.scorable:
        return None
    if config.scheme is Scheme.ADDITIVE:
        earned = _share(
            [(gate.kind, gate.is_open) for gate in verdict.gates]
            + [(check.kind, check.passed) for check in verdict.checks],
            config.weights,
        )
    elif not verdict.gates_open:
        return 0.0
    elif config.scheme is Scheme.SHARE:
        earned = _share([(check.kind, check.passed) for check in verdict.checks], config.weights)
    elif verdict.success:
        earned = 1.0
    else:
        earned = config.partial if verdict.failure in _WRONG_ENDING else 0.0
    return earned * (1 - config.economy * (1 - verdict.economy))


def _share(parts: list[tuple[GateKind | CheckKind, bool]], weights: Mapping[str, float]) -> float:
    """The weighted share of what holds; 1 where nothing weighs anything."""
    whole = math.fsum(weights.get(kind, 1.0) for kind, _ in parts)
    return math.fsum(weights.get(kind, 1.0) for kind, holds in parts if holds) / whole if whole else 1.0
