"""Where the value of a parameter can come from: the tools whose results show it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inftool_env.world.columns import is_technical
from inftool_env.world.fields import IDENTITIES, KINDS, SURE_IDENTITIES, Field, shown_fields
from inftool_env.world.nouns import path_params
from inftool_env.world.roles import Action, Role
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.views import is_untold, own_id
from inftool_env.world.vocabulary import PROPERTIES, plain, singular

MAX_SOURCES = 8
"""Tools that feed one parameter, at most: those with the strongest evidence."""
_ENDINGS = (*IDENTITIES, "number", "sha", "reference", "ref", "sku", "token")
"""What stands behind a noun in the name of a parameter that names a row."""
_USER_NAMES = ("username", "login", "handle")
_WRITTEN_SHORT = {
    "repo": "repository",
    "org": "organization",
    "organisation": "organization",
    "app": "application",
}
"""Nouns that stand for longer ones."""
_VAGUE = frozenset(
    ("externalid", "requestid", "clientid", "parentid", "correlationid", "traceid", "sourceid")
)
"""Names that mean something else in every place."""
_SHARED = frozenset(
    ("latitude", "longitude", "lat", "lon", "lng", "currency", "iban", "iata", "symbol", "ticker")
)
"""Names that mean the same wherever they stand."""
_UNTOLD_KEY = Field(path="id", kind="string", names=("id",))
"""What rows are taken to show when the document does not say what a tool returns."""


class Evidence(StrEnum):
    """Why a value is believed to fit; the strongest first."""

    KEY = "key"
    """The producer shows rows of the kind that the consumer works on, and the parameter names one."""
    REFERENCE = "reference"
    """The parameter names a row of another kind (``pet_id``), and the producer shows that kind."""
    FIELD = "field"
    """A row of some other kind holds the value in a field of that name."""
    GUESS = "guess"
    """The document does not say what the producer returns; rows of its kind are what the parameter names."""
    ECHO = "echo"
    """As ``FIELD``, but the producer's own caller had to know the value already."""


