"""What to practise next, decided from what failed."""

import math
from collections.abc import Mapping

from inftool_env.core.errors import ConfigError
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.rates import Rate
from inftool_env.scenarios.request import ScenarioRequest

MASTERED = 0.9
"""From this success on, a category is only kept in practice."""
HOPELESS = 0.05
"""Up to this success nearly all groups fail as one and teach nothing: the scenarios must become easier."""
HOPELESS_WEIGHT = 0.5
"""What a hopeless category counts beside one that fails always and yet is learnable (1)."""
HARDEST = 5
START_DIFFICULTY = 2
"""The middle of what an environment without a difficulty of its own draws from."""
MAX_TOOLS = 4
"""Failing tools that one request aims at."""


def requests_for(
    profile: FailureProfile, *, budget: int, floor: float = 0.1, difficulties: Mapping[str, int] | None = None
) -> tuple[ScenarioRequest, ...]:
    """One request per category, the more scenarios the more it fails.

    Args:
        profile: Where the policy fails, on training scenarios.
        budget: Scenarios to ask for in all; at least one for each category.
        floor: Least share of a category, mastered or not: what is not practised is forgotten.
        difficulties: Difficulty practised so far by category; 2 where absent.

    Returns:
        Requests in alphabetical order of category, counts summing to ``budget``. ``kind`` is the most frequent
        failure; empty for a mastered category.

    Raises:
        ConfigError: ``budget`` is smaller than the number of categories, or the floors add up to more than 1.
    """
    categories = profile.categories
    if budget < len(categories):
        raise ConfigError(
            f"requests: budget is {budget} scenarios for {len(categories)} categories; "
            "expected at least one each. Raise the budget."
        )
    if floor * len(categories) > 1:
        raise ConfigError(
            f"requests: a floor of {floor:g} for each of {len(categories)} categories is more than the whole; "
            f"expected at most {1 / len(categories):g}. Lower the floor."
        )
    counts = share_out(budget, {name: _weight(rate) for name, rate in categories.items()}, floor=floor)
    return tuple(
        _request(profile, category, counts[category], (difficulties or {}).get(category, START_DIFFICULTY))
        for category in categories
    )


def share_out(total: int, weights: Mapping[str, float], *, floor: float) -> dict[str, int]:
    """Part a whole number by weight (largest remainder), after everyone got the floor and at least 1.

    >>> share_out(20, {"a": 3.0, "b": 1.0, "c": 0.0}, floor=0.1)
    {'a': 13, 'b': 5, 'c': 2}
    """
    least = min(max(1, math.ceil(floor * total)), total // max(1, len(weights)))
    spare = total - least * len(weights)
    whole = sum(weights.values())
    exact = {
        name: spare * (weight / whole if whole else 1 / len(weights)) for name, weight in weights.items()
    }
    counts = {name: least + math.floor(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (math.floor(exact[name]) - exact[name], name))
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def _weight(rate: Rate) -> float:
    if rate.value >= MASTERED:
        return 0.0
    return HOPELESS_WEIGHT if rate.value <= HOPELESS else 1.0 - rate.value


def _request(profile: FailureProfile, category: str, count: int, difficulty: int) -> ScenarioRequest:
    rate = profile.categories[category]
    kinds, tools = profile.kinds_of(category), profile.tools_of(category)[:MAX_TOOLS]
    why = f"{category}: {rate} succeed"
    if kinds:
        why += f"; most often {kinds[0].kind.value} ({kinds[0].failures.successes} of {rate.tries})"
    if tools:
        named = ", ".join(
            f"{cell.tool} ({cell.failures.successes} of {cell.failures.tries})" for cell in tools
        )
        why += f"; fails with {named}"
    mastered = rate.value >= MASTERED
    if mastered:
        difficulty, why = min(HARDEST, difficulty + 1), f"{why}; mastered, kept in practice and made harder"
    elif rate.value <= HOPELESS:
        difficulty, why = max(1, difficulty - 1), f"{why}; too hard to learn from, so made easier"
    return ScenarioRequest(
        category=category,
        difficulty=difficulty,
        tools=() if mastered else tuple(cell.tool for cell in tools),
        kind="" if mastered or not kinds else kinds[0].kind.value,
        count=count,
        why=why + ".",
    )
