"""What a real world holds, learnt by calling the tools that only read."""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import ToolSpec, argument_validator
from inftool_env.envs.live.found import FoundValue, found_values
from inftool_env.envs.live.offer import Offer
from inftool_env.envs.live.recipe import Known
from inftool_env.scenarios.telling import is_sayable
from inftool_env.world.backend import Backend
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.values import draw_value
from inftool_env.world.vocabulary import name_words, singular

ROUNDS = 3
"""Each begins with what the rounds before have found."""
TRIALS = 10
"""Calls of one tool."""
_MOST_CALLS = 200
_PAGING = re.compile(r"(?i)cursor|page|offset|skip|limit$")
_REFUSAL = re.compile(r"(?i)^\W*(?:\w+ )?(?:error|exception|failed|failure|invalid)\b")
"""How servers write errors that they do not mark as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A call that this world answers."""

    tool: str
    arguments: JsonObject
    result: ToolResult | None
    """None for a call that may write, which nobody has tried."""
    found: tuple[FoundValue, ...] = ()
    """What its result holds; empty where the result is another every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What trying has shown of one world."""

    probes: tuple[Probe, ...]
    refused: dict[str, str] = field(default_factory=dict)
    """For every tool that answered no trial what it said to the last one."""

    def of(self, tool: str) -> tuple[Probe, ...]:
        """The calls of one tool that work."""
        return tuple(probe for probe in self.probes if probe.tool == tool)


def is_refusal(result: ToolResult) -> bool:
    """Whether the server says no: by the protocol, or in so many words."""
    return result.is_error or _REFUSAL.match(result.content) is not None


def survey(
    offer: Offer,
    backend: Backend,
    known: Known,
    rng: random.Random,
    split: Split,
    unsteady: frozenset[str] = frozenset(),
) -> Survey:
    """Call every reading tool with what is known, what schemas name, and what earlier results hold.

    Nothing that may write is called; for such tools there are only arguments that look right. Equal arguments, worlds that answer equally and an equal state of
    ``rng`` give equal surveys.

    Args:
        offer: The tools.
        backend: A fresh world.
        known: What the recipe knows of it.
        rng: Chooses among values.
        split: The side of the wall for values that are made up.
        unsteady: Tools whose results are not looked into, since they differ from time to time.

    Raises:
        BackendError: the server broke.
    """
    search = _Search(offer=offer, backend=backend, known=known, rng=rng, split=split, unsteady=unsteady)
    for number in range(ROUNDS):
        for tool in offer.toolset.tools:
            if tool.name in offer.readers:
                search.try_tool(tool, is_last=number == ROUNDS - 1)
    answered = {probe.tool for probe in search.probes}
    writing = [
        Probe(tool=tool.name, arguments=arguments, result=None)
        for tool in offer.toolset.tools
        if tool.name not in offer.readers
        for arguments in search.plans(tool)
    ]
    refused = {name: why for name, why in search.refused.items() if name not in answered}
    return Survey(probes=(*search.probes, *writing), refused=refused)


def unsteady_tools(seen: Survey, backend: Backend) -> frozenset[str]:
    """Names of the tools that answer the survey's calls otherwise in another, equal world.

    Raises:
        BackendError: the server broke.
    """
    found: set[str] = set()
    for probe in seen.probes:
        if probe.result is not None and probe.tool not in found:
            again = backend.call(ToolCall(name=probe.tool, arguments=probe.arguments))
            if (again.content, again.is_error) != (probe.result.content, probe.result.is_error):
                found.add(probe.tool)
    return frozenset(found)