_ORDER = tuple(Evidence)
_SHOWING = (Action.LIST, Action.GET, Action.CREATE, Action.COMPUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One tool, with all that the search for sources asks of it."""

    position: int
    """In the toolset."""
    role: Role
    noun: str | None
    fields: tuple[Field, ...]
    """What its rows show; empty when its result shows none that a caller did not just write."""
    identity: Field | None
    """The field that names the row itself; guessed where the document does not say what is returned."""
    given: frozenset[str]
    """Plain names of the parameters that every call carries."""
    segments: tuple[str, ...]
    """Of its route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A tool that shows a value which fits a parameter."""

    member: Member
    field: Field
    evidence: Evidence


def member_of(position: int, role: Role, noun: str | None) -> Member:
    """What the search for sources needs of one tool."""
    tool, view = role.tool, role.view
    shows = role.action not in (Action.UPDATE, Action.DELETE)
    fields = shown_fields(view) if view is not None and shows else ()
    name = own_id(view.schema, noun or "") if view is not None else None
    identity = next((field for field in fields if field.path == name), None)
    if shows and is_untold(tool) and noun is not None and tool.route is not None:
        identity = _UNTOLD_KEY
    return Member(
        position=position,
        role=role,
        noun=noun,
        fields=fields,
        identity=identity,
        given=frozenset(map(plain, (*tool.required, *path_params(tool)))),
        segments=tuple((tool.route or "").partition(" ")[2].strip("/").split("/")),
    )


class Sources:
    """An index of what the tools of one API show."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._of_noun: dict[str, list[Member]] = {}
        self._of_field: dict[str, list[tuple[Member, Field]]] = {}
        for member in members:
            if member.noun is not None and (member.fields or member.identity is not None):
                self._of_noun.setdefault(_in_full(member.noun), []).append(member)
            for field in member.fields:
                for name in field.names:
                    self._of_field.setdefault(name, []).append((member, field))
        self._nouns = _by_plain(members)

    def of(self, consumer: Member, param: str) -> list[Source]:
        """The tools that feed one parameter, the best first."""
        tool = consumer.role.tool
        shape = chosen_shape(tool.properties[param], tool.parameters)
        if kind_of(shape) == "array":
            shape = chosen_shape(shape.get("items"), tool.parameters)
        if kind_of(shape) not in KINDS or is_technical(param) or "enum" in shape or "const" in shape:
            return []
        kind = kind_of(shape)
        if _names_new_row(consumer, param):
            return []
        noun = self._named_by(consumer, param)
        found: dict[int, Source] = {}
        for source in (*self._rows(consumer, param, noun, kind), *self._fields(consumer, param, noun, kind)):
            if source.member is not consumer:
                found.setdefault(source.member.position, source)
        return sorted(found.values(), key=lambda source: _rank(source, consumer))[:MAX_SOURCES]

    def _named_by(self, consumer: Member, param: str) -> str | None:
        """The noun whose rows the parameter names; None when it names none."""
        bare, in_path = plain(param), param in path_params(consumer.role.tool)
        stem = _stem_of(bare)
        if stem in self._nouns:
            return self._nouns[stem]
        whole = singular(bare)
        if whole in self._nouns and (in_path or _speaks_of_id(consumer, param)):
            return self._nouns[whole]
        before = _segment_before(consumer, param)
        if before in self._nouns:
            return self._nouns[before]
        names_own = consumer.role.names_row and param == consumer.role.key
        if names_own or (bare in ("id", "ids") and param in consumer.role.tool.required):
            return consumer.noun
        return None

    def _rows(self, consumer: Member, param: str, noun: str | None, kind: str) -> Iterator[Source]:
        """Tools that show rows of the noun; where some stand at the very collection of the consumer, those alone."""
        if noun is None:
            return
        members = self._of_noun.get(_in_full(noun), ())
        collection = _collection(consumer, param)
        near = [
            member for member in members if len(collection) > 1 and _literals(member)[-2:] == collection[-2:]
        ]
        is_own = consumer.noun is not None and _in_full(noun) == _in_full(consumer.noun)
        for member in near or members:
            field = _naming_field(member, param, noun, kind)
            is_told = member.role.names_row and member.role.action is Action.GET
            is_told = is_told or (plain(param) in member.given and member.role.action is not Action.CREATE)
            if field is None or is_told:
                continue
            evidence = Evidence.KEY if is_own else Evidence.REFERENCE
            yield Source(member=member, field=field, evidence=evidence if member.fields else Evidence.GUESS)

    def _fields(self, consumer: Member, param: str, noun: str | None, kind: str) -> Iterator[Source]:
        """Tools whose rows are of another kind, and hold the value in a field of that name."""
        bare = plain(param)
        names = [singular(bare)] if _is_telling(consumer, param) else []
        if noun is not None and (
            bare in ("id", "ids") or bare.endswith("id") or singular(bare) == plain(noun)
        ):
            names.append(plain(noun) + "id")
        for name in dict.fromkeys(names):
            for member, field in self._of_field.get(name, ()):
                exact = field.kind == kind or (field.is_own and _fits(field.kind, kind))
                if exact and (member.noun is None or member.noun not in (noun, consumer.noun)):
                    echo = any(known in member.given for known in (*field.names, bare))
                    yield Source(
                        member=member, field=field, evidence=Evidence.ECHO if echo else Evidence.FIELD
                    )


def _by_plain(members: Sequence[Member]) -> dict[str, str]:
    """Nouns by plain name, then by their last word and by what results call their lists, where that is unique."""
    nouns = list(dict.fromkeys(member.noun for member in members if member.noun is not None))
    found = {plain(noun): noun for noun in reversed(nouns)}
    others: dict[str, set[str]] = {}
    for noun in nouns:
        others.setdefault(noun.rpartition("_")[2], set()).add(noun)
    for member in members:
        view = member.role.view
        if view is not None and view.path and member.noun is not None and member.fields:
            wrapper = view.path[-1].lower()
            if wrapper not in PROPERTIES["list_wrapper"] | PROPERTIES["row_wrapper"]:
                others.setdefault(plain(singular(wrapper)), set()).add(member.noun)
    for name, candidates in others.items():
        if len(candidates) == 1:
            found.setdefault(name, next(iter(candidates)))
    return found


def _in_full(noun: str) -> str:
    return _WRITTEN_SHORT.get(noun, noun)


def _stem_of(bare: str) -> str:
    """``pet`` for ``petid`` and ``petids``; empty where no noun stands before the ending."""
    singles = (
        bare,
        bare.removesuffix("s") if bare.endswith(("ids", "keys", "names", "slugs", "codes")) else bare,
    )
    return next((each.removesuffix(end) for each in singles for end in _ENDINGS if each.endswith(end)), "")


def _names_new_row(consumer: Member, param: str) -> bool:
    """Whether a creation is told here what its own new row is to be called."""
    if consumer.role.action is not Action.CREATE or param in path_params(consumer.role.tool):
        return False
    return plain(param) in IDENTITIES or (consumer.identity is None and plain(param) in _own_names(consumer))


def _own_names(consumer: Member) -> frozenset[str]:
    stems = {plain(consumer.noun or ""), plain((consumer.noun or "").rpartition("_")[2])}
    return frozenset(stem + ending for stem in stems for ending in IDENTITIES)


def _is_telling(consumer: Member, param: str) -> bool:
    """Whether a parameter's name means the same value in other tools' results."""
    bare = plain(param)
    if bare in _ENDINGS or bare in _VAGUE:
        return False
    is_asked = bare in consumer.given
    names_thing = re.search(r"(_id|Id|ID|_uuid|Uuid|_slug|_sha|[-_]ids|Ids)$", param) is not None
    return bare in _SHARED or (names_thing and is_asked) or param in path_params(consumer.role.tool)


def _literals(member: Member) -> tuple[str, ...]:
    return tuple(segment.lower() for segment in member.segments if "{" not in segment)


def _place_of(consumer: Member, param: str) -> int | None:
    """Where in the route a parameter stands as a whole segment."""
    wanted = plain(param)
    for place, segment in enumerate(consumer.segments):
        if re.fullmatch(r"\{[^}]*\}", segment) and plain(segment) == wanted:
            return place
    return None


def _collection(consumer: Member, param: str) -> tuple[str, ...]:
    """The route's literal segments before a path parameter."""
    place = _place_of(consumer, param)
    before = consumer.segments[:place] if place is not None else ()
    return tuple(segment.lower() for segment in before if "{" not in segment)


def _segment_before(consumer: Member, param: str) -> str | None:
    """The plain singular of the segment in front of a parameter: ``pet`` for ``/pets/{id}``.

    Of several parameters in a row each names a part of the same thing: ``repo`` for both in ``/repos/{owner}/{repo}``.
    """
    place = _place_of(consumer, param)
    while place and "{" in consumer.segments[place - 1]:
        place -= 1
    return plain(singular(consumer.segments[place - 1].lower())) if place else None


def _speaks_of_id(consumer: Member, param: str) -> bool:
    said = consumer.role.tool.properties[param].get("description")
    return isinstance(said, str) and re.search(r"\b(ids?|identifiers?)\b", said, re.IGNORECASE) is not None


def _naming_field(member: Member, param: str, noun: str, kind: str) -> Field | None:
    """The field of the noun's own row that the parameter is compared with."""
    bare = singular(plain(param))
    stems = (plain(noun), plain(noun.rpartition("_")[2]), plain(_in_full(noun)))
    rest = next((bare.removeprefix(stem) for stem in stems if bare.startswith(stem)), bare)
    is_own_name = rest in ("", "key", *SURE_IDENTITIES) or (rest == bare and _stem_of(bare) + "id" == bare)
    own = {field.names[0]: field for field in reversed(member.fields) if field.is_own}
    names = [bare, rest, *(_USER_NAMES if bare in _USER_NAMES or rest in _USER_NAMES else ())]
    candidates = [own[name] for name in names if name in own]
    candidates += [
        field for field in member.fields if not field.is_own and bare in field.names and field.kind == kind
    ]
    if is_own_name:
        candidates += [member.identity] if member.identity is not None else []
        fallback = IDENTITIES if rest == "" else SURE_IDENTITIES if rest in SURE_IDENTITIES else ()
        candidates += [own[name] for name in fallback if name in own]
        longer = [
            field
            for field in member.fields
            if field.is_own and field.names[0].endswith(bare) and rest == "id"
        ]
        candidates += longer[:1]
    exact = [field for field in candidates if field.kind == kind]
    fitting = [field for field in candidates if _fits(field.kind, kind)]
    return next(iter(exact + fitting), None)


def _fits(shown: str, asked: str) -> bool:
    """Whether a value of one type can be given where another is asked; text takes numbers, not the reverse."""
    return shown == asked or asked == "string" or (shown == "integer" and asked == "number")


def _rank(source: Source, consumer: Member) -> tuple[int, int, int, int, int]:
    """Strong evidence first, then lists, then what a caller must know least for, then short routes."""
    member = source.member
    action = _SHOWING.index(member.role.action)
    return (
        _ORDER.index(source.evidence),
        action,
        len(member.given - consumer.given),
        len(member.segments),
        member.position,
    )
