"""What a computation comes to, where its names say which one it is: conversions, distances, days, loans, totals."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import derive_seed
from inftool_env.world.units import convert_unit, exchange_rate, is_currency, travel_speed
from inftool_env.world.vocabulary import name_words

_MOST_DAYS = 40_000
_EARTH_KM = 6371.0

Answers = Mapping[str, JsonValue]
"""By property."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a computation is asked: its arguments, defaults filled in, and the properties of its result."""

    tool: str
    arguments: JsonObject
    properties: tuple[str, ...]

    def named(self, *words: str, kind: type | tuple[type, ...] = (int, float)) -> str | None:
        """The first argument of a kind whose name has one of the words."""
        wanted = frozenset(words)
        for name, value in self.arguments.items():
            is_kind = isinstance(value, kind) and not isinstance(value, bool)
            if is_kind and not wanted.isdisjoint(name_words(name)):
                return name
        return None

    def number(self, *words: str) -> float | None:
        """The value of that argument."""
        name = self.named(*words)
        return None if name is None else self.arguments[name]

    def pair(self, kind: type) -> tuple[str, str] | None:
        """Two arguments that say from where and to where, as texts."""
        first = self.named(
            "from", "source", "base", "origin", "start", "first", "begin", "departure", kind=kind
        )
        last = self.named("to", "target", "destination", "end", "last", "arrival", "until", kind=kind)
        return None if first is None or last is None or first == last else (first, last)

    def told(self, *words: str) -> list[str]:
        """The properties whose names have one of the words."""
        wanted = frozenset(words)
        return [name for name in self.properties if not wanted.isdisjoint(name_words(name))]


def answer(tool: str, arguments: JsonObject, properties: tuple[str, ...]) -> dict[str, JsonValue]:
    """The properties of a result that follow from the arguments; empty where no known formula is asked for.

    Numbers are rounded to cents, rates to six digits. Equal arguments give equal answers, in every world.

    Args:
        tool: The tool's name, which may say what to do with its numbers.
        arguments: Of the call, with what the document says of those left out.
        properties: Names of what the result shows.
    """
    question = Question(tool, arguments, properties)
    for formula in _FORMULAS:
        found = formula(question)
        if found:
            return {name: _rounded(name, value) for name, value in found.items()}
    return {}


def _convert(question: Question) -> Answers:
    """An amount of one unit or currency in another."""
    pair = question.pair(str)
    amounts = [name for name, value in question.arguments.items() if _is_number(value)]
    if pair is None or len(amounts) != 1:
        return {}
    amount: float = question.arguments[amounts[0]]
    source, target = (question.arguments[name] for name in pair)
    converted = convert_unit(amount, source, target)
    if converted is None:
        if not (is_currency(source) and is_currency(target)):
            return {}
        converted = amount * exchange_rate(source, target)
    results = question.told("converted", "result", "output", "conversion", "target", "value", "to")
    results = [name for name in results if name not in pair and name != amounts[0]]
    units = question.told("scale", "unit", "currency", "units")
    found = dict.fromkeys(
        results[:1] or [name for name in question.properties if name == amounts[0]], converted
    )
    if is_currency(source) and is_currency(target):
        found |= dict.fromkeys(question.told("rate", "factor"), exchange_rate(source, target))
    return found | {name: target for name in units if name not in question.arguments and name not in found}


def _distance(question: Question) -> Answers:
    """How far two places are apart, and how long the way takes."""
    wanted = question.told("distance", "km", "kilometers", "kilometres", "miles", "meters", "metres")
    points = _points(question)
    if not wanted or points is None:
        return {}
    km = _great_circle(*points)
    found: dict[str, JsonValue] = {}
    for name in wanted:
        words = set(name_words(name))
        found[name] = km / 1.609344 if "miles" in words else km * 1000 if words & {"meters", "metres"} else km
    mode = question.named("mode", "vehicle", "transport", "profile", kind=str)
    hours = km / travel_speed(question.arguments[mode] if mode else "car")
    for name in question.told("duration", "minutes", "hours", "seconds", "time"):
        words = set(name_words(name))
        found[name] = hours if "hours" in words else hours * 3600 if "seconds" in words else hours * 60
    return found


