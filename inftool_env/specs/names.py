"""Legal names, and what the words in them say about an operation."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from inftool_env.core.tool import Effect

MAX_NAME = 64
MAX_SLUG = 48

_READ = """get list search find query fetch read show lookup check count retrieve view browse describe download
export inspect explore preview poll watch filter autocomplete suggest contains exists is has ls cat grep
head tail diff status verify validate""".split()
_CREATE = """create add new post insert upload send book register submit publish start open invite subscribe
upsert make import copy clone duplicate schedule reserve enqueue share buy purchase rent generate mkdir touch""".split()
_UPDATE = """update set edit modify patch put replace change rename move cancel close approve reject enable
disable assign unassign archive restore pause resume stop lock unlock activate deactivate transfer confirm
complete mark toggle reset merge save follow unfollow like unlike pin unpin mute unmute play skip mv resolve""".split()
_DELETE = "delete remove destroy clear drop purge erase revoke rm rmdir unsubscribe uninstall".split()
_COMPUTE = """convert calculate compute estimate translate evaluate solve parse encode decode compare format
multiply divide subtract sum round validate calculator""".split()
_EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(_READ + _COMPUTE, Effect.READ),
    **dict.fromkeys(_CREATE, Effect.CREATE),
    **dict.fromkeys(_UPDATE, Effect.UPDATE),
    **dict.fromkeys(_DELETE, Effect.DELETE),
}
_BY_METHOD = {
    "post": Effect.CREATE,
    "put": Effect.UPDATE,
    "patch": Effect.UPDATE,
    "delete": Effect.DELETE,
}
_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
_ROOTS = {"api", "apis", "rest", "web", "public", "v", "json", "index", "default", "services", "service"}
"""Path segments that say where the API lives, not what it holds."""
_QUALIFIERS = set(
    """all me my self own the a an active latest current recent available popular random top batch bulk many
    multiple detail details summary single one first last next previous new nearby""".split()
)
"""Words beside the noun."""
_PREPOSITIONS = set("by with from to for in on of at as into using via and or".split())
_UNCOUNTED = set(
    """news series species status address gas atlas alias canvas bias lens data metadata media weather sms dns
    gps os tls ios analysis basis access process progress business express us is as this his its plus bus virus
    campus bonus menu corpus census radius focus class glass pass loss boss cross""".split()
)
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "criteria": "criterion",
    "shoes": "shoe",
    "movies": "movie",
    "cookies": "cookie",
    "menus": "menu",
    "aliases": "alias",
    "leaves": "leaf",
    "shelves": "shelf",
    "wolves": "wolf",
    "quizzes": "quiz",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(text: str) -> list[str]:
    """The words of an identifier in lower case.

    >>> words("findPetsByStatus"), words("repos/get-HTTPRule")
    (['find', 'pets', 'by', 'status'], ['repos', 'get', 'http', 'rule'])
    """
    return [word.lower() for word in _WORD.findall(text)]


def legal_name(text: str) -> str:
    """The text with ``_`` for every run of characters that chat APIs refuse; may come out empty.

    >>> legal_name("repos/get"), legal_name("filter[name]")
    ('repos_get', 'filter_name')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_-" if not text[:1] == "_" else "-")[:MAX_NAME]


def unique_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first free number."""
    used = set(taken)
    number, result = 2, name
    while result in used:
        suffix = f"_{number}"
        result = name[: MAX_NAME - len(suffix)] + suffix
        number += 1
    return result


def name_of_route(method: str, path: str) -> str:
    """A tool's name where the document gives none.

    >>> name_of_route("get", "/pets/{petId}")
    'get_pets_by_pet_id'
    """
    parts = [method.lower()]
    for segment in path.split("#")[0].split("/"):
        for piece in re.findall(r"\{[^{}]*\}|[^{}]+", segment):
            spelled = "_".join(words(piece))
            if spelled:
                parts.append(f"by_{spelled}" if piece.startswith("{") else spelled)
    return legal_name("_".join(parts))


def described_by_name(name: str) -> str:
    """The words of a name as a sentence.

    >>> described_by_name("listAllPets")
    'List all pets.'
    """
    text = " ".join(words(name)) or name
    return f"{text[:1].upper()}{text[1:]}."


def slugify(text: str) -> str:
    """``[a-z0-9]+(-[a-z0-9]+)*`` of at most 48 characters; empty when no letter is left.

    >>> slugify("Weather API"), slugify("Añejo & Söhne (v2)")
    ('weather-api', 'anejo-sohne-v2')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", ascii_text))
    if len(slug) > MAX_SLUG:
        head = slug[: MAX_SLUG + 1]
        slug = head[: head.rfind("-")] if "-" in head else head[:MAX_SLUG]
    return slug.strip("-")


