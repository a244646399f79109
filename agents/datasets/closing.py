"""What the assistant says when it has come to an end: what was done, what was found, and what went wrong on the way."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from agents.datasets.findings import (
    LEVELS,
    clauses,
    join,
    new_key,
    page_of,
    spell_fact,
    tell_page,
)
from agents.datasets.past import participle
from inftool_env.core.fault import Fault, FaultKind
from inftool_env.core.message import Message, Role, ToolCall
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import ToolSpec
from inftool_env.envs.observe import Observation
from inftool_env.grading.matching import fulfils
from inftool_env.users.phrasing import capitalise, goal_phrase, humanise
from inftool_env.users.scripted import asks
from inftool_env.world.vocabulary import PROPERTIES, VERBS, plain

MOST_SAID = 600
"""Characters of a closing message."""

_LOOKING = (
    VERBS["get"]
    | VERBS["list"]
    | VERBS["compute"]
    | {"look", "see", "count", "display", "rank", "summarize", "tell"}
)
"""Verbs after which the answer matters, and not the deed."""
_MAKING = VERBS["create"] | {"open", "start", "reserve", "order", "buy", "play"}
"""Verbs whose object was not there before."""
_ARTICLE = re.compile(r"^((?:off|up|out|on|down|back|in|over|away) )?an? ")
"""Of the first thing that a verb is about, the verb's particle before it."""
_OTHER_VERB = re.compile(r"^(or|and) ([a-z]+) ")
"""A second verb beside the first one: ``arm or pause a scene``."""
_PREPOSITIONS = ("from ", "to ", "in ", "at ", "on ", "for ", "by ")
_FACTS = (1, 2, 3)
"""How many arguments of a call are told, by level."""
_MOST_ALIKE = 5
"""Calls of one tool that are told one by one."""
_STARTS = ("", "", "", "Done: ", "All done: ", "As you asked, ")
_HAS_EFFECT = (FaultKind.RENAMED_FIELD, FaultKind.TRUNCATED_PAGE, FaultKind.STALE_READ)
"""Faults whose calls were answered, if not well."""
_MOST_NOTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A call that the user wished for, with the best answer that it got."""

    function: JsonObject
    """Name and description of the tool."""
    arguments: JsonObject
    data: JsonValue = None
    is_answered: bool = False
    """Whether there is an answer; it is missing where a call took effect and its answer was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a tool is spoken of."""

    goal: str
    """What it is for, as an imperative."""
    verb: str
    """In the imperative; empty where the document gives none."""
    is_look: bool
    """Whether the answer matters, and not the deed."""
    thing: str
    """What the verb is done to, with its article."""
    noun: str
    """What a list of its results holds, in the plural."""


def closing(scenario: Scenario, observation: Observation, rng: random.Random) -> str:
    """A report of all calls since the assistant last came to an end, true to the answers that they got.

    It is at most ``MOST_SAID`` long, holds no question, and tells what the scenario's checks want to be told as far as
    an answer tells it.

    Args:
        scenario: Says which calls were wished for, and which faults were in the way.
        observation: The conversation so far.
        rng: Chooses the words.

    Returns:
        Empty where nothing was called, or where no report is short and plain enough.
    """
    deeds, faults = _deeds(scenario, observation)
    if not deeds:
        return ""
    state = rng.getstate()
    for level in LEVELS:
        rng.setstate(state)
        report = " ".join((*_sentences(deeds, level, rng), *_notes(faults, deeds, rng)))
        if len(report) <= MOST_SAID and not asks(report):
            return report
    return ""


def _deeds(scenario: Scenario, observation: Observation) -> tuple[list[Deed], list[Fault]]:
    """What was done since the last end, and the faults that were met meanwhile."""
    wished = [check.call for check in scenario.checks if check.call is not None]
    plan = {(fault.tool, fault.ordinal): fault for fault in scenario.faults}
    functions = {tool["function"]["name"]: tool["function"] for tool in observation["tools"]}
    ordinals: Counter[str] = Counter()
    found: dict[str, Deed] = {}
    faults: list[Fault] = []
    answers = _answers(observation["messages"])
    for message in observation["messages"]:
        if message["role"] == Role.ASSISTANT and "tool_calls" not in message and not asks(message["content"]):
            found, faults = {}, []
        for call in message.get("tool_calls", ()):
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            fault = plan.get((name, ordinals[name]))
            ordinals[name] += 1
            faults += [fault] if fault is not None else []
            key = _key(name, arguments)
            made = ToolCall(name=name, arguments=arguments)
            if name not in functions or not any(fulfils(made, wish) for wish in wished):
                continue
            is_answered = fault is None or fault.kind in _HAS_EFFECT
            data = _read(answers.get(call["id"], "")) if is_answered else None
            found.pop(key, None)  # what is made again is told where it succeeded
            found[key] = Deed(
                function=functions[name], arguments=arguments, data=data, is_answered=is_answered
            )
    return list(found.values()), faults


def _answers(messages: Sequence[Message]) -> Mapping[str, str]:
    """What the tools answered, by the id of the call."""
    return {message["tool_call_id"]: message["content"] for message in messages if "tool_call_id" in message}


def _key(name: str, arguments: JsonObject) -> str:
    return f"{name} {canonical(arguments)}"


def _read(content: str) -> JsonValue:
    """An answer's data; a text that is no JSON stands for itself."""
    try:
        data: JsonValue = json.loads(content)
    except (ValueError, RecursionError):
        return content
    return data


