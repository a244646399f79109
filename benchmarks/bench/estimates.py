"""What a few tries say of an agent: success with its interval, pass@k and pass^k."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, hypot

import numpy as np
from numpy.typing import NDArray

from inftool_env.core.seeds import derive_seed
from inftool_env.curriculum.rates import measure_rate

RESAMPLES = 4_000
"""Of a bootstrap; its own error is then below 0.2 points."""
LOW, HIGH = 2.5, 97.5
"""Percentiles of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Tries at one task."""

    successes: int
    tries: int

    @property
    def mean(self) -> float:
        """Share of successes."""
        return self.successes / self.tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % interval, all in [0, 1]."""

    mean: float
    low: float
    high: float


def estimate(tallies: Sequence[Tally]) -> Estimate:
    """The mean over tasks: Wilson's interval for one try at each, else a bootstrap over tasks.

    Tries at one task are not independent of each other, so tasks are what is drawn again. Where all tasks have the same
    mean, which leaves a bootstrap nothing to vary, the interval is Wilson's over tasks.
    """
    means = np.array([tally.mean for tally in tallies])
    if len({tally.mean for tally in tallies}) <= 1 or all(tally.tries == 1 for tally in tallies):
        mean = float(means.mean()) if len(means) else 0.0
        rate = measure_rate(round(mean * len(means)), len(means))
        return Estimate(mean=mean, low=min(rate.low, mean), high=max(rate.high, mean))
    low, high = np.percentile(_resampled(means), [LOW, HIGH])
    return Estimate(mean=float(means.mean()), low=float(low), high=float(high))


def macro_estimate(categories: Sequence[Estimate]) -> Estimate:
    """The mean of the categories' means, each counting the same, with an interval made of theirs.

    ``mean -+ sqrt(sum (m_k - end_k)^2) / K`` over K independent categories (square-and-add: Newcombe, 1998; Zou and Donner,
    2008), which stays honest where a category of few tasks has no variance of its own.
    """
    if not categories:
        return Estimate(mean=0.0, low=0.0, high=1.0)
    mean = sum(one.mean for one in categories) / len(categories)
    below = hypot(*(one.mean - one.low for one in categories)) / len(categories)
    above = hypot(*(one.high - one.mean for one in categories)) / len(categories)
    return Estimate(mean=mean, low=mean - below, high=mean + above)


def pass_at(tallies: Sequence[Tally], k: int) -> float:
    """Chance that at least one of ``k`` tries succeeds, mean over tasks.

    ``1 - C(n - c, k) / C(n, k)`` of ``n`` tries with ``c`` successes (Chen et al., 2021, arXiv 2107.03374).

    >>> pass_at([Tally(successes=1, tries=4)], 2)
    0.5
    """
    return _mean([1 - comb(one.tries - one.successes, k) / comb(one.tries, k) for one in tallies])


def pass_hat(tallies: Sequence[Tally], k: int) -> float:
    """Chance that all of ``k`` tries succeed, mean over tasks: ``C(c, k) / C(n, k)`` (Yao et al., 2024, arXiv 2406.12045).

    >>> pass_hat([Tally(successes=3, tries=4)], 2)
    0.5
    """
    return _mean([comb(one.successes, k) / comb(one.tries, k) for one in tallies])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _resampled(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(RESAMPLES,)``: the means of as many tasks, drawn with replacement; the same for the same numbers."""
    rng = np.random.default_rng(derive_seed("bootstrap", len(means)))
    return np.array([means[rng.integers(0, len(means), len(means))].mean() for _ in range(RESAMPLES)])
