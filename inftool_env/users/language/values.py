"""A value as a user writes it: most often just so, otherwise in a way that leads back to the very same value."""

import re
from datetime import date

from inftool_env.core.schema import JsonValue
from inftool_env.users.language import dates
from inftool_env.users.language.data import WORDS
from inftool_env.users.language.parameters import Kind, Parameter
from inftool_env.users.language.voice import Voice
from inftool_env.users.phrasing import humanise, spell

_NUMBERS: list[str] = WORDS["numbers"]
_CURRENCIES: dict[str, str] = WORDS["currencies"]
_PLAIN_MONEY = frozenset(WORDS["money_plain"])
_DATED = 0.35
"""The share of freely written dates that are told by their distance from today, where a message may say what today is."""
_FARTHEST = 20
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LOOSE = re.compile(
    r"[,;:.!?(){}\[\]\n\"“”]|\b(?:and|or|with|is|the|to|for|of|in|on|as|using|by|at)\b|^\s|\s$", re.IGNORECASE
)
"""What in a text might be taken for a part of the sentence around it."""
_LONG_TEXT = 4
_QUOTED = 0.35
"""The share of texts in quotation marks that could do without."""
_HOURS = 24


def say(parameter: Parameter, value: JsonValue, voice: Voice, *, may_date: bool = False) -> str:
    """The value in words that the parameter's schema leads back to the value.

    Args:
        parameter: What the value is for.
        value: Any JSON value.
        voice: Says how often other spellings than the value's own are used.
        may_date: Whether the voice may decide on a day that the message says it is.
    """
    free = voice.happens(voice.freedom)
    if isinstance(value, str):
        return _say_text(parameter, value, voice, free=free, may_date=may_date)
    if isinstance(value, bool) or value is None:
        return spell(value)
    if isinstance(value, int):
        return _say_integer(parameter, value, free=free)
    if isinstance(value, list) and parameter.kind is not Kind.LIST:
        return _say_each(parameter, value, voice)
    if isinstance(value, list) and any(isinstance(one, str) and _is_loose(one) for one in value):
        return ", ".join(quote(one) if isinstance(one, str) else spell(one) for one in value)
    return spell(value)


def _say_each(parameter: Parameter, values: list[JsonValue], voice: Voice) -> str:
    """Values for calls of their own, where the parameter takes one at a time."""
    said = [say(parameter, value, voice) for value in values]
    said = [quote(one) if "," in one or " and " in one else one for one in said]
    return ", ".join(said[:-1]) + " and " + said[-1]


def quote(text: str) -> str:
    """The text in quotation marks that it does not hold itself; as it is where it holds both kinds.

    >>> print(quote("so be it"), quote('a "b"'))
    "so be it" 'a "b"'
    """
    mark = next((mark for mark in ('"', "'") if mark not in text), "")
    return f"{mark}{text}{mark}"


def is_free(parameter: Parameter) -> bool:
    """Whether the parameter takes any text."""
    return parameter.kind in (Kind.WORDS, Kind.TITLE, Kind.OTHER)


def _say_text(parameter: Parameter, value: str, voice: Voice, *, free: bool, may_date: bool) -> str:
    if value == "" or value != value.strip():
        return quote(value)
    if parameter.kind is Kind.DAY:
        day = dates.read_day(value)
        if day is None:
            return value
        if voice.today is not None:
            near = dates.relative(day, voice.today)
            if near:
                return voice.choose(near)
        return _say_day(day, voice, may_date=may_date) if free else value
    if parameter.kind is Kind.CHOICE:
        return _say_choice(parameter, value, free=free or voice.happens(0.3))
    clock = _CLOCK.fullmatch(value) if free else None
    if clock is not None:
        minutes = "" if clock[2] == "00" else f":{clock[2]}"
        hour, half = dates.spell_hour(int(clock[1])).split()
        return f"{hour}{minutes} {half}"
    if is_free(parameter) and (_is_loose(value) or (" " in value and voice.happens(_QUOTED))):
        return quote(value)
    return value


def _is_loose(value: str) -> bool:
    """Whether it is hard to see where a text begins and ends."""
    return " " in value and (len(value.split()) > _LONG_TEXT or _LOOSE.search(value) is not None)


def _say_day(day: date, voice: Voice, *, may_date: bool) -> str:
    if may_date and voice.difficulty > 1 and voice.happens(_DATED):
        voice.today = dates.some_day_before(day, 1 + int(voice.rng.random() * _FARTHEST))
        near = dates.relative(day, voice.today)
        if near:
            return voice.choose(near)
        voice.today = None
    return voice.choose(dates.spellings(day))


def _say_choice(parameter: Parameter, value: str, *, free: bool) -> str:
    """A choice in words, where no other choice reads the same."""
    choices = parameter.shape.get("enum")
    if not free or not isinstance(choices, list):
        return value
    said = _CURRENCIES.get(value) if parameter.words[-1:] == ["currency"] else None
    said = said or (humanise(value) if "_" in value else value)
    others = [one for one in choices if isinstance(one, str) and one != value]
    is_shared = any(said in (one, humanise(one), _CURRENCIES.get(one)) for one in others)
    return value if is_shared or not said else said


def _say_integer(parameter: Parameter, value: int, *, free: bool) -> str:
    if not free:
        return spell(value)
    if parameter.kind is Kind.COUNT and 0 < value < len(_NUMBERS):
        return _NUMBERS[value]
    if parameter.words[-1:] == ["hour"] and 0 < value < _HOURS:
        return dates.spell_hour(value)
    return spell(value)


def may_be_dollars(parameter: Parameter, others: tuple[str, ...]) -> bool:
    """Whether a number is a price in the only currency that there is no word about."""
    about = f"{parameter.phrase} {parameter.shape.get('description', '')}".lower()
    return (
        parameter.kind is Kind.MONEY
        and not _PLAIN_MONEY.isdisjoint(parameter.words)
        and not any("currenc" in name for name in others)
        and not any(word in about for word in ("cent", "euro", "eur", "percent", "%", "currenc", "pound"))
    )
