"""Values of one row that belong together: an end after its start, a low below its high, an address in its country."""

import json
import random
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files
from typing import Any

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.world.vocabulary import name_words
from inftool_env.world.wall import split_of

LOCALES: tuple[dict[str, Any], ...] = tuple(
    json.loads(files(__package__).joinpath("locales.json").read_text("utf-8"))
)
"""What goes with a country: codes, currency, language, time zone, telephone prefix, postal codes, and where it lies."""

_ORDERED = (
    ("start", "end"),
    ("start", "finish"),
    ("starts", "ends"),
    ("begin", "end"),
    ("from", "to"),
    ("since", "until"),
    ("departure", "arrival"),
    ("in", "out"),
    ("opens", "closes"),
    ("opening", "closing"),
    ("created", "updated"),
    ("created", "modified"),
    ("issued", "due"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("low", "high"),
    ("lowest", "highest"),
)
"""Words of two columns of which the first never holds more than the second."""
_TRIES = 40


def make_coherent(row: JsonObject, *, free: Collection[str], rng: random.Random, split: Split) -> JsonObject:
    """The row with values changed that contradict each other.

    Args:
        row: Column to value.
        free: Columns that may be changed; the others stay as they are.
        rng: The only source of chance.
        split: The side of the wall for values that are made up.
    """
    result = dict(row)
    _order(result, free)
    _settle(result, free, rng, split)
    _name_mail(result, free, split)
    return result


def _order(row: JsonObject, free: Collection[str]) -> None:
    """Swap what is the wrong way round."""
    for first, last in _pairs(tuple(row)):
        one, other = row[first], row[last]
        if first in free and last in free and _is_alike(one, other) and one > other:
            row[first], row[last] = other, one


@lru_cache(maxsize=2048)
def _pairs(columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Columns whose names differ in one word alone, by which they are ordered."""
    by_words = {name_words(name): name for name in columns}
    found = []
    for words, name in by_words.items():
        for first, last in _ORDERED:
            if first in words:
                place = words.index(first)
                other = by_words.get((*words[:place], last, *words[place + 1 :]))
                if other is not None:
                    found.append((name, other))
    return tuple(found)


def _is_alike(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return numbers or (isinstance(one, str) and isinstance(other, str) and len(one) == len(other))


def _settle(row: JsonObject, free: Collection[str], rng: random.Random, split: Split) -> None:
    """Let what a row says of a place agree with its country, if it says enough to disagree."""
    kinds = {name: kind for name in row if (kind := _place_kind(name)) is not None}
    if len(set(kinds.values())) < 2:
        return
    fixed = [(kinds[name], row[name]) for name in kinds if name not in free]
    fitting = [locale for locale in LOCALES if all(_agrees(locale, kind, value) for kind, value in fixed)]
    named = [locale for locale in fitting if locale["country"] in row.values()]
    if not fitting:
        return
    locale = rng.choice(named or fitting)
    for name, kind in kinds.items():
        if name in free and isinstance(row[name], str | int | float):
            row[name] = _placed(locale, kind, row[name], rng, split)


def _place_kind(name: str) -> str | None:
    """What a column says of a place."""
    words = name_words(name)
    return _KINDS.get(words[-2:]) or _KINDS.get(words[-1:])


_KINDS = {
    ("country",): "country",
    ("country", "code"): "code",
    ("currency",): "currency",
    ("currency", "code"): "currency",
    ("timezone",): "timezone",
    ("time", "zone"): "timezone",
    ("language",): "language",
    ("locale",): "locale",
    ("phone",): "phone",
    ("phone", "number"): "phone",
    ("postal", "code"): "postal",
    ("zip", "code"): "postal",
    ("zip",): "postal",
    ("postcode",): "postal",
    ("latitude",): "latitude",
    ("lat",): "latitude",
    ("longitude",): "longitude",
    ("lon",): "longitude",
    ("lng",): "longitude",
}
"""The last words of a column's name, and what it says of a place."""


def _agrees(locale: dict[str, Any], kind: str, value: JsonValue) -> bool:
    """Whether a value that stays is one of the country's; numbers and codes of no country agree with none."""
    known = locale[kind]
    if kind in ("latitude", "longitude"):
        return isinstance(value, int | float) and bool(known[0] <= value <= known[1])
    return kind in ("phone", "postal") or bool(known == value)


def _placed(
    locale: dict[str, Any], kind: str, value: JsonValue, rng: random.Random, split: Split
) -> JsonValue:
    """A value of the country in place of one, if there is one on that side of the wall."""
    known = locale[kind]
    for _ in range(_TRIES):
        made: JsonValue = known
        if kind in ("latitude", "longitude"):
            made = round(rng.uniform(*known), 2)
        elif kind == "phone":
            made = f"{known} {rng.randrange(200, 999)} {rng.randrange(100_000, 999_999)}"
        elif kind == "postal" and known is not None:
            made = str(rng.randrange(10 ** (known - 1), 10**known))
        is_alike = isinstance(value, str) == isinstance(made, str)
        if made is not None and is_alike and split_of(made) in (None, split):
            return made
    return value


def _name_mail(row: JsonObject, free: Collection[str], split: Split) -> None:
    """Let an e-mail address be of the person whose name stands beside it: ``passenger_name``, ``passenger_email``."""
    by_words = {name_words(name): name for name in row}
    for words, name in by_words.items():
        if words[-1:] != ("email",) or name not in free:
            continue
        stem = words[:-1]
        spellings = ((*stem, "name"), (*stem, "full", "name"), (*stem, "display", "name"), stem)
        owner = next(
            (by_words[each] for each in spellings if each in by_words and by_words[each] != name), None
        )
        person, address = row.get(owner or ""), row[name]
        if not (isinstance(person, str) and isinstance(address, str) and "@" in address and " " in person):
            continue
        first, _, last = person.lower().replace("'", "").partition(" ")
        host = address.partition("@")[2]
        for local in (
            f"{first}.{last}",
            first,
            f"{first}{last}",
            f"{first[:1]}{last}",
            f"{first}_{last}",
            last,
        ):
            made = f"{local.replace(' ', '.')}@{host}"
            if made.isascii() and split_of(made) is split:
                row[name] = made
                break
