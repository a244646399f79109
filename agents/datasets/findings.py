"""What a tool has answered, in a few words of a person: the values stand as they came, and none is made up."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.users.phrasing import humanise, spell
from inftool_env.users.scripted import asks
from inftool_env.world.vocabulary import PROPERTIES, plain, singular

LEVELS = (2, 1, 0)
"""How much is told of an answer, from the most to the least."""

_LONGEST = 60
"""Characters of a text that is told."""
_MOST_ITEMS = 5
"""Of a list that is told in full."""
_MOST_FIELDS = 64
"""Of a row that are looked at."""
_FIELDS = ((1, 1), (2, 2), (3, 4))
"""How many fields of a row are told, by level: fewest and most."""
_ROWS = (1, 2, 3)
"""How many rows of a list are told, by level."""
_FORBIDDEN = re.compile(r"[?<>{}|\n\r\t]|://")
"""What would read as a question or a mark of a format, and addresses, which nobody reads aloud."""
_LABELS = (
    "name",
    "fullname",
    "displayname",
    "title",
    "label",
    "subject",
    "summary",
    "username",
    "login",
    "email",
)
_LABEL_ENDS = ("name", "title", "subject", "label")
_KEY_ENDS = ("id", "uuid", "key", "code", "number", "slug")
_UNITS = frozenset(
    [
        "km",
        "miles",
        "meters",
        "metres",
        "minutes",
        "hours",
        "seconds",
        "days",
        "weeks",
        "months",
        "kg",
        "grams",
        "kb",
        "mb",
        "gb",
        "percent",
        "celsius",
        "usd",
        "eur",
        "ms",
    ]
)
_NO_QUANTITIES = frozenset(("kilowatt", "watt", "per", "of", "in"))
"""Words that a unit after them belongs to."""
_ABOUT_PAGES = frozenset().union(
    *(
        PROPERTIES[kind]
        for kind in (
            *(
                "total",
                "size",
                "page",
                "start",
                "pages",
                "page_wrapper",
                "receipt",
                "has_more",
                "has_previous",
            ),
            *("next_cursor", "next", "previous"),
        )
    ),
    ("truncated",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows that an answer lists."""

    name: str
    """The field they stand in; empty for a bare list."""
    rows: list[JsonValue]
    total: int | None
    """How many there are on all pages, where the answer says so."""


def page_of(data: JsonValue) -> Page | None:
    """The rows that an answer is there to list; None when it is about one thing."""
    if isinstance(data, list):
        return Page(name="", rows=data, total=None)
    if not isinstance(data, dict):
        return None
    lists = [name for name, part in data.items() if isinstance(part, list)]
    others = [name for name in data if name not in lists and plain(name) not in _ABOUT_PAGES]
    if len(lists) == 1 and not others:
        name = lists[0]
        total = next((part for key, part in data.items() if plain(key) in PROPERTIES["total"]), None)
        is_count = isinstance(total, int) and not isinstance(total, bool)
        told = "" if plain(name) in PROPERTIES["list_wrapper"] else name
        return Page(name=told, rows=data[name], total=total if is_count else None)
    inner = [part for part in data.values() if isinstance(part, dict)]
    return page_of(inner[0]) if len(data) == len(inner) == 1 else None


def tell_page(page: Page, known: Sequence[JsonValue], noun: str, level: int, rng: random.Random) -> str:
    """How many rows there are, and the first of them, as a clause without a full stop.

    Args:
        page: What was listed.
        known: Values that need not be told again, as they came with the call.
        noun: What its rows are, in the plural.
        level: One of ``LEVELS``.
        rng: Chooses the words.
    """
    count = len(page.rows)
    if not count:
        return rng.choice((f"I found no {noun}", f"there are no {noun}"))
    named = noun if count > 1 else _singular_phrase(noun)
    found = rng.choice((f"I found {count} {named}", f"there {'are' if count > 1 else 'is'} {count} {named}"))
    if page.total is not None and page.total > count:
        found += f" on this page, of {page.total} in all"
    shown = page.rows[: _ROWS[level]]
    rows = [told for row in shown if (told := spell_row(row, known, level if count == 1 else 0))]
    if not rows:
        return found
    if len(rows) == count:
        return f"{found}: {join(rows)}"
    if len(rows) == 1:
        return f"{found}; the first is {rows[0]}"
    return f"{found}, among them {join(rows)}"


def spell_row(row: JsonValue, known: Sequence[JsonValue] = (), level: int = 0) -> str:
    """One row of a list: what it is called, its key, and with a higher level more of it; empty when nothing can be told.

    >>> spell_row({"id": 12, "name": "Bella", "status": "sold"}), spell_row({"id": 12, "tag": "shy"}, level=1)
    ('Bella (id 12)', 'tag shy (id 12)')
    """
    if not isinstance(row, dict):
        return spell_value(row)
    fields = {
        name: value
        for name, value in _scalars(row)
        if value not in known and not isinstance(value, bool) and spell_value(value)
    }
    label = _label_of(fields)
    key = _key_of(fields, label)
    rest = [name for name in fields if name not in (label, key)]
    called = spell_value(fields[label]) if label else ""
    if not called and rest:
        called = spell_fact(rest[0], fields[rest.pop(0)])
    told = ", ".join(spell_fact(name, fields[name]) for name in (key, *rest[:level]) if name)
    return f"{called} ({told})" if called and told else called or told


