"""Where the values of calls come from: what nobody has said and no tool has returned was invented.

A value counts as known when it is one of these, in this order: a truth value or nothing at all; a choice, a constant
or a default of the tool's schema (an example is none); a fact that the scenario's user has told; or something that a
user's message or a tool's answer of an earlier turn says, in whatever spelling: other case and punctuation, numbers
in words, dates and times in other formats, units converted. Of a longer text, names and numbers must be known, and
the words may be the assistant's own. What the assistant says itself is no source. Which
page of a list to read is for the assistant to say.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from inftool_env.core.message import Message, Role, ToolCall
from inftool_env.core.same import Same
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.grading.reading import (
    Day,
    clocks_in,
    days_in,
    has_relative_day,
    numbers_in,
    plain,
    tokens_of,
)
from inftool_env.grading.record import EpisodeRecord
from inftool_env.world.vocabulary import PARAMETERS
from inftool_env.world.vocabulary import plain as plain_name

_LONG_TEXT = 4
"""From as many words on, a value counts as a text of the assistant's own."""
_SQUEEZED = 5
"""From as many characters on, a value with digits may be known without its spaces and dashes (a phone number)."""
_LITTLE_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][^\W_]*")
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?", re.IGNORECASE)
_UNITS: tuple[tuple[str, tuple[float, ...]], ...] = (
    (" week", (7,)),
    (" day", (24,)),
    (" hour", (60, 3600)),
    (" minute", (60,)),
    (" second", (1000,)),
    (" km ", (1000,)),
    (" kg ", (1000,)),
    (" kilo", (1000,)),
    (" dollar", (100,)),
    (" euro", (100,)),
    (" pound", (100,)),
)
"""Words that allow a number to be told in a smaller unit, and how many of those make one."""
_MONEY = frozenset("$€£")
_LARGEST = 1e300
_MOST_VALUES = 10_000
"""Values of one answer that are looked at; a longer answer is read as plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invention:
    """A value in a call that comes from nowhere."""

    at: int
    """Index of the call."""
    parameter: str
    """The parameter that holds it, at whatever depth."""
    value: JsonValue


def invented_values(scenario: Scenario, toolset: Toolset, episode: EpisodeRecord) -> tuple[Invention, ...]:
    """Every value that nobody had said when it was used, in the order of the calls.

    Args:
        scenario: Its facts count as said in whatever words its opening puts them.
        toolset: Calls of unknown tools are left out.
        episode: Without messages nothing can be said: no value counts as invented.
    """
    known = _Known(scenario, episode.asked_at, episode.asked)
    found: list[Invention] = []
    at = 0
    for message in episode.messages:
        if message["role"] != Role.ASSISTANT:
            known.hear(message)
            continue
        first = at
        at += len(message.get("tool_calls", ()))
        for index in range(first, min(at, len(episode.calls))):
            known.learn_facts(index)
            call = episode.calls[index]
            tool = toolset.get(call.name)
            if tool is not None:
                found += _inventions(call, tool, known, index)
    return tuple(found)


def _inventions(call: ToolCall, tool: ToolSpec, known: "_Known", at: int) -> Iterator[Invention]:
    declared = _declared_values(Same(tool))
    for name, argument in call.arguments.items():
        for value in _leaves(argument):
            if _key(value) not in declared and not known.holds(value) and not _is_page(tool, name):
                yield Invention(at=at, parameter=name, value=value)


def _is_page(tool: ToolSpec, parameter: str) -> bool:
    """Whether the parameter says which part of a list to read: that is for the assistant to choose."""
    words = plain_name(parameter)
    return tool.effect is Effect.READ and any(
        words in PARAMETERS[kind] for kind in ("page_number", "page_start")
    )


class _Known:
    """What has been said so far; texts are read when a value is looked for that no fact holds."""

    def __init__(self, scenario: Scenario, asked_at: Mapping[str, int], asked: frozenset[str]) -> None:
        self._facts: set[JsonValue] = set()
        self._waiting = [
            (asked_at.get(fact.name, 0), fact)
            for fact in scenario.facts
            if not fact.told and fact.name in asked
        ] + [
            (asked_at.get(name, 0), fact)
            for follow_up in scenario.follow_ups
            for fact in follow_up.facts
            if (name := follow_up.name if fact.told else fact.name) in asked
        ]
        for fact in scenario.facts:
            if fact.told:
                self._facts.update(_keys(fact.value))
        self._unread: list[Message] = []
        self._text = " "
        self._tokens: set[str] = set()
        self._numbers: set[float] = set()
        self._days: list[Day] = []
        self._clocks: set[tuple[int, int]] = set()
        self._factors: set[float] = set()
        self._is_relative = False

    def hear(self, message: Message) -> None:
        self._unread.append(message)

    def learn_facts(self, calls: int) -> None:
        """Learn the facts that had been asked for before so many calls were made."""
        for waiting in list(self._waiting):
            asked_at, fact = waiting
            if asked_at <= calls:
                self._waiting.remove(waiting)
                self._facts.update(_keys(fact.value))

    def holds(self, value: JsonValue) -> bool:
        """Whether a single value is known."""
        if isinstance(value, bool) or value is None:
            return True
        key = _key(value)
        if key == "" or key in self._facts or self._is_in_answer(value):
            return True
        self._read()
        return self._holds_text(value) if isinstance(value, str) else self._holds_number(value)

    def _is_in_answer(self, value: JsonValue) -> bool:
        """Whether an unread answer of a tool holds the value just so: most often one does, and need not be read."""
        spelt = json.dumps(value, ensure_ascii=False)
        ends = ("",) if isinstance(value, str) else (",", "}")
        return any(
            f": {spelt}{end}" in message["content"]
            for message in self._unread
            if message["role"] == Role.TOOL
            for end in ends
        )

    def _holds_text(self, text: str) -> bool:
        if plain(text) in self._text:
            return True
        moment = _MOMENT.fullmatch(text.strip())
        if moment is not None:
            return self._holds_moment(moment)
        clock = _CLOCK.fullmatch(text.strip())
        if clock is not None:
            return (int(clock[1]), int(clock[2])) in self._clocks
        number = _to_number(text)
        if number is not None and self._holds_number(number):
            return True
        squeezed = "".join(tokens_of(text))
        if (
            len(squeezed) >= _SQUEEZED
            and any(map(str.isdecimal, squeezed))
            and squeezed in self._text.replace(" ", "")
        ):
            return True
        telling = _telling_tokens(text)
        return (telling == [squeezed] and self._holds_code(squeezed)) or all(map(self._holds_token, telling))

    def _holds_token(self, token: str) -> bool:
        return token in self._tokens or (token.isdecimal() and float(token) in self._numbers)

    def _holds_code(self, token: str) -> bool:
        """Whether a short code may stand for a known word, as ``fr`` for French."""
        return 2 <= len(token) <= 3 and any(known.startswith(token) for known in self._tokens)

    def _holds_number(self, number: float) -> bool:
        if number in self._numbers or -number in self._numbers or str(number) in self._tokens:
            return True
        return abs(number) < _LARGEST and any(number / factor in self._numbers for factor in self._factors)

    def _holds_moment(self, moment: re.Match[str]) -> bool:
        try:
            day = date(int(moment[1]), int(moment[2]), int(moment[3]))
        except ValueError:
            return False
        if not self._is_relative and not any(known.is_same(day) for known in self._days):
            return False
        clock = None if moment[4] is None else (int(moment[4]), int(moment[5]))
        return clock in (None, (0, 0), (23, 59)) or clock in self._clocks or self._is_relative

    def _read(self) -> None:
        for message in self._unread:
            text = message["content"]
            if message["role"] == Role.TOOL:
                text = _spell_answer(text)
            said = plain(text)
            self._text += said
            self._tokens.update(said.split())
            self._numbers |= numbers_in(text)
            self._days += days_in(text)
            self._clocks |= clocks_in(text)
            if message["role"] != Role.TOOL:
                self._is_relative = self._is_relative or has_relative_day(text)
                self._factors.update(factor for word, factors in _UNITS if word in said for factor in factors)
                if not _MONEY.isdisjoint(text):
                    self._factors.add(100)
        self._unread = []


def _telling_tokens(text: str) -> list[str]:
    """The words of a value that must be known: all of a short one, the names and numbers of a long one."""
    tokens = tokens_of(text)
    if len(text.split()) < _LONG_TEXT:
        return [token for token in tokens if token not in _LITTLE_WORDS]
    names = [token for name in _NAME.findall(text) for token in tokens_of(name)]
    return [*names, *(token for token in tokens if token.isdecimal())]


def _spell_answer(content: str) -> str:
    """A tool's answer as words: the names and values of its JSON, or the text as it stands."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return content
    spelt: list[str] = []
    for value in _leaves(data, names=True):
        if len(spelt) == _MOST_VALUES:
            return content
        spelt.append(value if isinstance(value, str) else json.dumps(value))
    return " ; ".join(spelt)


