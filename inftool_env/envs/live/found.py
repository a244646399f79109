"""The single values that a result holds, each with what it is called there."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from inftool_env.core.message import ToolResult
from inftool_env.core.schema import JsonValue

Scalar = str | int | float

_MOST_VALUES = 400
_MOST_DEEP = 12
_MOST_CHARS = 20_000
"""Of a text, beyond which it is not looked at."""
_LONGEST = 200
"""A longer text is nothing that anybody would hand on."""
_WRAPPERS = frozenset({"content", "output", "result", "results", "text"})
"""Keys that say nothing of what they hold."""
_QUOTED_PAIR = re.compile(r"['\"](\w{1,40})['\"]: (?:'([^'\n]{1,200})'|\"([^\"\n]{1,200})\")")
"""As ``'name': 'books'``: what the Python and JSON programs of the world print."""
_LINE_PAIR = re.compile(r"(?m)^[ \t]*([A-Za-z][\w -]{0,30}): ['\"]?([^'\"\n]{1,200}?)['\"]?[ \t]*$")
"""As ``Commit: 1f0c…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundValue:
    """One value in a result."""

    key: str
    """What it is called there; empty where it has no name, as a line of text."""
    value: Scalar
    rank: int
    """How many values of that key stand before it."""
    of: int
    """How many values of that key the result holds."""


def found_values(result: ToolResult) -> tuple[FoundValue, ...]:
    """The values that someone could hand on to another tool, in the order of the result.

    Structured results are walked; a text is searched for JSON, for pairs of a name and a value, or else
    for short lines.
    """
    pairs: list[tuple[str, Scalar]] = []
    for key, value in _walk(result.data, "", 0):
        pairs.extend(_read_text(key, value) if isinstance(value, str) else [(key, value)])
        if len(pairs) > _MOST_VALUES:
            break
    distinct = list(dict.fromkeys((key, value) for key, value in pairs))[:_MOST_VALUES]
    total = Counter(key for key, _ in distinct)
    seen: Counter[str] = Counter()
    found: list[FoundValue] = []
    for key, value in distinct:
        found.append(FoundValue(key=key, value=value, rank=seen[key], of=total[key]))
        seen[key] += 1
    return tuple(found)


def _walk(value: JsonValue, key: str, depth: int) -> Iterator[tuple[str, Scalar]]:
    if depth > _MOST_DEEP:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(part, "" if name in _WRAPPERS else str(name), depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part, key, depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield key, value


def _read_text(key: str, text: str) -> list[tuple[str, Scalar]]:
    """The text itself where it is short and on one line, else what it holds."""
    if "\n" not in text and len(text) <= _LONGEST and "': " not in text and '": ' not in text:
        return [(key, text)]
    if len(text) > _MOST_CHARS:
        return []
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        inner = None
    if isinstance(inner, dict | list):
        return list(_walk(inner, "", 0))
    pairs = [(name, one or other) for name, one, other in _QUOTED_PAIR.findall(text)]
    pairs = pairs or [(name, value.strip()) for name, value in _LINE_PAIR.findall(text)]
    if pairs:
        return [(name, value) for name, value in pairs if value]
    lines = (line.strip() for line in text.splitlines())
    return [("", line) for line in lines if line and len(line) <= _LONGEST]