def _sentences(deeds: Sequence[Deed], level: int, rng: random.Random) -> Iterator[str]:
    """One sentence for every tool's changes, and one for every look."""
    for at, (_, group) in enumerate(groupby(deeds, key=lambda deed: deed.function["name"])):
        alike = list(group)
        words = words_of(alike[0].function)
        if words.is_look or (not words.verb and page_of(alike[0].data) is not None):
            told = [_found(deed, words, level, rng, is_alone=len(deeds) == 1) for deed in alike[:_MOST_ALIKE]]
        else:
            told = [_done(alike, words, level, rng, start=rng.choice(_STARTS) if at == 0 else "")]
        for clause in told:
            yield f"{capitalise(clause)}."
        if len(told) > 1 and len(alike) > len(told):
            yield f"There are {len(alike) - len(told)} more answers of this kind."


def _found(deed: Deed, words: Words, level: int, rng: random.Random, *, is_alone: bool) -> str:
    """What a look has shown, as a clause."""
    facts = _facts(deed.arguments, level)
    page = page_of(deed.data)
    if page is not None:
        noun = humanise(page.name) or words.noun
        said = tell_page(page, list(deed.arguments.values()), noun, level, rng)
    else:
        known = list(deed.arguments.values())
        about = f"{humanise(deed.function['name'])} {words.thing}"
        parts = clauses(deed.data, known, about, level, rng) if deed.is_answered else []
        said = join(parts) if parts else _deed(words, [])
        if parts and is_alone and rng.random() < 0.3:
            return f"{rng.choice(('here is what I found', 'I looked it up'))}: {said}"
    if facts and (not is_alone or rng.random() < 0.5):
        return f"{'' if facts[0].startswith(_PREPOSITIONS) else 'for '}{join(facts)}, {said}"
    return said


def _done(alike: Sequence[Deed], words: Words, level: int, rng: random.Random, start: str) -> str:
    """What calls of one tool have changed, as a clause."""
    if len(alike) == 1:
        (deed,) = alike
        facts = _facts(deed.arguments, level)
        flag = _denied(deed, words)
        if flag:
            return f"{_deed(words, facts)}, but the answer says that it is not {flag}"
        extra = _extra(deed, words, level, rng)
        return f"{start}{_deed(words, facts)}{'; ' if extra else ''}{join(extra)}"
    each = [_done_each(deed, words, min(level, 1)) for deed in alike[:_MOST_ALIKE]]
    more = f"; and {len(alike) - len(each)} more" if len(alike) > len(each) else ""
    return f"{start}{_deed(words, [])} {len(alike)} times: {'; '.join(each)}{more}"


def _done_each(deed: Deed, words: Words, level: int) -> str:
    """One of several changes of one tool: what it was called with, and what is new or wrong about it."""
    facts = join(_facts(deed.arguments, level)) or "the usual values"
    if flag := _denied(deed, words):
        return f"{facts} (the answer says that it is not {flag})"
    key = new_key(deed.data, list(deed.arguments.values())) if words.verb in _MAKING else ""
    return f"{facts} (new {key})" if key else facts


def _denied(deed: Deed, words: Words) -> str:
    """What the answer says has not come about, as ``deleted``; empty where it says nothing of the kind."""
    fields = deed.data if isinstance(deed.data, dict) else {}
    done = {participle(words.verb), *PROPERTIES["receipt"]} if words.verb else PROPERTIES["receipt"]
    return next(
        (humanise(name) for name, value in fields.items() if value is False and plain(name) in done), ""
    )


