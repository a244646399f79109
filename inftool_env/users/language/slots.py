"""Where a wish's own words wait for a value: "the forecast for a city" becomes "the forecast for Rome"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.users.language.nouns import NounPhrase, find_noun
from inftool_env.users.language.parameters import Kind, Parameter, parameters_of

_ROOMS = frozenset(["room"])
_ID_OF = re.compile(r"(?:id|number|code|key) of (?:the |an? )?(?P<noun>[a-z ]+)$", re.IGNORECASE)
_DAY = re.compile(r"\b(?:on )?(?:a|one|some) (?:given |certain |single )?(?:day|date)\b(?! and\b)")
_EITHER = re.compile(r"\bthat (?:is|are) (?P<one>[a-z]+) or (?P<other>[a-z]+)$")
_CHANGE = re.compile(
    r"(?:change|set|update|modify|edit|adjust|replace|correct|raise or lower) the (?P<noun>[a-z-]+(?: [a-z-]+)?) (?:of|for|on)\b"
)
_PAIR = re.compile(r"\bbetween (?:two )?[a-z]+s\b")
_TAIL = re.compile(r" (?:that|which|who|nobody|by its|by their) .*$| by [a-z ]*(?:id|number|code|key)$")
"""What describes a row that a value names anyway."""
_BY = re.compile(r" by (?P<words>[a-z]+(?: [a-z]+)?(?:(?:, | and | or )[a-z]+(?: [a-z]+)?){0,3})$")
_MOST = 160
"""Characters of a wish in which slots are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a wish that one parameter's value can take."""

    start: int
    end: int
    name: str
    """The parameter."""
    before: str
    """What stands before the value."""
    is_counted: bool = False
    """Whether the value stands with its unit."""
    stands_alone: bool = True
    """Whether other words than the value's, "the same one", could stand here: nothing describes it."""
    names_row: bool = False
    """Whether the value says which row is meant, so that no description of it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A wish with its slots, in the order in which they stand."""

    text: str
    slots: tuple[Slot, ...]
    pair: tuple[int, int] | None
    """Where the wish speaks of something between two ends."""
    changed: str | None
    """The parameter whose new value the wish is about, as in "change the price of a book"."""
    by: int | None
    """Where the wish begins to say by what to search, if it does."""


def frame_of(tool: ToolSpec, goal: str) -> Frame:
    """The wish's slots; cached per object."""
    return _frame_of(Same(tool), goal)


@lru_cache(maxsize=16384)
def _frame_of(same: Same[ToolSpec], goal: str) -> Frame:
    tool = same.held
    if len(goal) > _MOST:
        return Frame(text=goal, slots=(), pair=None, changed=None, by=None)
    found: list[Slot] = []
    for slot in _found_slots(goal, tool, parameters_of(tool)):
        if all(slot.end <= other.start or other.end <= slot.start for other in found):
            found.append(slot)
    pair = _PAIR.search(goal)
    by = _BY.search(goal)
    return Frame(
        text=goal,
        slots=tuple(sorted(found, key=lambda slot: slot.start)),
        pair=pair.span() if pair is not None else None,
        changed=_changed(goal, tool, parameters_of(tool)),
        by=by.start() if by is not None and _is_search(by["words"], parameters_of(tool)) else None,
    )


def without_description(text: str) -> str:
    """The wish without what describes a row that a value names.

    >>> (
    ...     without_description("cancel order 5 that has not shipped"),
    ...     without_description("open message 3 by its id"),
    ... )
    ('cancel order 5', 'open message 3')
    """
    return _TAIL.sub("", text)


def _is_search(words: str, parameters: Mapping[str, Parameter]) -> bool:
    """Whether the words name parameters only."""
    named = {word for parameter in parameters.values() for word in parameter.words}
    return all(word in named or word in ("and", "or") for word in re.findall(r"[a-z]+", words))


def _changed(goal: str, tool: ToolSpec, parameters: Mapping[str, Parameter]) -> str | None:
    """The parameter that says to what something is to be changed."""
    match = _CHANGE.match(goal)
    if tool.effect is not Effect.UPDATE or match is None:
        return None
    noun = match["noun"]
    named = [
        parameter.name
        for parameter in parameters.values()
        if parameter.kind not in (Kind.ID, Kind.TRUTH, Kind.LIST)
        and (
            noun == parameter.phrase
            or noun.split()[-1] == parameter.words[-1]
            or noun.replace(" ", "") == parameter.phrase
        )
    ]
    return named[0] if len(named) == 1 else None


