"""Where the value of a parameter can come from: the tools whose results show it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inftool_env.world.columns import is_technical
from inftool_env.world.fields import IDENTITIES, KINDS, SURE_IDENTITIES, Field, shown_fields
from inftool_env.world.nouns import is_part, path_params
from inftool_env.world.roles import Action, Role
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.views import View, find_nested, is_untold, own_id
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
_MERE_VIEWS = ("_profile", "_info", "_detail", "_summary")
"""Endings of nouns that show the same thing from another side."""
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
    view: View | None
    """Where its rows stand."""
    fields: tuple[Field, ...]
    """What its rows show; empty when its result shows none that a caller did not just write."""
    identity: Field | None
    """The field that names the row itself; guessed where the document does not say what is returned."""
    given: frozenset[str]
    """Plain names of the parameters that every call carries."""
    segments: tuple[str, ...]
    """Of its route."""
    literals: tuple[str, ...]
    """The segments that are no parameters, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A tool that shows a value which fits a parameter."""

    member: Member
    field: Field
    evidence: Evidence


def member_of(position: int, role: Role, noun: str | None) -> Member:
    """What the search for sources needs of one tool."""
    tool, view = role.tool, role.view
    name = own_id(view.schema, noun or "") if view is not None else None
    if view is not None and name is None and not view.many and (nested := find_nested(view)) is not None:
        view, name = nested, own_id(nested.schema, "")
    shows = role.action not in (Action.UPDATE, Action.DELETE)
    fields = shown_fields(view) if view is not None and shows else ()
    identity = next((field for field in fields if field.path == name), None)
    if shows and is_untold(tool) and noun is not None and tool.route is not None:
        identity = _UNTOLD_KEY
    segments = tuple((tool.route or "").partition(" ")[2].strip("/").split("/"))
    return Member(
        position=position,
        role=role,
        noun=noun,
        view=view,
        fields=fields,
        identity=identity,
        given=frozenset(map(plain, (*tool.required, *path_params(tool)))),
        segments=segments,
        literals=_literals(segments),
    )


class Sources:
    """An index of what the tools of one API show."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._of_noun: dict[str, list[Member]] = {}
        self._of_field: dict[str, list[tuple[Member, Field]]] = {}
        for member in members:
            shown = _noun_shown(member)
            if shown is not None and (member.fields or member.identity is not None):
                self._of_noun.setdefault(_in_full(shown), []).append(member)
            for field in member.fields:
                for name in field.names:
                    self._of_field.setdefault(name, []).append((member, field))
        self._nouns = _by_plain(members)
        self._spellings: dict[str, list[str]] = {}
        for spelling, noun in self._nouns.items():
            self._spellings.setdefault(noun, []).append(spelling)
        self._naming: dict[tuple[str, str, str], list[tuple[Member, Field]]] = {}

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
        for source in self._rows(consumer, param, noun, kind):
            found[source.member.position] = source
        if sum(source.evidence is not Evidence.GUESS for source in found.values()) <= MAX_SOURCES:
            for source in self._fields(consumer, param, noun, kind):
                found.setdefault(source.member.position, source)
        found.pop(consumer.position, None)
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
        told = _said_noun(consumer, param) if bare in ("id", "ids") else ""
        if told in self._nouns:
            return self._nouns[told]
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
        shown = self._shown(noun, plain(param), kind)
        collection = _collection(consumer, param)
        near = [pair for pair in shown if len(collection) > 1 and pair[0].literals[-2:] == collection[-2:]]
        is_own = consumer.noun is not None and _in_full(noun) == _in_full(consumer.noun)
        for member, field in near or shown:
            is_told = member.role.names_row and member.role.action is Action.GET
            if is_told or (plain(param) in member.given and member.role.action is not Action.CREATE):
                continue
            evidence = Evidence.KEY if is_own else Evidence.REFERENCE
            yield Source(member=member, field=field, evidence=evidence if member.fields else Evidence.GUESS)

    def _shown(self, noun: str, bare: str, kind: str) -> list[tuple[Member, Field]]:
        """The tools that show rows of the noun, each with the field that a parameter of that name takes."""
        if (noun, bare, kind) not in self._naming:
            stems = (*self._spellings.get(noun, ()), plain(_in_full(noun)))
            members = self._of_noun.get(_in_full(noun), ())
            pairs = [(each, _naming_field(each, bare, stems, kind)) for each in members]
            self._naming[noun, bare, kind] = [(member, field) for member, field in pairs if field is not None]
        return self._naming[noun, bare, kind]

    def _fields(self, consumer: Member, param: str, noun: str | None, kind: str) -> Iterator[Source]:
        """Tools whose rows are of another kind, and hold the value in a field of that name."""
        bare = plain(param)
        names = [singular(bare)] if _is_telling(consumer, param) else []
        if noun is not None and (
            bare in ("id", "ids") or bare.endswith("id") or singular(bare) == plain(noun)
        ):
            names.append(plain(noun) + "id")
        for asked in dict.fromkeys(names):
            for member, field in self._of_field.get(asked, ()):
                exact = field.kind == kind or (field.is_own and _fits(field.kind, kind))
                if exact and (member.noun is None or member.noun not in (noun, consumer.noun)):
                    known = field.names if bare in _ENDINGS or bare == "ids" else (*field.names, bare)
                    echo = any(name in member.given for name in known)
                    yield Source(
                        member=member, field=field, evidence=Evidence.ECHO if echo else Evidence.FIELD
                    )


