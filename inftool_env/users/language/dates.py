"""Dates and times as people write them; each wording can be read back in one way only."""

from datetime import date, timedelta

_WEEK = 7
_NEAR = 20
"""Days from today within which a date is told by its distance."""
_SATURDAY, _FRIDAY = 5, 4
_NOON = 12


def read_day(text: str) -> date | None:
    """The date that a text in the schema's own format is; None for another text."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def spellings(day: date) -> tuple[str, ...]:
    """The whole date, the month in letters.

    >>> spellings(date(2026, 3, 4))[:3]
    ('March 4, 2026', '4 March 2026', 'March 4th, 2026')
    """
    month, number = f"{day:%B}", day.day
    nth = f"{number}{_suffix(number)}"
    return (
        f"{month} {number}, {day.year}",
        f"{number} {month} {day.year}",
        f"{month} {nth}, {day.year}",
        f"{nth} of {month} {day.year}",
        f"{day:%b} {number}, {day.year}",
    )


def relative(day: date, today: date) -> tuple[str, ...]:
    """How the date is told on another day, where there is one reading only; none where the two are far apart.

    >>> relative(date(2026, 3, 7), date(2026, 3, 2))
    ('5 days from today', 'this coming Saturday', 'March 7', '7 March')
    """
    distance = (day - today).days
    said: list[str] = []
    if distance in _NAMED:
        said.append(_NAMED[distance])
    elif 1 < distance <= _NEAR:
        said.append(f"{distance} days from today")
    elif -_NEAR <= distance < -1:
        said.append(f"{-distance} days ago")
    if 1 < distance < _WEEK:
        said.append(f"this coming {day:%A}")
        # On a Friday or Saturday, the next such day and the one of next week are the same.
        if today.weekday() in (_FRIDAY, _SATURDAY) and distance > _SATURDAY + 1 - today.weekday():
            said.append(f"next {day:%A}")
    if distance == _WEEK:
        said.append("a week from today")
    if day.year == today.year and distance > 0:
        said += [f"{day:%B} {day.day}", f"{day.day} {day:%B}"]
    return tuple(said)


def is_relative(words: str) -> bool:
    """Whether a date stands there without "on", as in "see you tomorrow"."""
    return words.startswith(_RELATIVE) or words.endswith((" ago", " from today"))


def spell_today(today: date) -> str:
    """The day with its weekday, as in a letter.

    >>> spell_today(date(2026, 3, 2))
    'Monday, 2 March 2026'
    """
    return f"{today:%A}, {today.day} {today:%B} {today.year}"


def some_day_before(day: date, days: int) -> date:
    """The day so many days earlier; the day itself at the calendar's beginning."""
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return day


def spell_hour(hour: int) -> str:
    """An hour of the day on a clock of twelve.

    >>> spell_hour(21), spell_hour(0), spell_hour(12)
    ('9 pm', '12 am', '12 pm')
    """
    return f"{hour % _NOON or _NOON} {'am' if hour < _NOON else 'pm'}"


def _suffix(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


_NAMED = {0: "today", 1: "tomorrow", 2: "the day after tomorrow", -1: "yesterday"}
_RELATIVE = (*_NAMED.values(), "this coming ", "next ")
