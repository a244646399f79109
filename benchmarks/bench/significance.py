"""Whether two agents differ on the same tasks, or chance alone could say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.estimates import HIGH, LOW, RESAMPLES
from inftool_env.core.seeds import derive_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The second agent's success less the first one's, task by task."""

    tasks: int
    mean: float
    """In [-1, 1]; above 0 where the second is better."""
    low: float
    high: float
    """Ends of the 95 % interval, by a bootstrap over tasks."""
    better: int
    """Tasks at which the second did better."""
    worse: int
    p_value: float
    """How often equal agents would differ at least so much."""
    test: str
    """``McNemar, exact`` for one try at each task, ``sign flips`` for several."""


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Compare two agents.

    Args:
        first: Share of successes at each task, in [0, 1].
        second: The same of the other agent, in the order of the first.
    """
    gains = np.array(second, dtype=float) - np.array(first, dtype=float)
    better, worse = int((gains > 0).sum()), int((gains < 0).sum())
    is_binary = set(first) | set(second) <= {0.0, 1.0}
    rng = np.random.default_rng(derive_seed("difference", len(gains)))
    if better or worse:
        drawn = [gains[rng.integers(0, len(gains), len(gains))].mean() for _ in range(RESAMPLES)]
        low, high = np.percentile(drawn, [LOW, HIGH])
    else:
        low = high = 0.0
    return Difference(
        tasks=len(gains),
        mean=float(gains.mean()) if len(gains) else 0.0,
        low=float(low),
        high=float(high),
        better=better,
        worse=worse,
        p_value=mcnemar(better, worse) if is_binary else _sign_flips(gains, rng),
        test="McNemar, exact" if is_binary else "sign flips",
    )


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value of McNemar's test: tasks won by one agent alone, and by the other alone.

    >>> mcnemar(8, 1)
    0.0390625
    """
    discordant, fewer = better + worse, min(better, worse)
    tail = sum(comb(discordant, k) for k in range(fewer + 1))
    share: float = tail / 2**discordant
    return min(1.0, 2 * share)


def _sign_flips(gains: NDArray[np.float64], rng: np.random.Generator) -> float:
    """The two-sided p-value of a randomisation test: of equal agents, each gain may as well be a loss."""
    signs = rng.choice((-1.0, 1.0), (RESAMPLES, len(gains)))
    is_as_far = np.abs(signs @ gains) >= abs(gains.sum()) - 1e-9
    return (int(np.count_nonzero(is_as_far)) + 1) / (RESAMPLES + 1)
