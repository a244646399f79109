"""What a text says: its words, numbers, dates and times, however they are written."""

import re
from dataclasses import dataclass
from datetime import date

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d{1,3})?(?![\d])", re.IGNORECASE
)
_WORD_OR_STOP = re.compile(r"[^\W\d_]+|[^\w\s-]|\d")
_AFTER = re.compile(r"\s?(%|percent\b|k\b|thousand\b|million\b|dozen\b)", re.IGNORECASE)
_SCALES = {"%": 0.01, "percent": 0.01, "k": 1e3, "thousand": 1e3, "million": 1e6, "dozen": 12.0}

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_SMALL: dict[str, int] = {
    **{word: number for number, word in enumerate(_UNITS)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    **{word: number for number, word in enumerate(_ORDINALS)},
    "once": 1,
    "twice": 2,
    "couple": 2,
    "pair": 2,
    "dozen": 12,
    "single": 1,
    "both": 2,
}
_MOST = 10**15
"""Beyond this no number is put together from words."""
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}

_MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (\d{{4}}))?", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
_RELATIVE = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|now|next|last|this|coming|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|weekend|ago|in \w+ (?:day|week|month|year)s?|(?:day|week|month|year)s? from)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s?([ap])\.?m\b|(?:\b|T)(\d{1,2}):(\d{2})(?!\d)", re.IGNORECASE
)
_NAMED_CLOCKS = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}


@dataclass(frozen=True, slots=True)
class Day:
    """A date as somebody said it."""

    month: int
    day: int
    year: int | None = None
    """None where nobody said it."""

    def is_same(self, other: date) -> bool:
        """Whether the date may be the one that was meant."""
        return (self.month, self.day) == (other.month, other.day) and self.year in (None, other.year)


def tokens_of(text: str) -> list[str]:
    """Runs of letters and runs of digits, in lower case.

    >>> tokens_of("Order ord_12F, please")
    ['order', 'ord', '12', 'f', 'please']
    """
    return _TOKEN.findall(text.casefold())


def plain(text: str) -> str:
    """The text's tokens between single spaces, with one at either end: what is in it as whole words is a substring.

    >>> plain("New-York") in plain("Off to NEW YORK!")
    True
    """
    return f" {' '.join(tokens_of(text))} "


def numbers_in(text: str) -> frozenset[float]:
    """Every number that the text tells in digits or in words, and those that others are put together from.

    >>> sorted(numbers_in("Twenty-five of 1,200, or 15%"))
    [0.15, 5.0, 15.0, 20.0, 25.0, 1200.0]
    """
    found = {number for number, _ in _digits_in(text)}
    for match in _NUMBER.finditer(text):
        after = _AFTER.match(text, match.end())
        if after is not None:
            found.add(_to_number(match.group()) * _SCALES[after.group(1).lower()])
    return frozenset(found | _spelt_in(text))


def shown_numbers(text: str) -> list[tuple[float, int]]:
    """Every number that the text tells in digits, with how many decimals it shows."""
    return _digits_in(text)


def days_in(text: str) -> list[Day]:
    """Every date that the text tells; a date whose order is unclear is told both ways."""
    found: list[Day] = []
    for match in _DAY_MONTH.finditer(text):
        day, month, year = match.groups()
        found.append(Day(_MONTHS[month[:3].lower()], int(day), int(year) if year else None))
    for match in _MONTH_DAY.finditer(text):
        month, day, year = match.groups()
        found.append(Day(_MONTHS[month[:3].lower()], int(day), int(year) if year else None))
    found += [Day(int(match[2]), int(match[3]), int(match[1])) for match in _YEAR_FIRST.finditer(text)]
    for match in _YEAR_LAST.finditer(text):
        found.append(Day(int(match[1]), int(match[2]), int(match[3])))
        found.append(Day(int(match[2]), int(match[1]), int(match[3])))
    return found


def clocks_in(text: str) -> frozenset[tuple[int, int]]:
    """Every time of day that the text tells, as hour and minute.

    >>> sorted(clocks_in("at 9:30, or 2 pm"))
    [(9, 30), (14, 0)]
    """
    found = {clock for word, clock in _NAMED_CLOCKS.items() if word in text.casefold()}
    for match in _CLOCK.finditer(text):
        hour, minute, half, hour24, minute24 = match.groups()
        if half is None:
            found.add((int(hour24), int(minute24)))
        else:
            found.add((int(hour) % 12 + 12 * (half.lower() == "p"), int(minute or 0)))
    return frozenset(found)


def has_relative_day(text: str) -> bool:
    """Whether the text tells a date by its distance from another, as "next Friday"."""
    return _RELATIVE.search(text) is not None


def _digits_in(text: str) -> list[tuple[float, int]]:
    return [
        (_to_number(match.group()), len(match.group().partition(".")[2])) for match in _NUMBER.finditer(text)
    ]


def _to_number(digits: str) -> float:
    return float(digits.replace(",", "").replace("−", "-"))


def _spelt_in(text: str) -> set[float]:
    """Numbers in words: every run of number words as one number, and each small one of it on its own."""
    found: set[float] = set()
    total, group, is_running = 0, 0, False
    for word in _WORD_OR_STOP.findall(text.casefold() + "."):
        if word in _SMALL:
            found.add(float(_SMALL[word]))
            group, is_running = group + _SMALL[word], True
        elif word in _LARGE and (is_running or word != "million") and total + group < _MOST:
            scale = _LARGE[word]
            if scale == 100:
                group = max(1, group) * scale
            else:
                total, group = total + max(1, group) * scale, 0
            is_running = True
        elif is_running and word != "and":
            found.add(float(total + group))
            total, group, is_running = 0, 0, False
    return found
