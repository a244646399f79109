"""How a person thinks of a tool's parameters: what each of them holds, and by which words it can be told apart."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import ToolSpec
from inftool_env.users.language.data import WORDS
from inftool_env.users.phrasing import humanise
from inftool_env.world.shapes import chosen_shape, kind_of

_PLACES = frozenset(WORDS["places"])
_PEOPLE = frozenset(WORDS["people"])
_TITLES = frozenset(WORDS["titles"])
_TEXTS = frozenset(WORDS["texts"])
_IDS = frozenset(WORDS["ids"])
_MONEY = frozenset(WORDS["money"])
_UNITS: Mapping[str, str] = WORDS["units"]
_LEADS = frozenset(WORDS["bool_leads"])
_DAYS = frozenset(["date", "day", "birthday", "deadline"])


class Kind(StrEnum):
    """What a parameter holds, as far as its name and schema tell."""

    TRUTH = "truth"
    CHOICE = "choice"
    DAY = "day"
    MOMENT = "moment"
    EMAIL = "email"
    ID = "id"
    PLACE = "place"
    PERSON = "person"
    TITLE = "title"
    WORDS = "words"
    COUNT = "count"
    MONEY = "money"
    NUMBER = "number"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a tool in a person's words."""

    name: str
    phrase: str
    """The whole name in words, as ``hotel id``."""
    label: str
    """What is left of it beside a value that shows the rest, as ``hotel``; the phrase where that is shared."""
    kind: Kind
    shape: JsonObject
    """The schema that values follow, references resolved."""
    is_only: bool
    """Whether no other parameter of the tool holds anything of this kind."""

    @property
    def spoken(self) -> str:
        """What a sentence is about that is about this parameter."""
        if self.kind is Kind.TRUTH:
            return f"{self.label} setting"
        if self.kind is Kind.COUNT and len(self.words) > 1 and self.words[-1] in _UNITS:
            return f"{' '.join(self.words[:-1])} in {self.words[-1]}"
        return self.phrase

    @property
    def words(self) -> list[str]:
        """The words of the phrase."""
        return self.phrase.split()

    @property
    def unit(self) -> str | None:
        """The plural of what is counted, where the name's last word says it."""
        last = self.words[-1] if self.phrase else ""
        if last == "count" and len(self.words) == 2:
            return next((many for many, single in _UNITS.items() if single == self.words[0]), None)
        return last if last in _UNITS else None


def parameters_of(tool: ToolSpec) -> Mapping[str, Parameter]:
    """The tool's parameters by name; cached per object."""
    return _parameters_of(Same(tool))


def plain_parameter(name: str) -> Parameter:
    """A parameter of which nothing but its name is known."""
    phrase = humanise(name) or name
    return Parameter(name=name, phrase=phrase, label=phrase, kind=Kind.OTHER, shape={}, is_only=False)


@lru_cache(maxsize=8192)
def _parameters_of(same: Same[ToolSpec]) -> Mapping[str, Parameter]:
    tool = same.held
    shapes = {name: chosen_shape(schema, tool.parameters) for name, schema in tool.properties.items()}
    phrases = {name: humanise(name) or name for name in shapes}
    kinds = {name: _kind(phrases[name].split() or [name], shape) for name, shape in shapes.items()}
    labels = {name: _label(phrases[name], kinds[name]) for name in shapes}
    often = Counter(labels.values())
    # Texts of every sort may look alike: a title may be anybody's name.
    similar = Counter(_family(kind) for kind in kinds.values())
    taken = {phrase for phrase, count in Counter(phrases.values()).items() if count}
    return MappingProxyType(
        {
            name: Parameter(
                name=name,
                phrase=phrases[name],
                label=labels[name]
                if often[labels[name]] == 1 and (labels[name] == phrases[name] or labels[name] not in taken)
                else phrases[name],
                kind=kinds[name],
                shape=shapes[name],
                is_only=similar[_family(kinds[name])] == 1,
            )
            for name in shapes
        }
    )


def _family(kind: Kind) -> str:
    """Kinds whose values can be mistaken for each other."""
    if kind in (Kind.DAY, Kind.MOMENT):
        return "time"
    if kind in (Kind.TITLE, Kind.WORDS, Kind.OTHER):
        return "text"
    return kind.value


def _kind(words: list[str], shape: JsonObject) -> Kind:
    kind, form, last = kind_of(shape), shape.get("format"), words[-1]
    if "enum" in shape or "const" in shape:
        return Kind.CHOICE
    if kind == "boolean":
        return Kind.TRUTH
    if kind == "array":
        return Kind.LIST
    if kind in ("integer", "number"):
        if last in _IDS and kind == "integer":
            return Kind.ID
        if last in _UNITS or last == "count":
            return Kind.COUNT
        return Kind.MONEY if last in _MONEY else Kind.NUMBER
    if kind != "string":
        return Kind.OTHER
    return _kind_of_text(words, form)


def _kind_of_text(words: list[str], form: object) -> Kind:
    last = words[-1]
    if form in ("date", "date-time"):
        return Kind.DAY if form == "date" else Kind.MOMENT
    if form == "email":
        return Kind.EMAIL
    if form is not None:
        return Kind.OTHER
    if last in _IDS:
        return Kind.ID
    if last in _PLACES or (last == "name" and len(words) > 1 and words[-2] in _PLACES):
        return Kind.PLACE
    if last in _PEOPLE or (last == "name" and len(words) > 1 and words[-2] in _PEOPLE):
        return Kind.PERSON
    if last in _TEXTS:
        return Kind.WORDS
    return Kind.TITLE if last in _TITLES else Kind.OTHER


def _label(phrase: str, kind: Kind) -> str:
    """The phrase without what the value shows by itself: an id, a name, a truth value's first word."""
    words = phrase.split()
    if len(words) > 1:
        if kind is Kind.TRUTH and words[0] in _LEADS:
            return " ".join(words[1:])
        if (kind is Kind.ID and words[-1] in ("id", "uuid", "number")) or (
            kind in (Kind.PERSON, Kind.PLACE) and words[-1] == "name"
        ):
            return " ".join(words[:-1])
    return phrase