def _found_slots(goal: str, tool: ToolSpec, parameters: Mapping[str, Parameter]) -> list[Slot]:
    found: list[Slot] = []
    for parameter in parameters.values():
        slot = _slot(goal, tool, parameter, parameters)
        if slot is not None:
            found.append(slot)
    return found


def _slot(
    goal: str, tool: ToolSpec, parameter: Parameter, parameters: Mapping[str, Parameter]
) -> Slot | None:
    kind, name = parameter.kind, parameter.name
    if kind is Kind.DAY and parameter.is_only:
        match = _only_match(_DAY, goal)
        if match is not None:
            before = "" if goal[: match.start()].endswith(("of ", "to ", "at ", "for ")) else "on "
            return Slot(start=match.start(), end=match.end(), name=name, before=before)
    if kind is Kind.TRUTH:
        match = _EITHER.search(goal)
        is_either = match is not None and parameter.label in (match["one"], match["other"])
        return (
            Slot(start=match.start(), end=match.end(), name=name, before="")
            if match is not None and is_either
            else None
        )
    is_plain = len(parameter.words) == 1 or parameter.words[-1] == "count"
    if kind is Kind.COUNT and parameter.unit is not None and is_plain:
        found = find_noun(goal, parameter.unit)
        if found is not None and found.article in ("some", "several"):
            return Slot(start=found.start, end=found.end, name=name, before="", is_counted=True)
    for noun in _nouns(parameter, parameters):
        found = find_noun(goal, noun)
        if found is not None and (found.article or found.end == len(goal)):
            words = _before(found, goal, tool, parameter)
            if words is not None:
                return Slot(
                    start=found.start,
                    end=found.end,
                    name=name,
                    before=words,
                    stands_alone=found.article != "" or goal[: found.start].count(" ") == 1,
                    names_row=kind is Kind.ID,
                )
    return None


def _before(found: NounPhrase, goal: str, tool: ToolSpec, parameter: Parameter) -> str | None:
    """What the value stands behind when it takes the noun's place; None where it does not fit there."""
    article, kind = found.article, parameter.kind
    base = f"{found.between}{found.noun} "
    if kind is Kind.ID:
        return base
    if not article:
        return None
    match kind:
        case Kind.PLACE:
            return base if found.between or not parameter.is_only else ""
        case Kind.PERSON:
            return base
        case Kind.CHOICE if article in ("a", "an", "one", "another"):
            return "the " if found.noun in _ROOMS and parameter.is_only else f"the {base}"
        case Kind.TITLE | Kind.WORDS if article in ("a", "an", "another", "some", "its"):
            is_made = parameter.words[0] == found.noun.split()[0] and len(parameter.words) > 1
            if is_made:
                return f"{article} {base}called " if tool.effect is Effect.CREATE else None
            return f"the {base}"
        case Kind.DAY | Kind.COUNT | Kind.NUMBER | Kind.MONEY if article in ("a", "an"):
            is_more = goal[found.end :].startswith((" and ", " or "))
            is_all = kind is not Kind.COUNT or len(parameter.words) == 1
            fits = found.noun == parameter.words[-1] and is_all and not is_more
            return f"{article} {base}of " if fits else None
    return None


def _nouns(parameter: Parameter, parameters: Mapping[str, Parameter]) -> list[str]:
    """Nouns by which a wish may speak of what the parameter holds, and of nothing that another one holds."""
    words = parameter.words
    if (
        parameter.kind in (Kind.ID, Kind.PERSON, Kind.PLACE, Kind.TITLE)
        and parameter.label != parameter.phrase
    ):
        words = parameter.label.split()
    elif parameter.kind is Kind.TITLE and len(words) > 1 and words[-1] == "name":
        return ["name", " ".join(words[:-1])]
    elif parameter.kind is Kind.ID and len(words) == 1:
        return []
    nouns = [" ".join(words), *([words[-1]] if len(words) > 1 else [])]
    said = f"{parameter.shape.get('description', '')}".split()
    if parameter.kind is Kind.ID and said:
        row = _ID_OF.match(" ".join(said))
        nouns.append(row["noun"].lower() if row is not None else said[0].lower())
    # A name of what is made or changed and the id of what is there may share a noun: the article tells them apart.
    others = [
        other
        for other in parameters.values()
        if other.name != parameter.name and (parameter.kind is not Kind.ID or other.kind is Kind.ID)
    ]
    return [
        noun
        for noun in nouns
        if noun
        and noun.replace(" ", "").isalpha()
        and not any(noun in other.words or noun == other.label for other in others)
    ]


def _only_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The only place where the pattern fits; None for several."""
    found = list(pattern.finditer(text))
    return found[0] if len(found) == 1 else None
