"""Numbers that obey their bounds and suit a name."""

import math
import random

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.world.vocabulary import VOCABULARY, name_words
from inftool_env.world.wall import split_of

_RANGES: dict[str, tuple[int, int]] = {
    word: (int(bounds.split()[0]), int(bounds.split()[1]))
    for bounds, words in VOCABULARY["ranges"].items()
    for word in words
}
_TWO_PLACES = frozenset(VOCABULARY["two_places"])
_FAR = 1_000_000
_TRIES = 64
"""Draws before a narrow domain gives what it has: a side with one value in four is missed once in 10**8."""


def draw_integer(schema: JsonObject, name: str, rng: random.Random, split: Split) -> int:
    """An integer within the schema's bounds, of a size that suits the name, on that side of the wall."""
    low, high = _bounds(schema, whole=True)
    step = max(1, round(schema.get("multipleOf") or 1))
    spans = [_narrowed(low, high, name), (max(low, -_FAR), min(high, _FAR))]
    value = math.ceil(max(low, 0 if high >= 0 else high) / step) * step
    for first, last in spans:
        lowest, highest = math.ceil(first / step), math.floor(last / step)
        for _ in range(_TRIES if lowest <= highest else 0):
            value = (lowest + int(rng.random() * (highest - lowest + 1))) * step
            if split_of(value) in (None, split):
                return value
    return value


def draw_number(schema: JsonObject, name: str, rng: random.Random, split: Split) -> float:
    """A number within the schema's bounds, of a size that suits the name, on that side of the wall."""
    low, high = _bounds(schema, whole=False)
    first, last = _narrowed(low, high, name)
    step: float | None = schema.get("multipleOf")
    places = 3 if last - first < 2 else 2 if _TWO_PLACES & set(name_words(name)) else 1
    inside: float = (first + last) / 2
    for _ in range(_TRIES):
        if step:
            lowest, highest = math.ceil(first / step), math.floor(last / step)
            value = round((lowest + int(rng.random() * (highest - lowest + 1))) * step, 10)
        else:
            value = round(first + rng.random() * (last - first), places)
        if _is_inside(value, schema):
            inside = value
            if split_of(value) in (None, split):
                return value
    return inside


def _bounds(schema: JsonObject, *, whole: bool) -> tuple[float, float]:
    step = 1.0 if whole else 0.0
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True:
        low += step
    elif isinstance(above, int | float) and above is not False:
        low = max(low, math.floor(above) + 1 if whole else above)
    if below is True:
        high -= step
    elif isinstance(below, int | float) and below is not False:
        high = min(high, math.ceil(below) - 1 if whole else below)
    return low, high


def _is_inside(value: float, schema: JsonObject) -> bool:
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    low, high = _bounds(schema, whole=False)
    return (
        (low <= value <= high)
        and not (_excludes(above) and value == low)
        and not (_excludes(below) and value == high)
    )


def _excludes(bound: float | bool | None) -> bool:
    """Whether the bound itself is forbidden: a number in 2020-12 (0 too), ``true`` beside the limit in draft 4."""
    return bound is not None and bound is not False


def _narrowed(low: float, high: float, name: str) -> tuple[float, float]:
    """The part of [low, high] that is usual for the name; finite, and never empty when the whole is not."""
    usual = next((_RANGES[word] for word in reversed(name_words(name)) if word in _RANGES), None)
    if usual is not None and max(low, usual[0]) < min(high, usual[1]):
        return max(low, usual[0]), min(high, usual[1])
    if low == -math.inf:
        return (1, min(high, 100)) if high > 1 else (high - 100, high)
    if usual == _RANGES["id"] and low >= usual[0]:
        return low, min(high, 10 * low - 1)
    return low, min(high, max(low, 1) + 99)