def _extra(deed: Deed, words: Words, level: int, rng: random.Random) -> list[str]:
    """What the answer to a change says beyond the call: the key of what is new, and at a high level more."""
    if not isinstance(deed.data, dict) or page_of(deed.data) is not None:
        return []
    known = list(deed.arguments.values())
    key = new_key(deed.data, known) if words.verb in _MAKING else ""
    named = [f"the new one has {key}"] if key else []
    if level < LEVELS[0] or rng.random() < 0.4:
        return named
    # That it has come about has been said already, and so has the key.
    done = plain(participle(words.verb)) if words.verb else ""
    rest = {
        name: value
        for name, value in deed.data.items()
        if plain(name) != done and not (key and spell_fact(name, value) == key)
    }
    return [*named, *clauses(rest, known, words.thing, 1, rng)[: 2 - len(named)]]


def _deed(words: Words, facts: Sequence[str]) -> str:
    """What was done, in the first person."""
    done = f"I have {participle(words.verb)} {words.thing}" if words.verb else f"I have used '{words.thing}'"
    return f"{done.rstrip()} ({', '.join(facts)})" if facts else done.rstrip()


def _facts(arguments: JsonObject, level: int) -> list[str]:
    """The first arguments of a call that can be told: ``booking id boo_9071``."""
    told = [said for name, value in arguments.items() if (said := spell_fact(name, value))]
    return told[: _FACTS[level]]


@lru_cache(maxsize=8192)
def _words(name: str, description: str) -> Words:
    goal = goal_phrase(ToolSpec(name=name, description=description, parameters={"type": "object"}))
    verb, _, thing = goal.partition(" ")
    if verb == "use":
        verb, thing = "", thing or humanise(name)
    is_look = not {verb, humanise(name).partition(" ")[0]}.isdisjoint(_LOOKING)
    if verb not in _MAKING:
        thing = _ARTICLE.sub(r"\1the ", thing)
    thing = _OTHER_VERB.sub(lambda match: f"{match[1]} {participle(match[2])} ", thing)
    return Words(goal=goal, verb=verb.lower(), is_look=is_look, thing=thing, noun=_noun(name))


def words_of(function: JsonObject) -> Words:
    """How a tool is spoken of, from its name and description."""
    return _words(function["name"], function.get("description") or "")


def _noun(name: str) -> str:
    """What a tool of that name lists: ``list_flight_bookings`` lists flight bookings."""
    words = humanise(name).split()
    ends = [
        at
        for at, word in enumerate(words)
        if word in ("by", "for", "of", "in", "from", "with", "on", "at", "to")
    ]
    inner = words[1 : ends[0]] if ends and ends[0] > 1 else words[1:]
    return " ".join(inner) if inner and inner[-1].endswith("s") else "results"


def _notes(faults: Sequence[Fault], deeds: Sequence[Deed], rng: random.Random) -> list[str]:
    """What went wrong on the way, in sentences; what makes no difference to the user may be passed over."""
    notes: dict[str, bool] = {}
    for fault in faults:
        note, is_due = _note(fault, deeds)
        if note:
            notes[note] = notes.get(note, False) or is_due
    said = [note for note, is_due in notes.items() if is_due or rng.random() < 0.5]
    return said[:_MOST_NOTES]


def _note(fault: Fault, deeds: Sequence[Deed]) -> tuple[str, bool]:
    """What a fault made necessary, and whether the user must hear of it."""
    match fault.kind:
        case FaultKind.TIMEOUT if fault.took_effect:
            return "The server did not answer in time, so I looked afterwards, and it had worked.", True
        case FaultKind.TIMEOUT:
            return "The first try got no answer in time, so I made sure and tried again.", False
        case FaultKind.RATE_LIMIT:
            return "The server was busy at first, so I tried again.", False
        case FaultKind.SERVER_ERROR:
            return "The server failed at first, so I tried again.", False
        case FaultKind.PARTIAL_BATCH if fault.field:
            batches = (
                deed.arguments.get(fault.field) for deed in deeds if deed.function["name"] == fault.tool
            )
            sizes = [len(batch) for batch in batches if isinstance(batch, list)]
            told = f"Only {fault.kept} of {sizes[0]}" if sizes else "Only a part"
            return f"{told} went through at first, so I sent the rest again.", True
        case FaultKind.PARTIAL_BATCH:
            return "Not all of it went through at first, so I repeated what was left.", True
        case FaultKind.STALE_READ:
            return "The first answer was out of date, so I looked again.", False
        case FaultKind.TRUNCATED_PAGE:
            return "The first answer was cut short, so I asked again.", False
        case FaultKind.RENAMED_FIELD:
            return "", False
