"""How each value is told: in a few words of its own where they leave no doubt, else under its parameter's name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.users.language.data import WORDS
from inftool_env.users.language.dates import is_relative
from inftool_env.users.language.parameters import Kind, Parameter, parameters_of, plain_parameter
from inftool_env.users.language.values import is_free, may_be_dollars, quote, say
from inftool_env.users.language.voice import Voice
from inftool_env.users.phrasing import Told, spell

_UNITS: Mapping[str, str] = WORDS["units"]
_FOR = frozenset(WORDS["for_whom"])
_BY = frozenset(WORDS["by_whom"])
_SPANS = frozenset(WORDS["spans"])
_OPPOSITES: Mapping[str, str] = WORDS["opposites"]
_GRADED = frozenset(WORDS["graded"])
_PAIRS: list[list[str]] = WORDS["pairs"]
_PAIRED = frozenset([Kind.CHOICE, Kind.PLACE, Kind.DAY, Kind.MOMENT, Kind.OTHER])
_STARTS = frozenset(["from", "since", "after", "start"])
_MOST_CHOICE = 2
"""Words of a choice that stands before its noun."""
ENDINGS = frozenset(["on", "at", "by", "with", "to", "from", "in", "for"])
"""Words that a name ends with where a value completes it, as ``expires on``."""
_QUALITIES = frozenset(WORDS["qualities"])
_QUALITYENDINGS = ("ed", "able", "ible", "ful", "ive")
_TRUTHS = 0.92
"""The share of truth values that are told in a sentence's own words, where there are such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A value in words."""

    short: str = ""
    """Words that follow the wish by themselves, as ``for 3 nights``; empty where it is told by name."""
    phrase: str = ""
    value: str = ""
    name: str = ""
    exact: str = ""
    """The value as in code."""
    is_truth: bool = False


def pieces(
    tool: ToolSpec,
    told: Sequence[Told],
    voice: Voice,
    *,
    by_name: Collection[str] = (),
    changed: str | None = None,
    may_date: bool = False,
) -> list[Piece]:
    """Every told value in words, those that belong together as one piece.

    Args:
        tool: Whose parameters they are for.
        told: The values.
        voice: Draws the wording.
        by_name: Parameters to be named, since the words around speak of such a thing already.
        changed: The parameter that says to what something is changed.
        may_date: Whether the voice may decide on a day that the message says it is.
    """
    known = parameters_of(tool)
    rest = list(told)
    found: list[Piece] = []
    if len(rest) > 1 and voice.happens(voice.fluency + 0.2):
        pair = pair_in(tool, rest)
        if pair is not None:
            rest = [each for each in rest if each not in pair]
            found.append(Piece(short=spell_pair(pair, known, voice, "from", may_date=may_date)))
    for each in rest:
        parameter = known.get(each.name) or plain_parameter(each.name)
        if (
            each.name == changed
            and isinstance(each.value, str | int | float)
            and voice.happens(voice.fluency + 0.2)
        ):
            found.append(Piece(short=f"to {say(parameter, each.value, voice, may_date=may_date)}"))
            continue
        is_free = each.name not in by_name
        found.append(_piece(tool, parameter, each.value, voice, is_free=is_free, may_date=may_date))
    return found


def pair_in(tool: ToolSpec, told: Sequence[Told]) -> tuple[Told, Told] | None:
    """Two values that are the ends of one thing, where the tool takes no others of that sort."""
    ends = _ends_of(Same(tool))
    if ends is None:
        return None
    found = {each.name: each for each in told if each.name in ends}
    return (found[ends[0]], found[ends[1]]) if len(found) == 2 else None


@lru_cache(maxsize=8192)
def _ends_of(same: Same[ToolSpec]) -> tuple[str, str] | None:
    """The parameters that are the ends of one thing; None where there are none, or their order is in doubt."""
    known = parameters_of(same.held)
    for start, end in _PAIRS:
        firsts = [each for each in known.values() if each.phrase.startswith(start)]
        lasts = [each for each in known.values() if each.phrase.startswith(end)]
        if len(firsts) != 1 or len(lasts) != 1:
            continue
        one, two = firsts[0], lasts[0]
        alike = [each for each in known.values() if each.kind is one.kind]
        is_same = one.phrase.removeprefix(start) == two.phrase.removeprefix(end)
        if one.kind is two.kind and is_same and len(alike) == 2 and one.kind in _PAIRED:
            return one.name, two.name
    return None


