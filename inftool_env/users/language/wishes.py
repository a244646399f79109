"""What a user wants of a tool, in one of several wordings, with the values that fit into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.users.language.dates import is_relative
from inftool_env.users.language.parameters import Kind, Parameter, parameters_of
from inftool_env.users.language.pieces import Piece, counted, pair_in, pieces, spell_pair
from inftool_env.users.language.slots import Frame, Slot, frame_of, without_description
from inftool_env.users.language.values import say
from inftool_env.users.language.voice import Voice
from inftool_env.users.phrasing import SYNONYMS, Told, goal_phrase, name_phrase

_OWN_WORDS = 0.6
_OTHER_VERB = 0.25
_FILLED = 0.3
"""Added to the share of values that are told in a sentence's own words, for those that the wish itself waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An imperative phrase, and the values that it does not say."""

    goal: str
    rest: tuple[Piece, ...]
    refers: frozenset[str] = frozenset()
    """Parameters in whose places the phrase refers to something."""


def word_wish(tool: ToolSpec, voice: Voice) -> str:
    """One of the ways to say what calling the tool achieves: the document's words, the name's, or another verb."""
    goal, from_name = _wordings(Same(tool))
    way = voice.rng.random()
    if way < _OWN_WORDS:
        return goal
    verb, _, rest = goal.partition(" ")
    if way < _OWN_WORDS + _OTHER_VERB and verb in SYNONYMS and rest:
        return f"{voice.choose(SYNONYMS[verb])} {rest}"
    return from_name or goal


def fill(
    tool: ToolSpec,
    told: Sequence[Told],
    voice: Voice,
    *,
    refer: Mapping[str, str] = MappingProxyType({}),
    may_date: bool = False,
) -> Wish:
    """The wish with as many values in its own words as may be.

    Args:
        tool: What is to be called.
        told: The values to tell, all of them.
        voice: Draws the wording.
        refer: Words for the rows that some parameters name, used where the wish has a place for them.
        may_date: Whether the voice may decide on a day that the message says it is.
    """
    goal = word_wish(tool, voice)
    if not told and not refer:
        return Wish(goal=goal, rest=())
    frame = frame_of(tool, goal)
    if frame.by is not None and told:  # the values say by what
        frame = frame_of(tool, goal[: frame.by])
    text, left, referred = _filled(tool, frame, list(told), voice, refer, may_date=may_date)
    spoken_of = {slot.name for slot in frame.slots}
    rest = tuple(pieces(tool, left, voice, by_name=spoken_of, changed=frame.changed, may_date=may_date))
    if any(parameters_of(tool)[each.name].kind is Kind.ID for each in left):
        text = text.replace(" by its id", "")
    return Wish(goal=text, rest=rest, refers=referred)


def _filled(
    tool: ToolSpec,
    frame: Frame,
    told: list[Told],
    voice: Voice,
    refer: Mapping[str, str],
    *,
    may_date: bool,
) -> tuple[str, list[Told], frozenset[str]]:
    """The frame's text with values in its slots, what is still to be told, and what is referred to."""
    known = parameters_of(tool)
    values: dict[str, JsonValue] = {each.name: each.value for each in told}
    edits: list[tuple[int, int, str]] = []
    said: set[str] = set()
    share = min(0.95, voice.fluency + _FILLED)
    if frame.pair is not None and (pair := pair_in(tool, told)) is not None and voice.happens(share):
        lead = "between" if voice.happens(0.3) else "from"
        edits.append((*frame.pair, spell_pair(pair, known, voice, lead, may_date=may_date)))
        said.update(each.name for each in pair)
    names_row = False
    for slot in frame.slots:
        if slot.name in refer and slot.stands_alone:
            edits.append((slot.start, slot.end, refer[slot.name]))
        elif slot.name in values and slot.name not in said and voice.happens(share):
            words = _slot_words(known[slot.name], slot, values[slot.name], voice, may_date=may_date)
            if not words:
                continue
            edits.append((slot.start, slot.end, words))
        else:
            continue
        said.add(slot.name)
        names_row = names_row or slot.names_row
    text = frame.text
    if names_row:
        last = max(edit[1] for edit in edits)
        text = text[:last] + without_description(text[last:])
    for start, stop, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[stop:]
    return text, [each for each in told if each.name not in said], frozenset(said & refer.keys())


def _slot_words(parameter: Parameter, slot: Slot, value: JsonValue, voice: Voice, *, may_date: bool) -> str:
    """What stands in the slot; empty where the value does not fit in there."""
    if isinstance(value, bool) and parameter.kind is Kind.TRUTH:
        return f"that are {parameter.label}" if value else f"that are not {parameter.label}"
    is_several = isinstance(value, list) and parameter.kind is not Kind.LIST
    if isinstance(value, bool) or not (is_several or isinstance(value, str | int | float)):
        return ""
    words = say(parameter, value, voice, may_date=may_date)
    if slot.is_counted and not is_several:
        return counted(words, value, parameter)
    before = f"{slot.before.rstrip()}s " if is_several and slot.before.strip() else slot.before
    if parameter.kind is Kind.DAY and voice.today is not None and is_relative(words):
        before = before.removesuffix("on ")
    return before + words


@lru_cache(maxsize=8192)
def _wordings(same: Same[ToolSpec]) -> tuple[str, str | None]:
    return goal_phrase(same.held), name_phrase(same.held)
