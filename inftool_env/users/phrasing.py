"""Tools and values in words, before anybody's manner of speaking comes in."""

import json
import re
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import ToolSpec

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SENTENCE_END = re.compile(r",?\s*\(?\b(?:i\.e|e\.g)\b|(?<=[a-z0-9)])[.;:](?:\s|$)|\n")
"""Where the first sentence of a description ends, or begins to explain itself."""
_SEPARATORS = re.compile(r"[_\-.\s/\[\]$:]+")
_WORDS = json.loads(resources.files("inftool_env.users").joinpath("verbs.json").read_text(encoding="utf-8"))
_VERBS: frozenset[str] = frozenset(_WORDS["verbs"])
"""What an operation's description or name may begin with."""
SYNONYMS: dict[str, list[str]] = _WORDS["synonyms"]
"""Other verbs for the same wish."""


def humanise(name: str) -> str:
    """An identifier in lower-case words.

    >>> humanise("startDate"), humanise("pet_id"), humanise("HTTPCode")
    ('start date', 'pet id', 'http code')
    """
    return " ".join(_SEPARATORS.sub(" ", _CAMEL.sub(" ", name)).lower().split())


def goal_phrase(tool: ToolSpec) -> str:
    """What calling the tool achieves, as an imperative phrase without a full stop.

    Taken from the description when that begins with a verb, else from the name.
    """
    sentence = _SENTENCE_END.split(tool.description.strip(), maxsplit=1)[0].strip(" .")
    words = sentence.split()
    from_name = humanise(tool.name)
    if words and len(words) <= 14:
        first = words[0].lower()
        verb = first if from_name.split()[:1] == [first] else _imperative(first)
        if verb is not None:
            return " ".join(["get" if verb == "return" else verb, *words[1:]])
    return from_name if _imperative(from_name.partition(" ")[0]) else f"use {from_name}"


def name_phrase(tool: ToolSpec) -> str | None:
    """The tool's name as an imperative phrase; None where it does not begin with a verb that something follows."""
    from_name = humanise(tool.name)
    return from_name if " " in from_name and _imperative(from_name.partition(" ")[0]) else None


def _imperative(word: str) -> str | None:
    """The bare verb, for ``get``, ``gets`` or ``fetches``; None for anything else."""
    for bare in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if bare in _VERBS:
            return bare
    return None


def spell(value: JsonValue) -> str:
    """A value as a person would write it.

    >>> spell("Rome"), spell(3), spell(True), spell(["a", "b", "c"])
    ('Rome', '3', 'true', 'a, b and c')
    >>> spell({"petId": 3, "tags": [{"name": "old"}, {"name": "shy"}]})
    '(pet id 3, tags (name old) and (name shy))'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value:
        return f"({', '.join(f'{humanise(key) or key} {spell(part)}' for key, part in value.items())})"
    if isinstance(value, list) and value and all(_is_plain(item) for item in value):
        spelt = [spell(item) for item in value]
        return spelt[0] if len(spelt) == 1 else ", ".join(spelt[:-1]) + " and " + spelt[-1]
    return json.dumps(value, ensure_ascii=False)


def _is_plain(item: JsonValue) -> bool:
    return isinstance(item, str | int | float) or (isinstance(item, dict) and bool(item))


class Told(NamedTuple):
    """A value that the user says."""

    name: str
    """Of the parameter that it is for."""
    value: JsonValue


def enumerate_facts(facts: Sequence[tuple[str, JsonValue]], pattern: str = "{phrase} {value}") -> str:
    """Values after their names, in a row, each in its own spelling.

    >>> enumerate_facts([("city", "Rome"), ("days", 3), ("unitSystem", "metric")])
    'city Rome, days 3 and unit system metric'
    """
    parts = [pattern.format(phrase=humanise(name) or name, value=spell(value)) for name, value in facts]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def capitalise(text: str) -> str:
    """The text with its first letter in upper case; the rest is left alone."""
    return text[:1].upper() + text[1:]


def finish(text: str) -> str:
    """The text with a closing mark: a full stop, unless it has one."""
    return text if text.endswith((".", "!", "?")) else text + "."