def spell_pair(
    pair: tuple[Told, Told], known: Mapping[str, Parameter], voice: Voice, lead: str, *, may_date: bool
) -> str:
    """Two ends in words: "from A to B", or "between A and B"."""
    one, two = (say(known[each.name], each.value, voice, may_date=may_date) for each in pair)
    if any(words.endswith((" from today", " ago")) for words in (one, two)):  # "from 3 days from today"
        one, two = (spell(each.value) for each in pair)
    return f"{lead} {one} {'to' if lead == 'from' else 'and'} {two}"


def _piece(
    tool: ToolSpec, parameter: Parameter, value: JsonValue, voice: Voice, *, is_free: bool, may_date: bool
) -> Piece:
    is_truth = parameter.kind is Kind.TRUTH and isinstance(value, bool)
    short = ""
    if is_truth:
        short = _truth(parameter, tool, voice, holds=bool(value)) if voice.happens(_TRUTHS) else ""
    elif is_free and (parameter.kind is Kind.COUNT or voice.happens(voice.fluency)):
        short = _short(tool, parameter, value, voice, may_date=may_date)
    if short:
        return Piece(short=short)
    said = say(parameter, value, voice, may_date=may_date)
    if is_truth and voice.happens(voice.freedom):
        said = "yes" if value else "no"
    phrase = parameter.label if is_truth else parameter.spoken
    if isinstance(value, list) and parameter.kind is not Kind.LIST and not phrase.endswith("s"):
        phrase += "s"
    return Piece(
        phrase=phrase,
        value=said,
        name=parameter.name,
        exact=_raw(parameter, value),
        is_truth=is_truth,
    )


def _raw(parameter: Parameter, value: JsonValue) -> str:
    """The value as it would stand in code."""
    is_text = isinstance(value, str) and (is_free(parameter) or " " in value)
    return quote(value) if is_text and isinstance(value, str) else spell(value)


def _is_bound(parameter: Parameter) -> bool:
    """Whether the number is an upper limit by its name."""
    return parameter.words[0] in ("max", "maximum", "min", "minimum") and len(parameter.words) > 1