def _points(question: Question) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Two places by their coordinates, or by their names, each of which lies somewhere for good."""
    latitudes, longitudes = (
        [
            float(value)
            for name, value in question.arguments.items()
            if isinstance(value, int | float) and set(name_words(name)) & words
        ]
        for words in ({"lat", "latitude"}, {"lon", "lng", "long", "longitude"})
    )
    if len(latitudes) == len(longitudes) == 2:
        return (latitudes[0], longitudes[0]), (latitudes[1], longitudes[1])
    pair = question.pair(str)
    if pair is None:
        return None
    first, last = (_place(question.arguments[name]) for name in pair)
    return first, last


def _place(name: str) -> tuple[float, float]:
    seed = derive_seed("place", name.casefold().strip())
    return 36 + seed % 2400 / 100, -9 + seed // 2400 % 3800 / 100  # within a continent, so that ways end


def _great_circle(first: tuple[float, float], last: tuple[float, float]) -> float:
    """Kilometres on a sphere (haversine)."""
    (north, east), (other_north, other_east) = (
        [math.radians(angle) for angle in point] for point in (first, last)
    )
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(half, 1.0)))


def _days(question: Question) -> Answers:
    """Days between two dates; working days count both ends, and Saturdays where they are asked for."""
    pair = question.pair(str)
    wanted = question.told("days", "weeks", "nights")
    if pair is None or not wanted:
        return {}
    first, last = (_date(question.arguments[name]) for name in pair)
    if first is None or last is None or abs((last - first).days) > _MOST_DAYS:
        return {}
    found: dict[str, JsonValue] = {}
    for name in wanted:
        words = set(name_words(name))
        if words & {"working", "business", "weekdays", "work"}:
            found[name] = _working_days(first, last, saturdays=_flag(question, "saturday"))
        else:
            days = (last - first).days
            found[name] = days // 7 if "weeks" in words else days
    return found


def _flag(question: Question, word: str) -> bool:
    return any(value is True and word in name.lower() for name, value in question.arguments.items())


def _working_days(first: date, last: date, *, saturdays: bool) -> int:
    weekdays = 6 if saturdays else 5
    days = (last - first).days + 1
    rest = (first + timedelta(days=place) for place in range(days % 7)) if days > 0 else ()
    return max(days, 0) // 7 * weekdays + sum(day.weekday() < weekdays for day in rest)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _loan(question: Question) -> Answers:
    """An annuity: what is paid each month, and what it costs in all."""
    principal, rate = (
        question.number("principal", "loan", "amount"),
        question.number("rate", "interest", "apr"),
    )
    months, years = question.number("months", "term", "periods"), question.number("years")
    count = months if months is not None else years * 12 if years is not None else None
    payments = question.told("installment", "instalment", "payment", "monthly", "emi")
    if principal is None or rate is None or not count or not payments:
        return {}
    monthly = rate / 1200
    payment = principal / count if monthly == 0 else principal * monthly / (1 - (1 + monthly) ** -count)
    found: dict[str, JsonValue] = dict.fromkeys(question.told("total", "paid", "repayment"), payment * count)
    found |= dict.fromkeys(question.told("interest"), payment * count - principal)
    return found | dict.fromkeys(payments[:1], payment)


def _energy(question: Question) -> Answers:
    """What a device of so many watts draws in so many hours."""
    watts, hours = question.number("watts", "wattage", "power"), question.number("hours")
    wanted = question.told("kilowatt", "kwh")
    if watts is None or hours is None or not wanted:
        return {}
    used = watts * hours / 1000
    tariff = question.named("tariff", "plan", kind=str)
    price = question.number("price", "rate")
    if price is None:
        price = {"flat": 0.3, "day": 0.35, "night": 0.22}.get(
            question.arguments[tariff] if tariff else "flat", 0.3
        )
    return dict.fromkeys(question.told("cost", "price"), used * price) | dict.fromkeys(wanted, used)


def _total(question: Question) -> Answers:
    """Lines of price and quantity summed up; tax and discount in percent."""
    totals = question.told("total", "subtotal", "sum")
    lines = next((_lines(value) for value in question.arguments.values() if _lines(value)), None)
    if lines is None:
        price, count = question.number("price"), question.number("quantity", "qty", "count")
        lines = None if price is None or count is None else [(price, count)]
    if not totals or lines is None:
        return {}
    subtotal = sum(price * count for price, count in lines)
    discount = subtotal * (question.number("discount") or 0) / 100
    tax = (subtotal - discount) * (question.number("tax", "vat") or 0) / 100
    found: dict[str, JsonValue] = {
        name: subtotal if "subtotal" in name_words(name) else subtotal - discount + tax for name in totals
    }
    return (
        found
        | dict.fromkeys(question.told("tax", "vat"), tax)
        | dict.fromkeys(question.told("discount"), discount)
    )


def _lines(value: JsonValue) -> list[tuple[float, float]] | None:
    """Price and quantity of every line, where a list of objects has both."""
    if not isinstance(value, list) or not value:
        return None
    lines = []
    for line in value:
        numbers = Question("", line, ()) if isinstance(line, dict) else None
        price = None if numbers is None else numbers.number("price", "cost", "amount")
        if numbers is None or price is None:
            return None
        lines.append((price, numbers.number("quantity", "qty", "count") or 1))
    return lines


def _statistics(question: Question) -> Answers:
    """What is said of a list of numbers."""
    numbers = next((value for value in question.arguments.values() if _is_numbers(value)), None)
    if numbers is None:
        return {}
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    known: dict[str, JsonValue] = {
        "sum": sum(numbers),
        "total": sum(numbers),
        "mean": sum(numbers) / len(numbers),
        "average": sum(numbers) / len(numbers),
        "median": median,
        "min": ordered[0],
        "minimum": ordered[0],
        "max": ordered[-1],
        "maximum": ordered[-1],
        "count": len(numbers),
    }
    asked = [word for word in name_words(question.tool) if word in known]
    found = {name: known[word] for name in question.properties for word in name_words(name) if word in known}
    return found or {name: known[asked[0]] for name in question.told("result", "value") if asked}


def _is_numbers(value: JsonValue) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 10_000 and all(_is_number(each) for each in value)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _arithmetic(question: Question) -> Answers:
    """Two numbers added, subtracted, multiplied or divided, as the tool's name or an argument says."""
    numbers = [value for value in question.arguments.values() if _is_number(value)]
    said = question.named("operation", "operator", "op", kind=str)
    words = name_words(question.arguments[said]) if said else name_words(question.tool)
    sign = question.arguments[said].strip() if said else ""
    act = next(
        (act for names, act in _ACTS.items() if sign in names.split() or set(words) & set(names.split())),
        None,
    )
    results = question.told("result", "value", "sum", "difference", "product", "quotient", "answer")
    if act is None or len(numbers) != 2 or not results or (act is _divide and numbers[1] == 0):
        return {}
    return dict.fromkeys(results[:1], act(numbers[0], numbers[1]))


def _divide(one: float, other: float) -> float:
    return one / other


_ACTS: dict[str, Callable[[float, float], float]] = {
    "add plus sum addition +": lambda one, other: one + other,
    "subtract minus subtraction -": lambda one, other: one - other,
    "multiply times product multiplication * x": lambda one, other: one * other,
    "divide quotient division /": _divide,
}
_FORMULAS: tuple[Callable[[Question], Answers], ...] = (
    _convert,
    _days,
    _distance,
    _loan,
    _energy,
    _total,
    _statistics,
    _arithmetic,
)


def _rounded(name: str, value: JsonValue) -> JsonValue:
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    is_fine = bool({"rate", "factor"} & set(name_words(name))) or abs(value) < 0.01
    return round(value, 6 if is_fine else 2)