def singular(word: str) -> str:
    """The singular of an English noun in lower case.

    >>> [singular(word) for word in ("pets", "categories", "boxes", "houses", "status", "addresses")]
    ['pet', 'category', 'box', 'house', 'status', 'address']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCOUNTED or len(word) < 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return word[:-2]
    if word.endswith("uses") and word[:-2] in _UNCOUNTED:
        return word[:-2]
    return word[:-1]


def effect_of(
    method: str | None, name_words: Sequence[str], last_segment: Sequence[str] = ()
) -> Effect | None:
    """What an operation does, from its method, corrected by the verb in its name.

    Args:
        method: HTTP method in lower case; None where there is none.
        name_words: Words of the operation's name.
        last_segment: Words of the path's last segment that is no parameter.

    Returns:
        None when there is no method and no known verb.
    """
    spoken = [word for word in name_words if word not in _METHODS] if method else list(name_words)
    verb = _verb_effect(spoken, last_segment)
    match method:
        case None:
            return verb
        case "get" | "head" | "options" | "trace":
            leads = _EFFECTS.get(spoken[0]) if spoken and spoken[0] in _STRONG else None
            return leads or Effect.READ
        case "delete":
            return Effect.DELETE
        case "put" | "patch" if verb is Effect.READ:
            return Effect.UPDATE
        case _:
            return verb or _BY_METHOD.get(method, Effect.READ)


_STRONG = {"create", "add", "update", "delete", "remove"}
"""Verbs that are believed even of a GET."""


def _verb_effect(name_words: Sequence[str], last_segment: Sequence[str]) -> Effect | None:
    candidates = [name_words[0], name_words[-1]] if name_words else []
    if last_segment:
        candidates.append(last_segment[0])
    return next((_EFFECTS[word] for word in candidates if word in _EFFECTS), None)


def resource_of(segments: Sequence[str], name: str) -> str | None:
    """The singular noun of what an operation reads or changes; None for a computation.

    Args:
        segments: The path's segments that are no parameters; empty where there is no path.
        name: The operation's name, asked when the path holds no noun.

    >>> resource_of(["v2", "pets", "findByStatus"], "findPetsByStatus")
    'pet'
    >>> resource_of(["convert"], "convertCurrency") is None
    True
    """
    fallback: str | None = None
    for position, segment in enumerate(reversed(segments)):
        parts = [part for part in words(segment.split(".json")[0]) if part not in _METHODS]
        if not parts or _is_root(parts):
            continue
        if position == 0 and parts[0] in _COMPUTE:
            return None
        if parts[0] in _EFFECTS:
            fallback = fallback or _noun(parts[1:])
        elif noun := _noun(parts):
            return noun
    return fallback or _noun_of_name(name, has_path=bool(segments))


def _is_root(parts: Sequence[str]) -> bool:
    return all(part in _ROOTS or part.isdigit() for part in parts)


def _noun_of_name(name: str, *, has_path: bool) -> str | None:
    spoken = words(name)
    if has_path:
        spoken = [word for word in spoken if word not in _METHODS]
    if spoken and spoken[0] in _COMPUTE:
        return None
    if spoken and spoken[0] in _EFFECTS:
        spoken = spoken[1:]
    elif spoken and spoken[-1] in _EFFECTS:
        spoken = spoken[:-1]
    return _noun(spoken)


def _noun(parts: Sequence[str]) -> str | None:
    """The noun phrase before the first preposition, its last word in the singular."""
    phrase: list[str] = []
    for part in parts:
        if part in _PREPOSITIONS:
            break
        if part not in _QUALIFIERS and not part.isdigit():
            phrase.append(part)
    if not phrase or (len(phrase) == 1 and phrase[0] in _EFFECTS):
        return None
    if len(phrase) > 1 and phrase[-1] in _EFFECTS:
        phrase = phrase[:-1]
    return "_".join([*phrase[:-1], singular(phrase[-1])])[:MAX_NAME]
