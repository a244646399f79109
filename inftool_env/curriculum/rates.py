"""A share of successes with how sure we are of it."""

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Successes among tries, with the 95 % Wilson interval."""

    successes: int
    tries: int
    value: float
    """Successes over tries; 0 without tries."""
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.successes} of {self.tries} ({self.value:.0%}, 95 % interval {self.low:.0%} to {self.high:.0%})"


def measure_rate(successes: int, tries: int) -> Rate:
    """The rate with its interval (Wilson, 1927): honest for few tries and near 0 and 1.

    >>> rate = measure_rate(8, 10)
    >>> rate.value, round(rate.low, 3), round(rate.high, 3)
    (0.8, 0.49, 0.943)
    """
    assert 0 <= successes <= tries, f"{successes} successes of {tries} tries"
    if tries == 0:
        return Rate(successes=0, tries=0, value=0.0, low=0.0, high=1.0)
    value = successes / tries
    shrink = 1 + Z_95**2 / tries
    centre = (value + Z_95**2 / (2 * tries)) / shrink
    half = Z_95 / shrink * math.sqrt(value * (1 - value) / tries + Z_95**2 / (4 * tries**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == tries else min(1.0, centre + half)
    return Rate(successes=successes, tries=tries, value=value, low=low, high=high)