def _short(tool: ToolSpec, parameter: Parameter, value: JsonValue, voice: Voice, *, may_date: bool) -> str:
    """The value in words that only this parameter could be meant by; empty where there are none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    said = say(parameter, value, voice, may_date=may_date)
    is_named = parameter.label != parameter.phrase
    match parameter.kind:
        case Kind.ID if is_named:
            return (
                f"for {parameter.label} {said}"
                if tool.effect is Effect.READ
                else f"with {parameter.label} {said}"
            )
        case Kind.PERSON:
            return _person(parameter, said, voice)
        case Kind.PLACE if parameter.is_only:
            return f"in {said}"
        case Kind.DAY if parameter.is_only:
            return f"to {said}" if _moves(tool) else _on(parameter, said)
        case Kind.COUNT if _is_bound(parameter):
            most = parameter.words[0].startswith("max")
            bound = voice.choose(("at most", "no more than", "up to")) if most else "at least"
            return f"with {bound} {counted(said, value, parameter)}"
        case Kind.COUNT if parameter.unit is not None:
            return _count(parameter, said, value)
        case Kind.MONEY if may_be_dollars(parameter, tuple(tool.properties)):
            return _money(parameter, said, voice)
        case Kind.CHOICE if isinstance(value, str):
            return _choice(parameter, said)
        case Kind.EMAIL if parameter.is_only and parameter.words[-1] in ("recipient", "to", "sender", "from"):
            return f"{'to' if parameter.words[-1] in ('recipient', 'to') else 'from'} {said}"
        case _:
            return _ending(parameter, said)


def _moves(tool: ToolSpec) -> bool:
    """Whether the tool gives something another day."""
    return tool.effect is Effect.UPDATE and tool.name.lower().startswith(
        ("reschedule", "move", "postpone", "shift", "delay")
    )


def _person(parameter: Parameter, said: str, voice: Voice) -> str:
    role = parameter.label.split()[-1]
    lead = "for" if role in _FOR else "by" if role in _BY else ""
    if not lead or (len(parameter.words) > 1 and parameter.label == parameter.phrase):
        return ""
    return (
        f"{lead} {said}"
        if parameter.is_only and " " in said and voice.happens(0.5)
        else f"{lead} {parameter.label} {said}"
    )


def _on(parameter: Parameter, said: str) -> str:
    if parameter.words[-1] in ENDINGS or parameter.words[0] in ("expires", "starts"):
        return _ending(parameter, said)
    if is_relative(said):
        return f"due {said}" if parameter.words[0] == "due" else said
    if parameter.words[0] in _STARTS:
        return f"from {said}"
    if parameter.words[0] in ("end", "until", "to", "before"):
        return f"until {said}"
    return f"due on {said}" if parameter.words[0] == "due" else f"on {said}"


def _ending(parameter: Parameter, said: str) -> str:
    """A name that a value completes by itself, as ``shared with`` and ``expires on``."""
    if len(parameter.words) == 2 and parameter.words[-1] in ENDINGS:
        return f", {parameter.phrase} {said}"
    return ""


def counted(said: str, value: JsonValue, parameter: Parameter) -> str:
    """The number with what it counts: "3 nights", "1 night"."""
    unit = parameter.unit or parameter.words[-1]
    return f"{said} {_UNITS.get(unit, unit) if value == 1 else unit}"


def _count(parameter: Parameter, said: str, value: JsonValue) -> str:
    unit, number = parameter.unit or "", counted(said, value, parameter)
    rest = parameter.words[:-1]
    if not rest or parameter.words[-1] == "count":
        return f"for {number}" if unit in _SPANS else f"with {number}"
    article = "an" if rest[0][0] in "aeiou" else "a"
    return f"with {article} {' '.join(rest)} of {number}"


def _money(parameter: Parameter, said: str, voice: Voice) -> str:
    sum_ = f"${said}"
    if parameter.words[0] in ("max", "maximum"):
        return f"for {voice.choose(('at most', 'no more than', 'up to'))} {sum_}"
    if parameter.words[0] in ("min", "minimum"):
        return f"for at least {sum_}"
    return f"with a {parameter.phrase} of {sum_}"


def _choice(parameter: Parameter, said: str) -> str:
    """A choice before its noun, as ``with high priority``."""
    if parameter.words[-1] == "currency" and parameter.is_only:
        return f"in {said}"
    if len(said.split()) > _MOST_CHOICE or not said.replace(" ", "").isalpha() or said != said.lower():
        return ""
    if parameter.words[-1] in ENDINGS or len(parameter.words) > _MOST_CHOICE:
        return _ending(parameter, said)
    noun = parameter.phrase
    if noun in ("units", "unit"):
        return f"in {said} units"
    if noun == "room" and parameter.is_only:
        return f"in the {said}"
    if noun in ("folder", "category", "department"):
        return f"in the {said} {noun}"
    return f"with {said} {noun}" if parameter.words[-1] in _GRADED else ""


def _truth(parameter: Parameter, tool: ToolSpec, voice: Voice, *, holds: bool) -> str:
    """A truth value in words that name the parameter; empty where they would leave a doubt."""
    lead, rest = parameter.words[0], " ".join(parameter.words[1:])
    if not rest or parameter.label == parameter.phrase:
        return ""
    if lead in ("is", "are"):
        if not holds and rest in _OPPOSITES and voice.happens(voice.freedom):
            rest, holds = _OPPOSITES[rest], True
        if not _is_quality(parameter.words[1:]):
            return ""
        if tool.effect is Effect.READ:
            return f"that are {rest}" if holds else f"that are not {rest}"
        positive = (f"and it should be {rest}", f"and make it {rest}")
        negative = (f"and it should not be {rest}", f"and do not make it {rest}")
        return voice.choose(positive if holds else negative)
    if lead in ("has", "with"):
        return f"with {rest}" if holds else f"without {rest}"
    if lead in ("include", "includes", "including"):
        return f"and include {rest}" if holds else f"and do not include {rest}"
    return ""


def _is_quality(words: list[str]) -> bool:
    """Whether something can be called so, as ``starred`` and ``public``."""
    return len(words) == 1 and (words[0] in _QUALITIES or words[0].endswith(_QUALITYENDINGS))
