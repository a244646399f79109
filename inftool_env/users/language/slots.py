"""Where a wish's own words wait for a value: "the forecast for a city" becomes "the forecast for Rome"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.users.language.data import WORDS
from inftool_env.users.language.parameters import Kind, Parameter, parameters_of

_ARTICLE = r"(?P<article>a|an|the|one|another|any|some|its|their)"
_NOT_IN_BETWEEN = "|".join(WORDS["prepositions"])
_BETWEEN = rf"(?P<between>(?:(?!(?:{_NOT_IN_BETWEEN})\b)[a-z-]+ ){{0,2}}?)"
_ROOMS = frozenset(["room"])
_VAGUE = frozenset(["certain", "given", "particular", "specific", "different", "single"])
_ID_OF = re.compile(r"(?:id|number|code|key) of (?:the |an? )?(?P<noun>[a-z ]+)$", re.IGNORECASE)
_DAY = re.compile(r"\b(?:on )?(?:a|one|some) (?:given |certain |single )?(?:day|date)\b(?! and\b)")
_EITHER = re.compile(r"\bthat (?:is|are) (?P<one>[a-z]+) or (?P<other>[a-z]+)$")
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
    names_row: bool = False
    """Whether the value says which row is meant, so that no description of it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A wish with its slots, in the order in which they stand."""

    text: str
    slots: tuple[Slot, ...]
    pair: tuple[int, int] | None
    """Where the wish speaks of something between two ends."""
    by: int | None
    """Where the wish begins to say by what to search, if it does."""


def frame_of(tool: ToolSpec, goal: str) -> Frame:
    """The wish's slots; cached per object."""
    return _frame_of(Same(tool), goal)


@lru_cache(maxsize=16384)
def _frame_of(same: Same[ToolSpec], goal: str) -> Frame:
    tool = same.held
    if len(goal) > _MOST:
        return Frame(text=goal, slots=(), pair=None, by=None)
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
    if kind is Kind.COUNT and parameter.unit is not None and len(parameter.words) == 1:
        match = _only_match(re.compile(rf"\b(?:some|several|a few) {parameter.unit}\b"), goal)
        if match is not None:
            return Slot(start=match.start(), end=match.end(), name=name, before="")
    for noun in _nouns(parameter, parameters):
        match = _only_match(
            re.compile(rf"\b(?:{_ARTICLE} {_BETWEEN})?(?P<noun>{re.escape(noun)})(?: of money)?(?=$|[ ,])"),
            goal,
        )
        if match is not None and goal.count(noun) == 1:
            slot = _fitting(goal, match, noun, tool, parameter)
            if slot is not None:
                return slot
    return None


def _fitting(goal: str, match: re.Match[str], noun: str, tool: ToolSpec, parameter: Parameter) -> Slot | None:
    """The slot where a noun of the parameter stands, if the value can take its place or follow it."""
    article, between, kind = match["article"], match["between"], parameter.kind
    is_last = match.end() == len(goal)
    start = match.start("article") if article else match.start("noun")
    if start == 0 or (not article and not is_last):
        return None
    between = between or ""
    kept = "" if between.strip() in _VAGUE else between
    base = f"{kept if article else ''}{noun} "
    match kind:
        case Kind.ID:
            return Slot(start=start, end=match.end(), name=parameter.name, before=base, names_row=True)
        case Kind.PLACE:
            before = base if between or not parameter.is_only else ""
            return Slot(start=start, end=match.end(), name=parameter.name, before=before) if article else None
        case Kind.PERSON:
            # Who is only one of those who take part may be told by a name alone.
            before = base if goal[:start].endswith(("a ", "new ")) or not parameter.is_only else ""
            return (
                Slot(start=start, end=match.end(), name=parameter.name, before=before or base)
                if article
                else None
            )
        case Kind.CHOICE if article in ("a", "an", "one", "another"):
            if noun in _ROOMS and parameter.is_only:
                return Slot(start=start, end=match.end(), name=parameter.name, before="the ")
            return Slot(start=start, end=match.end(), name=parameter.name, before=f"the {base}")
        case Kind.TITLE | Kind.WORDS if article in ("a", "an", "another", "its"):
            is_made = parameter.words[0] == noun.split()[0] and len(parameter.words) > 1
            if is_made:
                if tool.effect is not Effect.CREATE:
                    return None
                return Slot(
                    start=start, end=match.end(), name=parameter.name, before=f"{article} {base}called "
                )
            return Slot(start=start, end=match.end(), name=parameter.name, before=f"the {base}")
        case Kind.DAY | Kind.COUNT | Kind.NUMBER | Kind.MONEY if article in ("a", "an"):
            if goal[match.end() :].startswith((" and ", " or ")):
                return None
            if noun == parameter.words[-1] and (kind is not Kind.COUNT or len(parameter.words) == 1):
                return Slot(start=start, end=match.end(), name=parameter.name, before=f"{article} {base}of ")
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
