"""A string for any string schema, on the asked side of the wall."""

import random

from inftool_env.core.patterns import compile_pattern
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.world.patterns import pattern_maker
from inftool_env.world.wall import split_of
from inftool_env.world.words import TextMaker, format_maker, pseudo_word, text_maker

_TRIES = 64
"""Draws before another way is tried: a side with one value in four is missed once in 10**8."""
_LONGEST = 10_000
"""Characters of the longest string, whatever its schema asks for."""
_MISFITS = 8
"""Natural-looking strings that break the bounds, before that way is given up."""


def draw_text(schema: JsonObject, name: str, rng: random.Random, split: Split) -> str:
    """A string within the schema's format, bounds and pattern that suits the name."""
    shape, pattern = schema.get("format"), schema.get("pattern")
    make = (format_maker(shape) if isinstance(shape, str) else None) or text_maker(name)
    low, high = min(schema.get("minLength") or 0, _LONGEST), schema.get("maxLength")
    if pattern is None and not low and high is None:
        for _ in range(_TRIES):
            text = make(rng)
            if split_of(text) is split:
                return text
        return _coined(0, None, rng, split)
    return _bounded(make, pattern, low, high, rng, split)


def _bounded(
    make: TextMaker, pattern: str | None, low: int, high: int | None, rng: random.Random, split: Split
) -> str:
    """What the name suggests if it fits, else what the pattern spells, else a coined word of the right length."""
    expression = compile_pattern(pattern) if pattern is not None else None
    makers = [make]
    if pattern is not None and expression is not None and (spelled := pattern_maker(pattern)) is not None:
        makers.append(spelled)
    fallback: str | None = None
    for maker in makers:
        misfits = 0
        for _ in range(_TRIES):
            text = maker(rng)
            if (
                low <= len(text)
                and (high is None or len(text) <= high)
                and (expression is None or expression.is_in(text))
            ):
                if split_of(text) is split:
                    return text
                fallback = text
            else:
                misfits += 1
                if misfits > _MISFITS and fallback is None and maker is make:
                    break
    if fallback is not None and expression is not None:
        return fallback  # a narrow pattern has what it has
    return _coined(low, high, rng, split)


def _coined(low: int, high: int | None, rng: random.Random, split: Split) -> str:
    text = ""
    for _ in range(_TRIES):
        text = pseudo_word(rng)
        while len(text) < low:
            text += f" {pseudo_word(rng)}"
        text = text[:high]
        if text.endswith(" "):
            text = f"{text[:-1]}a"
        if split_of(text) is split:
            break
    return text