def spell_fact(name: str, value: JsonValue) -> str:
    """A field or parameter and its value in a few words; empty when a person would not say it.

    >>> spell_fact("pet_id", 12), spell_fact("weight_kg", 1.5), spell_fact("is_on", True)
    ('pet id 12', 'weight 1.5 kg', 'is on: yes')
    """
    said = spell_value(value)
    phrase, unit = _measured(name, value)
    if isinstance(value, bool):
        return f"{phrase}: {'yes' if value else 'no'}"
    return " ".join(filter(None, (phrase, said, unit))) if said else ""


def clauses(
    data: JsonValue, known: Sequence[JsonValue], about: str, level: int, rng: random.Random
) -> list[str]:
    """What an answer about one thing says, as clauses without full stops; what is new and was asked for comes first.

    Args:
        data: The answer.
        known: Values that need not be told again, as they came with the call.
        about: The words of the tool, which show what it is asked for.
        level: One of ``LEVELS``.
        rng: Chooses how much is told.
    """
    if not isinstance(data, dict):
        said = spell_value(data)
        return [f"the answer is {said}"] if said else []
    fields = dict(_scalars(_unwrapped(data)))
    news = [name for name, value in fields.items() if value not in known and spell_value(value)]
    wanted = set(about.lower().split())
    news.sort(key=lambda name: -len(wanted & set(humanise(name).split())))
    count = rng.randint(*_FIELDS[level])
    return [clause(name, fields[name]) for name in news[:count]]


def clause(name: str, value: JsonValue) -> str:
    """A field and its value, as a clause.

    >>> clause("duration_minutes", 638), clause("is_open", False), clause("tags", ["a", "b"])
    ('the duration is 638 minutes', 'it is not open', 'the tags are a and b')
    """
    phrase = humanise(name) or name
    said = spell_value(value)
    first, _, rest = phrase.partition(" ")
    if isinstance(value, bool):
        if first == "is" and rest:
            return f"it is {rest}" if value else f"it is not {rest}"
        if first == "has" and rest:
            return f"it has {rest}" if value else f"it does not have {rest}"
        return f"it is{'' if value else ' not'} marked as {phrase}"
    phrase, unit = _measured(name, value)
    is_plural = phrase != singular(phrase)
    return " ".join(filter(None, (f"the {phrase} {'are' if is_plural else 'is'} {said}", unit)))


def _measured(name: str, value: JsonValue) -> tuple[str, str]:
    """A name in words, with the unit at its end on its own."""
    first, _, last = (phrase := humanise(name) or name).rpartition(" ")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_unit = last in _UNITS and first.rpartition(" ")[2] not in _NO_QUANTITIES
    return (first, last) if first and is_number and is_unit else (phrase, "")


def spell_value(value: JsonValue) -> str:
    """A value as a person would say it; empty when none would.

    >>> spell_value("Rome"), spell_value(["a", "b"]), spell_value("what?"), spell_value({"a": 1})
    ('Rome', 'a and b', '', '')
    """
    if isinstance(value, list):
        items = [spell_value(item) for item in value[: _MOST_ITEMS + 1]]
        return join(items) if value and len(value) <= _MOST_ITEMS and all(items) else ""
    if isinstance(value, str):
        said = value.strip().rstrip(".!,;:")
        if not said or len(said) > _LONGEST or _FORBIDDEN.search(said) or asks(said):
            return ""
        return f'"{said}"' if len(said.split()) > 2 and said[0].islower() else said
    return spell(value) if isinstance(value, bool | int | float) else ""


def join(parts: Sequence[str], last: str = "and") -> str:
    """Parts in a row; empty when there are none.

    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def new_key(data: JsonValue, known: Sequence[JsonValue]) -> str:
    """The key of what an answer shows, unless it came with the call: ``id 71050``; empty when there is none."""
    if not isinstance(data, dict):
        return ""
    fields = dict(_scalars(_unwrapped(data)))
    key = _key_of(fields, "")
    return spell_fact(key, fields[key]) if key and fields[key] not in known else ""


def _unwrapped(data: JsonObject) -> JsonObject:
    """The one row inside an answer that wraps it."""
    inner = [part for part in data.values() if isinstance(part, dict)]
    return inner[0] if len(inner) == 1 and not any(True for _ in _scalars(data)) else data


def _scalars(row: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """The fields of a row that hold single values, or lists of them, and no mere receipt."""
    for name, value in list(row.items())[:_MOST_FIELDS]:
        if value is True and plain(name) in PROPERTIES["receipt"]:
            continue
        if isinstance(value, str | int | float) or (isinstance(value, list) and _is_flat(value)):
            yield name, value


def _is_flat(items: list[JsonValue]) -> bool:
    return all(isinstance(item, str | int | float) for item in items)


def _label_of(fields: JsonObject) -> str:
    """The field that a person would call the row by."""
    names = {plain(name): name for name in reversed(fields)}
    exact = next((names[label] for label in _LABELS if label in names), "")
    return exact or next((name for name in fields if humanise(name).endswith(_LABEL_ENDS)), "")


def _key_of(fields: JsonObject, label: str) -> str:
    """The field that names the row to a machine."""
    if "id" in fields:
        return "id"
    ends = (name for name in fields if name != label and humanise(name).split()[-1:][0] in _KEY_ENDS)
    return next(ends, "")


def _singular_phrase(noun: str) -> str:
    first, _, last = noun.rpartition(" ")
    return f"{first} {singular(last)}".strip()
