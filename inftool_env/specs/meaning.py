"""What the words of a name or a path say: the effect of an operation, and the noun it is about."""

import re
from collections.abc import Sequence

from inftool_env.core.tool import Effect
from inftool_env.specs.names import MAX_NAME, words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READ = _set(
    """get list search find query fetch read show lookup check count retrieve view browse describe download export
    inspect explore preview poll filter autocomplete suggest contains exists is has ls cat grep head tail diff
    verify validate"""
)
_CREATE = _set(
    """create add new post insert upload send book register submit publish start open invite subscribe upsert make
    import copy clone duplicate schedule reserve enqueue share buy purchase rent generate append mkdir touch"""
)
_UPDATE = _set(
    """update set edit modify patch put replace change rename move cancel close approve reject enable disable assign
    unassign archive restore pause resume stop lock unlock activate deactivate transfer confirm complete mark toggle
    reset merge save follow unfollow like unlike pin unpin mute unmute play skip mv resolve join leave kick deny
    dismiss attach detach unban unstar kill prune upgrade suspend unsuspend terminate retry reboot restart unpause
    resend"""
)
_DELETE = _set("delete remove destroy clear drop purge erase revoke rm rmdir unsubscribe uninstall")
_COMPUTE = _set(
    """convert calculate compute estimate translate evaluate solve parse encode decode compare format multiply divide
    subtract sum round predict calculator login logout authenticate ping echo"""
)
"""Verbs that touch no table."""
_EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(_READ | _COMPUTE, Effect.READ),
    **dict.fromkeys(_CREATE, Effect.CREATE),
    **dict.fromkeys(_UPDATE, Effect.UPDATE),
    **dict.fromkeys(_DELETE, Effect.DELETE),
}
_COMMON = _set(
    """get list find search query fetch read show retrieve create add new upsert insert update set edit delete remove
    send submit"""
)
"""Verbs that nobody takes for the first word of a noun (as in ``merge-requests``)."""
_UNDONE = _set("lock archive pin follow star like mute assign")
"""Acts that ``DELETE`` takes back, so that the thing itself stays."""
_EXTENSIONS = _set("json xml html htm csv txt php yaml yml pdf png svg jpg atom rss gz zip js aspx jsp do")
"""What follows the dot in the name of a file."""
_ALSO_NOUNS = _set(
    "book post show schedule poll view filter share import export upload download purchase copy"
)
"""Verbs that are nouns after another verb: ``create_book``."""
_PLAIN = _set("create add update delete remove")
"""Verbs that are believed against the HTTP method."""
_WEAK = _set("post put patch")
"""Verbs that give way to another one in the name: they may be the HTTP method."""
_BY_METHOD = {
    "post": Effect.CREATE,
    "put": Effect.UPDATE,
    "patch": Effect.UPDATE,
    "delete": Effect.DELETE,
}
_METHODS = _set("get put post patch head options trace")
_ROOTS = _set("api apis rest web public v json index default services service")
"""Path segments that say where the API lives, not what it holds."""
_QUALIFIERS = _set(
    """all me my self own the a an active latest current recent available popular random top batch bulk many multiple
    detail details summary single several specific one first last next previous new nearby nearest closest quick hourly daily
    weekly monthly yearly api"""
)
"""Words beside the noun."""
_PREPOSITIONS = _set("by with from to for in on of at as into using via and or")
_UNCOUNTED = _set(
    """news series species status address gas atlas alias canvas bias lens data metadata media weather sms dns gps os
    tls ios analysis basis access process progress business express us is as this his its plus bus virus campus bonus
    menu corpus census radius focus class glass pass loss boss cross"""
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
    "caches": "cache",
    "menus": "menu",
    "aliases": "alias",
    "leaves": "leaf",
    "shelves": "shelf",
    "wolves": "wolf",
    "quizzes": "quiz",
}


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

    >>> effect_of("post", ["search", "issues"]), effect_of("put", ["start", "playback"])
    (<Effect.READ: 'read'>, <Effect.UPDATE: 'update'>)
    """
    if method is None:
        position = _verb_position(name_words)
        return None if position is None else _EFFECTS[name_words[position]]
    spoken = [word for word in name_words if word not in _METHODS]
    position = _verb_position(spoken)
    verb = spoken[position] if position is not None else next(iter(last_segment), "")
    if method == "post":
        return _EFFECTS.get(verb, Effect.CREATE)
    usual = _BY_METHOD.get(method, Effect.READ)
    if method == "delete" and any(word in _UNDONE for word in last_segment[-1:]):
        return Effect.UPDATE
    is_believed = verb in _PLAIN and verb in (*spoken[:1], *last_segment[:1])
    return _EFFECTS[verb] if is_believed and method != "delete" else usual


def _verb_position(name_words: Sequence[str]) -> int | None:
    """Where the verb stands: in front, at the end, or else in between."""
    order = [0, len(name_words) - 1, *range(len(name_words))] if name_words else []
    strong = [at for at in order if name_words[at] in _EFFECTS and name_words[at] not in _WEAK]
    weak = [at for at in order if name_words[at] in _WEAK]
    return next(iter(strong + weak), None)


def resource_of(segments: Sequence[str], name: str) -> str | None:
    """The singular noun of what an operation reads or changes; None for a computation.

    Args:
        segments: The path's segments, ``{parameters}`` too; empty where there is no path.
        name: The operation's name, asked when the path holds no noun.

    >>> resource_of(["v2", "pets", "findByStatus"], "findPetsByStatus"), resource_of([], "get_user_tickets")
    ('pet', 'user_ticket')
    >>> resource_of(["alerts", "zone", "{zoneId}"], "alertsOfZone"), resource_of(["convert"], "convert")
    ('alert', None)
    """
    if words(name)[:1] and words(name)[0] in _COMPUTE:
        return None
    is_dotted = bool(segments) and _names_method(segments[-1])
    if is_dotted:
        segments = [*segments[:-1], *segments[-1].split(".")[:-1]]
    fallback: str | None = None
    for position in range(len(segments) - 1, -1, -1):
        parts = _parts(segments[position])
        if not parts:
            continue
        if position == len(segments) - 1 and parts[0] in _COMPUTE:
            return None
        if _is_compound(parts) and (is_dotted or re.search("[-_]", segments[position])):
            return "_".join(singular(part) for part in parts)[:MAX_NAME]
        if parts[0] in _EFFECTS:
            fallback = fallback or _noun(parts[1:])
        elif (noun := _noun(parts)) and not _is_filter(segments, position):
            return noun
    return fallback or _noun_of_name(words(name), has_path=bool(segments))


def _names_method(segment: str) -> bool:
    """Whether a segment is a dotted call: ``users.profile.get``; not ``users.json``, not ``team.logs``."""
    if re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)+", segment) is None:
        return False
    last = words(segment.rpartition(".")[2])
    is_noun = singular(last[-1]) != last[-1] and not _EFFECTS.keys() & set(last)
    return not is_noun and last[-1] not in _EXTENSIONS


def _is_compound(parts: list[str]) -> bool:
    """Whether a verb only begins a noun: ``merge-requests``, ``check_runs``."""
    is_plural = len(parts) > 1 and singular(parts[-1]) != parts[-1]
    return is_plural and parts[0] in _EFFECTS and parts[0] not in _COMMON


def _parts(segment: str) -> list[str]:
    """The words of a segment that may hold a noun; none for parameters and roots."""
    if "{" in segment:
        return []
    parts = [part for part in words(segment.removesuffix(".json")) if part not in _METHODS]
    return [] if all(part in _ROOTS or part.isdigit() for part in parts) else parts


def _is_filter(segments: Sequence[str], position: int) -> bool:
    """Whether a segment only says by what a collection before it is filtered: ``/alerts/zone/{zoneId}``."""
    last = words(segments[position])[-1]
    if singular(last) != last or not any("{" in segment for segment in segments[position + 1 : position + 2]):
        return False
    before = [
        part for segment in segments[:position] for part in ([segment] if "{" in segment else _parts(segment))
    ]
    collections = [part for part in before if "{" not in part and singular(part) != part]
    return bool(collections) and not any("{" in part for part in before)


def _noun_of_name(spoken: list[str], *, has_path: bool) -> str | None:
    if has_path:
        spoken = [word for word in spoken if word not in _METHODS]
    position = _verb_position(spoken)
    if position is None:
        return _noun(spoken)
    if spoken[position] in _COMPUTE:
        return None
    after = spoken[position + 1 :]
    if len(after) == 1 and after[0] in _ALSO_NOUNS:
        return after[0]
    return _noun(after) or _noun(spoken[:position])


def _noun(parts: Sequence[str]) -> str | None:
    """The noun phrase before the first preposition, every word in the singular."""
    phrase: list[str] = []
    for part in parts:
        if part in _PREPOSITIONS:
            break
        if part not in _QUALIFIERS and not part.isdigit():
            phrase.append(part)
    if len(phrase) > 1 and phrase[0] in _EFFECTS:
        phrase = phrase[1:]
    if len(phrase) > 1 and phrase[-1] in _EFFECTS:
        phrase = phrase[:-1]
    if not phrase or (len(phrase) == 1 and phrase[0] in _EFFECTS):
        return None
    return "_".join(singular(part) for part in phrase)[:MAX_NAME]