def _leaves(value: JsonValue, *, names: bool = False) -> Iterator[JsonValue]:
    """The single values in a value, and the names of its members where asked for."""
    if not isinstance(value, dict | list):
        yield value
        return
    waiting: list[JsonValue] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if names:
                yield from part
            waiting.extend(reversed(part.values()))
        elif isinstance(part, list):
            waiting.extend(reversed(part))
        else:
            yield part


def _keys(value: JsonValue) -> set[JsonValue]:
    return {_key(leaf) for leaf in _leaves(value) if not isinstance(leaf, bool)}


def _key(value: JsonValue) -> JsonValue:
    """What single values are looked up by: texts without the space around them, and one kind of number."""
    return value.strip().casefold() if isinstance(value, str) else value


def _to_number(text: str) -> float | None:
    """The number that a text of digits is; None for other texts, ``nan`` and ``inf`` among them."""
    try:
        return float(text) if any(map(str.isdecimal, text)) else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _declared_values(same: Same[ToolSpec]) -> frozenset[JsonValue]:
    """Choices, constants and defaults anywhere in the tool's parameters."""
    found: set[JsonValue] = set()
    waiting: list[JsonValue] = [same.held.parameters]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found.update(_declared_by(part))
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return frozenset(found)


def _declared_by(schema: JsonObject) -> Iterator[JsonValue]:
    for keyword in ("enum", "const", "default"):
        if keyword in schema:
            yield from _keys(schema[keyword])