def _noun_shown(member: Member) -> str | None:
    """What the rows of a result are: what the tool is about, unless they stand under another name."""
    view = member.view
    if view is not None and member.noun is not None and is_part(view, member.noun):
        return singular(view.path[-1].lower())
    return member.noun


def _by_plain(members: Sequence[Member]) -> dict[str, str]:
    """Nouns by plain name, then by their last word and by what results call their lists, where most agree."""
    nouns = list(dict.fromkeys(member.noun for member in members if member.noun is not None))
    found = {plain(noun): noun for noun in reversed(nouns)}
    others: dict[str, Counter[str]] = {}
    for noun in nouns:
        others.setdefault(noun.rpartition("_")[2], Counter())[noun] += 1
    for member in members:
        view = member.view
        if view is not None and view.path and member.noun is not None and member.fields:
            wrapper = view.path[-1].lower()
            if wrapper not in PROPERTIES["list_wrapper"] | PROPERTIES["row_wrapper"]:
                others.setdefault(plain(singular(wrapper)), Counter())[member.noun] += 1
    for name, votes in others.items():
        first, *rest = votes.most_common(2)
        if not rest or rest[0][1] < first[1]:
            found.setdefault(name, first[0])
    return found


def _literals(segments: Sequence[str]) -> tuple[str, ...]:
    return tuple(segment.lower() for segment in segments if "{" not in segment)


def _in_full(noun: str) -> str:
    bare = next((noun.removesuffix(ending) for ending in _MERE_VIEWS if noun.endswith(ending)), noun)
    return _WRITTEN_SHORT.get(bare, bare)


def _stem_of(bare: str) -> str:
    """``pet`` for ``petid`` and ``petids``; empty where no noun stands before the ending."""
    singles = (
        bare,
        bare.removesuffix("s") if bare.endswith(("ids", "keys", "names", "slugs", "codes")) else bare,
    )
    return next((each.removesuffix(end) for each in singles for end in _ENDINGS if each.endswith(end)), "")


def _names_new_row(consumer: Member, param: str) -> bool:
    """Whether a creation is told here what its own new row is to be called: ``username``, ``file_name``."""
    if consumer.role.action is not Action.CREATE or param in path_params(consumer.role.tool):
        return False
    noun = consumer.noun or ""
    endings = [ending for ending in IDENTITIES if ending not in SURE_IDENTITIES]
    own = {plain(stem) + ending for stem in (noun, noun.rpartition("_")[2]) for ending in endings}
    return plain(param) in own or plain(param) in IDENTITIES


def _is_telling(consumer: Member, param: str) -> bool:
    """Whether a parameter's name means the same value in other tools' results."""
    bare = plain(param)
    if bare in _ENDINGS or bare in _VAGUE:
        return False
    is_asked = bare in consumer.given
    names_thing = re.search(r"(_id|Id|ID|_uuid|Uuid|_slug|_sha|[-_]ids|Ids)$", param) is not None
    return bare in _SHARED or (names_thing and is_asked) or param in path_params(consumer.role.tool)


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
    return _literals(consumer.segments[:place]) if place is not None else ()


def _segment_before(consumer: Member, param: str) -> str | None:
    """The plain singular of the segment in front of a parameter: ``pet`` for ``/pets/{id}``.

    Of several parameters in a row each names a part of the same thing: ``repo`` for both in ``/repos/{owner}/{repo}``.
    """
    place = _place_of(consumer, param)
    while place and "{" in consumer.segments[place - 1]:
        place -= 1
    return plain(singular(consumer.segments[place - 1].lower())) if place else None


def _said_noun(consumer: Member, param: str) -> str:
    """The noun in a description such as "The ID of the track"; empty where it says none."""
    found = re.search(
        r"\bids? (?:of|for) (?:the |an? )?([a-z_-]+)", _description(consumer, param), re.IGNORECASE
    )
    return "" if found is None else plain(singular(found[1].lower()))


def _description(consumer: Member, param: str) -> str:
    said = consumer.role.tool.properties[param].get("description")
    return said if isinstance(said, str) else ""


def _speaks_of_id(consumer: Member, param: str) -> bool:
    said = _description(consumer, param)
    return re.search(r"\b(ids?|identifiers?)\b", said, re.IGNORECASE) is not None


def _naming_field(member: Member, bare: str, stems: Sequence[str], kind: str) -> Field | None:
    """The field of a row that a parameter is compared with; ``stems`` are the plain names of the row's kind."""
    bare = singular(bare)
    rest = next((bare.removeprefix(stem) for stem in stems if bare.startswith(stem)), bare)
    is_own_name = rest in ("", "key", *SURE_IDENTITIES) or (rest == bare and _stem_of(bare) + "id" == bare)
    own = {field.names[0]: field for field in reversed(member.fields) if field.is_own}
    names = [bare, *(_USER_NAMES if bare in _USER_NAMES else ()), rest]
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
            if field.is_own and field.names[0].endswith(bare) and rest == "id" != bare
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