@dataclass(slots=True, kw_only=True)
class _Search:
    offer: Offer
    backend: Backend
    known: Known
    rng: random.Random
    split: Split
    unsteady: frozenset[str]
    probes: list[Probe] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    tried: dict[str, set[str]] = field(default_factory=dict)

    def try_tool(self, tool: ToolSpec, *, is_last: bool) -> None:
        tried = self.tried.setdefault(tool.name, set())
        share = TRIALS if is_last else 1 + TRIALS // 2
        for arguments in self.guesses(tool, is_last=is_last):
            if len(tried) >= share or sum(map(len, self.tried.values())) >= _MOST_CALLS:
                return
            spelt = canonical(arguments)
            if spelt not in tried and argument_validator(tool).is_valid(arguments):
                tried.add(spelt)
                self.call(tool, arguments)

    def plans(self, tool: ToolSpec) -> list[JsonObject]:
        """Arguments for a tool that may write: those the recipe knows, else what looks right; none is tried."""
        known = [call.arguments for call in self.known.calls if call.name == tool.name]
        distinct: dict[str, JsonObject] = {}
        for arguments in known or self.guesses(tool, is_last=True):
            if argument_validator(tool).is_valid(arguments):
                distinct.setdefault(canonical(arguments), arguments)
        return list(distinct.values())[:TRIALS]

    def call(self, tool: ToolSpec, arguments: JsonObject) -> None:
        result = self.backend.call(ToolCall(name=tool.name, arguments=arguments))
        if is_refusal(result):
            self.refused[tool.name] = result.content
            return
        found = () if tool.name in self.unsteady else found_values(result)
        self.probes.append(Probe(tool=tool.name, arguments=arguments, result=result, found=found))

    def guesses(self, tool: ToolSpec, *, is_last: bool) -> Iterator[JsonObject]:
        """Arguments to try: those the recipe knows, then any that can be put together."""
        yield from (call.arguments for call in self.known.calls if call.name == tool.name)
        optional = [
            name
            for name, schema in tool.properties.items()
            if name not in tool.required and is_sayable(schema) and not _PAGING.search(name)
        ]
        for attempt in range(2 * TRIALS):
            extra = self.rng.sample(optional, min(len(optional), attempt % 3))
            arguments: JsonObject = {}
            for name in tool.properties:
                if name in tool.required or name in extra:
                    value = self.guess(tool, name, make_up=is_last or name in extra)
                    if value is None:
                        break
                    arguments[name] = value
            else:
                yield arguments

    def guess(self, tool: ToolSpec, name: str, *, make_up: bool) -> JsonValue | None:
        """A value for a parameter; None where nothing suits it yet."""
        schema = chosen_shape(tool.properties.get(name, {}), tool.parameters)
        kind = kind_of(schema)
        choices = list(self.choices(tool, name, schema))
        if kind == "array":
            items = chosen_shape(schema.get("items", {}), tool.parameters)
            several = (*choices, *self.choices(tool, name, items))
            singles = list(dict.fromkeys(one for one in several if isinstance(one, str | int | float)))
            count = max(1, int(schema.get("minItems") or 0), self.rng.choice((1, 1, 2)))
            if singles:
                return self.rng.sample(singles, min(count, len(singles)))
        elif choices:
            return self.rng.choice(choices)
        if make_up or "enum" in schema or "const" in schema or kind in ("boolean", "number", "integer"):
            drawn: JsonValue = draw_value(
                schema, name, self.rng, self.split, root=tool.parameters, sparse=True
            )
            return drawn
        return None

    def choices(self, tool: ToolSpec, name: str, schema: JsonObject) -> Iterable[JsonValue]:
        """Values that are likely to be right: known ones, or else the schema's, or else those of earlier results."""
        known = self.known.values.get(f"{tool.name}.{name}") or self.known.values.get(name)
        if known:
            return known
        if "enum" in schema:
            return tuple(schema["enum"])
        examples = schema.get("examples")
        named = examples if isinstance(examples, list) else []
        seen = [
            value.value
            for probe in self.probes
            for value in probe.found
            if is_same_name(name, value.key) or not value.key
        ]
        fitting = [value for value in seen if _suits(value, schema)]
        return tuple(dict.fromkeys([*named, *fitting]))


def is_same_name(parameter: str, key: str) -> bool:
    """Whether a value of that key may be meant by the parameter.

    >>> is_same_name("table_name", "name"), is_same_name("names", "name"), is_same_name("path", "name")
    (True, True, False)
    """
    one, other = _stem(parameter), _stem(key)
    if not one or not other:
        return False
    return one[-len(other) :] == other or other[-len(one) :] == one


def _stem(name: str) -> tuple[str, ...]:
    words = name_words(name)
    return (*words[:-1], singular(words[-1])) if words else ()


def _suits(value: JsonValue, schema: JsonObject) -> bool:
    kind = kind_of(schema)
    if kind == "string":
        return isinstance(value, str)
    if kind == "integer":
        return isinstance(value, int)
    return kind == "number" and isinstance(value, int | float)
