"""Texts with slots: a model writes ``{fact_2}`` where a value goes, so it cannot tell what it does not know."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inftool_env.core.scenario import Fact
from inftool_env.core.schema import JsonValue
from inftool_env.users.phrasing import spell

_SLOT = re.compile(r"\{([^{}]{0,40})\}")
_FIRM = re.compile(r"\S*[0-9@]\S*")
"""Words that claim something exact: numbers, dates, ids, addresses."""
_EDGES = ".,;:!?()[]{}\"'“”‘’*`"
_SHORT = 2
"""Values of so few characters are found in many harmless texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A fact as a text with slots refers to it."""

    name: str
    """``fact_1`` and so on, in the scenario's order."""
    fact: Fact


def slots_of(facts: Sequence[Fact]) -> tuple[Slot, ...]:
    """A slot for every fact."""
    return tuple(Slot(name=f"fact_{number}", fact=fact) for number, fact in enumerate(facts, start=1))


def slots_in(text: str) -> list[str]:
    """The names between braces, in order; also those of no slot."""
    return [found[1] for found in _SLOT.finditer(text)]


def fill(text: str, slots: Sequence[Slot]) -> str:
    """The text with every slot's value in its place."""
    values = {slot.name: spell(slot.fact.value) for slot in slots}
    return _SLOT.sub(lambda found: values.get(found[1], found[0]), text)


def without_slots(text: str) -> str:
    """The words of the text alone."""
    return _SLOT.sub(" ", text)


def firm_words(text: str) -> list[str]:
    """Numbers, dates, ids and addresses in a text, without the punctuation around them.

    >>> firm_words("On 2026-11-21, mail omar@levu.app (room 7).")
    ['2026-11-21', 'omar@levu.app', '7']
    """
    return [word for found in _FIRM.finditer(text) if (word := found[0].strip(_EDGES))]


def tells(text: str, value: JsonValue) -> bool:
    """Whether the text says the value; never of truth values and of very short texts, which say little."""
    return any(_holds(text, leaf) for leaf in _leaves(value))


def _leaves(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield spell(value)


def _holds(text: str, value: str) -> bool:
    if len(value) <= _SHORT:
        return False
    return re.search(rf"(?<!\w){re.escape(value.casefold())}(?!\w)", text.casefold()) is not None
