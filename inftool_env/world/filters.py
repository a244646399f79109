"""Which rows the arguments of a list ask for: values, ranges, lists of values, and text."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.world.state import Placed
from inftool_env.world.vocabulary import PARAMETERS, name_words, plain

Test = Callable[[JsonValue, JsonValue], bool]
"""Whether a row's value is one that an argument asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One parameter of a list that rows are chosen by."""

    param: str
    column: str
    """Empty where the parameter is text to look for in all of a row."""
    test: Test


def filters_of(columns: Mapping[str, str], params: tuple[str, ...]) -> tuple[Filter, ...]:
    """The filters of a list.

    Args:
        columns: Parameter to the column that it names.
        params: All its parameters; those of a free search are found among them.
    """
    found = []
    for param in params:
        column = columns.get(param)
        if column is not None:
            found.append(Filter(param=param, column=column, test=_TESTS[comparison(param, column)]))
        elif is_search(param):
            found.append(Filter(param=param, column="", test=_mentions))
    return tuple(found)


def matching(placed: Iterable[Placed], filters: tuple[Filter, ...], arguments: JsonObject) -> list[Placed]:
    """The rows that the arguments ask for, with their places; a value that a row lacks is null."""
    found = list(placed)
    for each in filters:
        if each.param in arguments:
            column, test, wanted = each.column, each.test, arguments[each.param]
            if column:
                found = [(place, row) for place, row in found if test(row.get(column), wanted)]
            else:
                found = [(place, row) for place, row in found if test(row, wanted)]
    return found


def is_search(param: str) -> bool:
    """Whether a parameter is free text to look for in every column that holds text."""
    return plain(param) in PARAMETERS["search"]


@lru_cache(maxsize=4096)
def comparison(param: str, column: str) -> str:
    """How a parameter is compared with the column that it stands for: a kind of the vocabulary, or ``same``."""
    if plain(param) == plain(column):
        return "same"
    own = set(name_words(column))
    words = {word for word in name_words(param) if word not in own}
    kinds = ("unlike", "like", "beginning", "lower_bound", "upper_bound")
    kind = next((kind for kind in kinds if words & PARAMETERS[kind]), "same")
    return f"strict_{kind}" if kind.endswith("_bound") and words & PARAMETERS["strict_bound"] else kind


def same(value: JsonValue, wanted: JsonValue) -> bool:
    """Whether a row's value is the wanted one, or one of them where they are several."""
    if isinstance(value, str) and isinstance(wanted, str):
        if value == wanted:
            return True
        value, wanted = value.casefold(), wanted.casefold()
        return value == wanted or ("," in wanted and " " not in value and value in _listed(wanted))
    if isinstance(wanted, dict):
        return _within(value, wanted)
    if isinstance(wanted, list) and not isinstance(value, list):
        return any(same(value, each) for each in wanted)
    if isinstance(value, list) and not isinstance(wanted, list):
        return any(same(each, wanted) for each in value)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, str) and "," in wanted and isinstance(value, int | float):
        return str(value) in _listed(wanted)
    return bool(value == wanted or str(value) == str(wanted))


def _listed(text: str) -> list[str]:
    return re.split(r"\s*,\s*", text)


def _within(value: JsonValue, bounds: JsonObject) -> bool:
    """Whether a value obeys ``{"gte": 5, "lt": 9}``; words that are no comparison ask for nothing."""
    return all(
        _TESTS[kind](value, bound)
        for word, bound in bounds.items()
        if (kind := comparison(word, "")) != "same"
    )


def _bounded(is_lower: bool, is_strict: bool) -> Test:
    def test(value: JsonValue, wanted: JsonValue) -> bool:
        pair = _comparable(value, wanted)
        if pair is None:
            return value is not None
        if pair[0] == pair[1]:
            return not is_strict
        return bool(pair[0] > pair[1]) if is_lower else bool(pair[0] < pair[1])

    return test


def _comparable(value: JsonValue, wanted: JsonValue) -> tuple[Any, Any] | None:
    """Both as numbers or as texts of one length (a date bounds a date-time); None where they are neither."""
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value, wanted
    if isinstance(value, str) and isinstance(wanted, str):
        length = min(len(value), len(wanted))
        return value[:length], wanted[:length]
    return None


def _like(value: JsonValue, wanted: JsonValue) -> bool:
    return str(wanted).casefold() in str(value).casefold()


def _begins(value: JsonValue, wanted: JsonValue) -> bool:
    return str(value).casefold().startswith(str(wanted).casefold())


def _mentions(row: JsonValue, wanted: JsonValue) -> bool:
    """Whether every word of the text stands somewhere in the row's texts."""
    if not isinstance(wanted, str):
        return True
    text = " ".join(_texts(row)).casefold()
    return all(word in text for word in wanted.casefold().split())


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


_TESTS: dict[str, Test] = {
    "same": same,
    "unlike": lambda value, wanted: not same(value, wanted),
    "like": _like,
    "beginning": _begins,
    "lower_bound": _bounded(is_lower=True, is_strict=False),
    "upper_bound": _bounded(is_lower=False, is_strict=False),
    "strict_lower_bound": _bounded(is_lower=True, is_strict=True),
    "strict_upper_bound": _bounded(is_lower=False, is_strict=True),
}
