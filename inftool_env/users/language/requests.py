"""Whole requests: a wish in a persona's way of asking, with every value told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.users.language.data import put, read
from inftool_env.users.language.parameters import Kind, parameters_of
from inftool_env.users.language.pieces import Piece, pieces
from inftool_env.users.language.values import say
from inftool_env.users.language.voice import Voice
from inftool_env.users.language.wishes import Wish, fill
from inftool_env.users.persona import Persona
from inftool_env.users.phrasing import Told, finish

_OPENERS: Mapping[str, Mapping[str, list[str]]] = read("openers")
_QUESTIONS: Mapping[str, list[str]] = read("questions")
_TELLING: Mapping[str, Mapping[str, list[str]]] = read("telling")
_ASKING = frozenset(
    [
        "get",
        "fetch",
        "show",
        "list",
        "find",
        "search",
        "look",
        "see",
        "check",
        "read",
        "view",
        "tell",
        "retrieve",
        "give",
        "calculate",
        "compute",
        "estimate",
        "predict",
        "count",
        "report",
        "browse",
        "open",
        "know",
        "determine",
        "measure",
    ]
)
"""Verbs of wishes that can be a question."""
_OWN = (
    ("show me ", "see "),
    ("show ", "see "),
    ("give me ", "get "),
    ("tell ", "know "),
    ("report ", "see "),
)
"""What an assistant does, and what a user does then."""
_ASKED = 0.35
"""The share of wishes to know something that are questions about it."""
_CAN_YOU = 0.25
"""The share of other wishes that ask whether the assistant can."""
_APART = 0.22
"""The share of messages that tell their values in a sentence of their own."""
_IN_LINES = 4
_RAW = 0.5
"""The share of values in a row that an expert writes as in code."""
_QUESTION_WORD = re.compile(r"(?:what|how|who|which|when|where|whether|if)\b")
_HEAD_END = re.compile(r" (?:of|for|in|on|by|from|with|about|that|between|at|to|under|below|over|on)\b")
_NO_NOUN = frozenset(["up", "for", "through", "into", "at", "back", "out", "me", "over", "all", "every"])
_ASKS = re.compile(
    r"(?:^|[.!,] )(?:umm, |maybe |now )?(?:could|can|would|will|what|what's|do you|are|is|may|how|am|mind|who|which)\b",
    re.IGNORECASE,
)


def request(tool: ToolSpec, told: Sequence[Told], voice: Voice, *, may_date: bool = False) -> str:
    """A request for a call of the tool, in one or two sentences.

    Args:
        tool: What is to be called.
        told: The values to tell.
        voice: Who asks.
        may_date: Whether the message will say what day it is where the voice decides on one.
    """
    wish = fill(tool, told, voice, may_date=may_date)
    shorts, listed, endings = _sorted(wish.rest)
    named = [piece for piece in wish.rest if not piece.short]
    apart = ""
    if named and voice.happens(_APART):
        apart = f" {_told_apart(named, voice)}"
        rest = f" with {_listed(listed)}" if listed else ""
    else:
        rest = _told_inline(listed, named, voice)
    return close(ask(tool, wish.goal, shorts + rest + endings, voice)) + apart


def imperative(tool: ToolSpec, told: Sequence[Told], voice: Voice) -> str:
    """A request as a phrase to be built into a sentence: "reserve hotel 12 for 3 nights with room type double"."""
    return phrase_of(fill(tool, told, voice))


def values_of(tool: ToolSpec, told: Sequence[Told], voice: Voice) -> str:
    """The values after their names, for a wish that has been said: "city Rome and days 3"."""
    if not told:
        return "no details"
    known = parameters_of(tool)
    return _listed(
        [
            f"{known[name].label if known[name].kind is Kind.TRUTH else known[name].phrase} "
            f"{say(known[name], value, voice)}"
            for name, value in told
        ]
    )


def traits(tool: ToolSpec, told: Sequence[Told], voice: Voice) -> str:
    """The values as what tells things from others: " with status paid that are not shared"."""
    found = pieces(tool, told, voice)
    endings = [
        replace(piece, short=f"with {piece.short.removeprefix(', ')}")
        if piece.short.startswith(", ")
        else piece
        for piece in found
    ]
    return phrase_of(Wish(goal="", rest=tuple(endings)))


def phrase_of(wish: Wish) -> str:
    """A wish and all its values as one imperative phrase."""
    shorts, listed, endings = _sorted(wish.rest)
    listed += [f"{piece.phrase} {piece.value}" for piece in wish.rest if not piece.short]
    return wish.goal + shorts + (f" with {_listed(listed)}" if listed else "") + endings


def ask(tool: ToolSpec, goal: str, rest: str, voice: Voice) -> str:
    """The wish as the persona puts it, with its values behind it and no closing mark."""
    openers = _OPENERS[voice.persona]
    if tool.effect is Effect.READ and voice.persona is not Persona.TERSE and voice.happens(_ASKED):
        asked = _question(goal, rest, voice)
        if asked is not None:
            return asked
    way = openers["question"] if openers["question"] and voice.happens(_CAN_YOU) else openers["imperative"]
    return put(voice.choose(way), goal=goal + rest, want=wanted(goal) + rest)


def ask_for(errand: str, voice: Voice) -> str:
    """A request for something that no tool does."""
    openers = _OPENERS[voice.persona]
    way = openers["question"] if openers["question"] and voice.happens(_CAN_YOU) else openers["imperative"]
    return close(put(voice.choose(way), goal=errand, want=wanted(errand)))


def wanted(goal: str) -> str:
    """The wish as something that the user does: who is shown something sees it.

    >>> wanted("show me the way"), wanted("tell the time"), wanted("pay")
    ('see the way', 'know the time', 'pay')
    """
    for verb, own in _OWN:
        if goal.startswith(verb):
            return own + goal.removeprefix(verb)
    return goal


def in_a_row(named: Sequence[Piece]) -> str:
    """Values after their names: "city Rome, days 3 and units metric"."""
    return _listed([f"{piece.phrase} {piece.value}" for piece in named])


def close(text: str) -> str:
    """The sentence with its closing mark, a question mark where it asks."""
    if text.endswith((".", "!", "?")):
        return text
    last = re.split(r"(?<=[.!?]) ", text)[-1]
    return text + ("?" if _ASKS.match(last) else ".")


def _question(goal: str, rest: str, voice: Voice) -> str | None:
    """The wish as a question for what it shows; None where its words do not allow one."""
    verb, _, thing = goal.partition(" ")
    if verb == "look" and thing.startswith("up "):
        thing = thing.removeprefix("up ")
    first = thing.partition(" ")[0]
    if verb not in _ASKING or not thing or first in _NO_NOUN:
        return None
    if _QUESTION_WORD.match(thing):
        way = "clause"
    else:
        head = _HEAD_END.split(thing, maxsplit=1)[0]
        is_many = head.endswith("s") and not head.endswith(("ss", "us", "is"))
        is_definite = first in ("the", "its", "their")
        if " and " in head:
            way = "object"
        elif is_definite:
            way = "plural" if is_many else "singular"
        elif is_many and verb in ("list", "find", "search", "show", "get", "browse", "see", "read"):
            way = "any"
        elif verb in ("get", "show", "view", "see", "find", "open", "retrieve", "fetch", "read", "look"):
            way = "object"
        else:
            return None
    pattern = voice.choose(_QUESTIONS[way])
    return put(pattern, thing=thing + rest)


def _sorted(rest: Sequence[Piece]) -> tuple[str, list[str], str]:
    """What follows the wish at once, what stands in a row after "with", and what ends the sentence."""
    shorts = [piece.short for piece in rest if piece.short]
    listed = [short.removeprefix("with ") for short in shorts if short.startswith("with ")]
    endings = [short for short in shorts if short.startswith((",", "and "))]
    first = [short for short in shorts if not short.startswith((",", "and ", "with "))]
    return "".join(map(_joined, first)), listed, "".join(map(_joined, endings))


def _told_inline(listed: list[str], named: Sequence[Piece], voice: Voice) -> str:
    if not named:
        return f" with {_listed(listed)}" if listed else ""
    pattern = voice.choose(_TELLING["inline"][voice.persona])
    is_raw = voice.persona is Persona.EXPERT and voice.happens(_RAW)
    if is_raw:
        facts = ", ".join([*listed, _raw(named)])
    else:
        facts = _listed([*listed, *(f"{piece.phrase} {piece.value}" for piece in named)])
    return _joined(put(pattern, facts=facts))


def _told_apart(named: Sequence[Piece], voice: Voice) -> str:
    if len(named) >= _IN_LINES and voice.happens(0.5):
        return "Details:" + "".join(f"\n- {piece.phrase}: {piece.value}" for piece in named)
    pattern = voice.choose(_TELLING["apart"][voice.persona])
    stated = _listed([_statement(piece) for piece in named])
    colons = ", ".join(f"{piece.phrase}: {piece.value}" for piece in named)
    text = put(
        pattern,
        **{"is": stated, "colon": colons, "facts": in_a_row(named), "raw": _raw(named)},
    )
    return finish(text)


def _statement(piece: Piece) -> str:
    return f"{'' if piece.is_truth else 'the '}{piece.phrase} is {piece.value}"


def _raw(named: Sequence[Piece]) -> str:
    return ", ".join(f"{piece.name}={piece.exact}" for piece in named)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _joined(clause: str) -> str:
    """The clause behind something: punctuation follows at once, words after a space."""
    return clause if clause.startswith((".", ":", ",")) else f" {clause}"
