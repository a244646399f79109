"""How much one unit is in another: measures, currencies, and how fast people travel."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from inftool_env.core.seeds import derive_seed
from inftool_env.world.vocabulary import plain

_DATA: dict[str, Any] = json.loads(files(__package__).joinpath("units.json").read_text("utf-8"))
_USUAL_SPEED = 60


def _by_spelling() -> dict[str, tuple[str, float, float]]:
    found: dict[str, tuple[str, float, float]] = {}
    for dimension, units in _DATA["units"].items():
        for spellings, scale in units.items():
            factor, offset = scale if isinstance(scale, list) else (scale, 0)
            for spelling in spellings.split():
                found[spelling] = (dimension, float(factor), float(offset))
    return found


_UNITS = _by_spelling()
"""Spelling to dimension, size in the dimension's own unit, and where its zero lies there."""


def convert_unit(value: float, source: str, target: str) -> float | None:
    """The value in another unit; None where a unit is unknown or measures something else.

    >>> (
    ...     convert_unit(20, "Celsius", "fahrenheit"),
    ...     convert_unit(1, "mile", "kilometers"),
    ...     convert_unit(1, "kg", "m"),
    ... )
    (68.0, 1.609344, None)
    """
    one, other = _unit(source), _unit(target)
    if one is None or other is None or one[0] != other[0]:
        return None
    return round((value * one[1] + one[2] - other[2]) / other[1], 9)


def exchange_rate(source: str, target: str) -> float:
    """How much of a currency one of another buys; the same at all times, and back again comes to one."""
    return _worth(source) / _worth(target)


def is_currency(text: str) -> bool:
    """Whether a text looks like a currency's code."""
    return len(text) == 3 and text.isascii() and text.isalpha()


def travel_speed(mode: str) -> float:
    """Kilometres an hour by that means of travel."""
    return float(
        next((speed for word, speed in _DATA["speeds"].items() if word in mode.lower()), _USUAL_SPEED)
    )


@lru_cache(maxsize=1024)
def _unit(name: str) -> tuple[str, float, float] | None:
    bare = plain(name)
    return _UNITS.get(bare) or _UNITS.get(bare.removesuffix("s"))


@lru_cache(maxsize=1024)
def _worth(code: str) -> float:
    """In dollars; a currency that the table lacks has a worth of its own, made from its code."""
    known: float | None = _DATA["currencies"].get(code.upper())
    return known if known is not None else (50 + derive_seed("currency", code.upper()) % 1450) / 1000
