"""When two values of a parameter mean the same: as JSON, and as the parameter's schema reads them."""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.world.shapes import resolve_schema

_MOST_DEEP = 32
"""Containers in containers, at most, that a schema is read along; below that values are compared as JSON."""
_SET_WORDS = frozenset({"tag", "tags", "label", "labels", "keyword", "keywords"})
"""Parameters whose lists are sets, whether the schema says so or not."""


def same_value(one: JsonValue, other: JsonValue) -> bool:
    """Whether two JSON values mean the same whatever their schema: 1 is 1.0, and space around a string is nothing.

    >>> same_value({"n": [1, " a "]}, {"n": [1.0, "a"]}), same_value(True, 1), same_value("A", "a")
    (True, False, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one == other or one.strip() == other.strip()
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(value, other[key]) for key, value in one.items())
    return bool(one == other)


def squeeze(value: JsonValue) -> JsonValue:
    """The value with every text at any depth in lower case, without spaces and light marks, in double quotes.

    >>> squeeze(["New York, N.Y.", "the 'Met'", 5])
    ['newyorkny', 'the"met"', 5]
    """
    if isinstance(value, str):
        return value.translate(_LIGHT_MARKS).lower()
    if isinstance(value, list):
        return [squeeze(item) for item in value]
    if isinstance(value, dict):
        return {key: squeeze(item) for key, item in value.items()}
    return value


_LIGHT_MARKS = str.maketrans("'", '"', " ,./-_*^")


def same_argument(tool: ToolSpec, name: str, one: JsonValue, other: JsonValue) -> bool:
    """Whether two values of one parameter mean the same to the tool.

    Beyond ``same_value``: dates, times, UUIDs, addresses in any spelling of their ``format``; "5" and 5 where the
    schema takes both; the case of a value whose ``enum`` lists both; the order of a list of ``uniqueItems`` or of
    tags; members of an object left out or spelled out with their default.
    """
    if same_value(one, other):
        return True
    return _Comparison(tool.parameters).same(one, other, tool.properties.get(name, {}), name, 0)


class _Comparison:
    """One comparison, in which no two parts are held against each other twice: schemas may lead to them in many ways.

    Args:
        root: Where references of the schemas begin.
    """

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._found: dict[tuple[int, int, int, str], bool] = {}
        # What the keys are the ids of; while it lives, nothing else can have them.
        self._kept: list[tuple[JsonValue, JsonValue, JsonValue]] = []

    def same(self, one: JsonValue, other: JsonValue, schema: JsonValue, name: str, depth: int) -> bool:
        """Whether two values mean the same as the schema of a parameter of that name reads them."""
        if same_value(one, other):
            return True
        if depth > _MOST_DEEP:
            return False
        key = (id(one), id(other), id(schema), name)
        if key not in self._found:
            self._kept.append((one, other, schema))
            self._found[key] = False  # as long as it is not known: what leads to itself proves nothing
            self._found[key] = self._compare(one, other, schema, name, depth)
        return self._found[key]

    def _compare(self, one: JsonValue, other: JsonValue, schema: JsonValue, name: str, depth: int) -> bool:
        shape = resolve_schema(schema, self._root)
        if isinstance(one, dict) and isinstance(other, dict):
            same = self._same_object(one, other, shape, depth)
        elif isinstance(one, list) and isinstance(other, list):
            same = self._same_list(one, other, shape, name, depth)
        else:
            same = _same_scalar(one, other, shape)
        return same or any(
            self.same(one, other, branch, name, depth + 1)
            for keyword in ("anyOf", "oneOf")
            for branch in _branches(shape, keyword)
        )

    def _same_object(self, one: JsonObject, other: JsonObject, shape: JsonObject, depth: int) -> bool:
        declared = shape.get("properties")
        members: JsonObject = declared if isinstance(declared, dict) else {}
        for key in {**one, **other}:
            member = members.get(key, _ANYTHING)
            if key in one and key in other:
                if not self.same(one[key], other[key], member, key, depth + 1):
                    return False
                continue
            default = resolve_schema(member, self._root)
            if "default" not in default or not same_value(
                (one if key in one else other)[key], default["default"]
            ):
                return False
        return True

    def _same_list(
        self, one: list[JsonValue], other: list[JsonValue], shape: JsonObject, name: str, depth: int
    ) -> bool:
        if len(one) != len(other):
            return False
        items = shape.get("items", _ANYTHING)
        if all(self.same(here, there, items, "", depth + 1) for here, there in zip(one, other, strict=True)):
            return True
        if shape.get("uniqueItems") is not True and name.lower() not in _SET_WORDS:
            return False
        rest = list(other)
        for here in one:
            at = next(
                (at for at, there in enumerate(rest) if self.same(here, there, items, "", depth + 1)), None
            )
            if at is None:
                return False
            del rest[at]
        return True


_ANYTHING: JsonObject = {}


def _branches(shape: JsonObject, keyword: str) -> list[JsonValue]:
    branches = shape.get(keyword)
    return branches if isinstance(branches, list) else []


def _same_scalar(one: JsonValue, other: JsonValue, shape: JsonObject) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        choices = shape.get("enum")
        if isinstance(choices, list) and one in choices and other in choices:
            return one.casefold() == other.casefold()
        read = READERS.get(str(shape.get("format")))
        meant = read(one.strip()) if read is not None else None
        return meant is not None and read is not None and meant == read(other.strip())
    kinds = shape.get("type")
    if (
        not isinstance(kinds, list)
        or "string" not in kinds
        or isinstance(one, bool)
        or isinstance(other, bool)
    ):
        return False
    text, number = (one, other) if isinstance(one, str) else (other, one)
    return isinstance(text, str) and isinstance(number, int | float) and _number(text) == number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _date(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> object:
    try:
        return datetime.fromisoformat(text.upper())  # equal in every zone, and never equal to one without
    except ValueError:
        return None


def _time(text: str) -> object:
    try:
        clock = time.fromisoformat(text.upper())
    except ValueError:
        return None
    return (clock.replace(tzinfo=None), clock.utcoffset())


def _uuid(text: str) -> object:
    try:
        return UUID(text)
    except ValueError:
        return None


def _address(text: str) -> object:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _email(text: str) -> object:
    name, at, host = text.rpartition("@")
    return (name, host.casefold()) if at else None


def _uri(text: str) -> object:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if not parts.scheme or not parts.netloc:
        return None
    return urlunsplit(
        (parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, parts.fragment)
    )


READERS: Mapping[str, Callable[[str], object]] = {
    "date": _date,
    "date-time": _moment,
    "time": _time,
    "uuid": _uuid,
    "ipv4": _address,
    "ipv6": _address,
    "hostname": str.casefold,
    "idn-hostname": str.casefold,
    "email": _email,
    "uri": _uri,
    "url": _uri,
}
"""What a text of a ``format`` means, by the format's name; the readers give None for a text that is none."""
