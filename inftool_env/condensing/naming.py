"""What a tool's name says: the sense of its verb, and the words of what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from inftool_env.specs.meaning import singular
from inftool_env.specs.names import words

_SENSES = {
    word: sense
    for sense, spelled in {
        "get": "get retrieve fetch read show view describe inspect",
        "list": "list browse enumerate",
        "search": "search find query lookup",
        "create": "create add new insert post",
        "update": "update edit modify patch",
        "replace": "replace put",
        "delete": "delete remove destroy",
    }.items()
    for word in spelled.split()
}
"""Verbs that mean the same in a tool's name; any other verb means itself."""
_READING = frozenset({"get", "list", "search"})
"""Senses that two authors use for one function, as in ``find_pet_by_id`` and ``get_pet_by_id``."""
_SILENT = frozenset(["a", "an", "the", "of", "for", "by", "with", "in", "on", "at", "as"])
"""Not ``from`` and ``to``: they tell ``convert_a_to_b`` from ``convert_b_to_a``."""
_DATED = frozenset(["deprecated", "legacy", "old"])
_UNNAMING = """
api apis rest web http https server service services mcp platform swagger openapi open spec specification official public
sample example examples client sdk version preview beta alpha documentation docs tool tools s v to and from
"""
_GENERIC_TITLE = _SILENT.union(_UNNAMING.split())
"""Words of a title that do not name the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSense:
    """A name without what authors spell differently for one function."""

    verb: str
    """One of the senses, a verb that has none, or empty."""
    nouns: tuple[str, ...]
    """Every other word in the singular, in order."""
    is_plural: bool
    """Whether it speaks of many: ``list_pet`` and ``get_pets`` do."""
    spoken: tuple[str, ...]
    """The words as they stand, without a version and ``deprecated``."""

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Equal for names that may mean the same."""
        return ("read" if self.verb in _READING else self.verb, self.nouns)

    def is_like(self, other: "NameSense", *, strictly: bool) -> bool:
        """Whether both say the same; strictly: in the same words."""
        if strictly:
            return self.spoken == other.spoken
        return self.key == other.key and (self.verb not in _READING or self.is_plural == other.is_plural)


def name_senses(name: str, prefixes: frozenset[str]) -> tuple[NameSense, ...]:
    """What a name says as it stands, then without the API's own name in front of it.

    >>> [sense.nouns for sense in name_senses("slack_add_reaction", frozenset({"slack"}))]
    [('slack', 'add', 'reaction'), ('reaction',)]
    >>> name_senses("users_profile_get", frozenset())[0].key == name_senses("showUserProfile", frozenset())[
    ...     0
    ... ].key
    True
    """
    spoken = [word for word in _without_versions(words(name)) if word not in _DATED]
    if spoken[:1] == ["api"]:
        spoken = spoken[1:]
    whole = _sense(spoken)
    prefix = 0
    while prefix < len(spoken) and spoken[prefix] in prefixes:
        prefix += 1
    inner = _sense(spoken[prefix:])
    return (whole, inner) if prefix and inner.nouns else (whole,)


def title_words(title: str) -> frozenset[str]:
    """The words of an API's title that name it; not ``api``, ``server`` and the like."""
    return frozenset(word for word in words(title) if word not in _GENERIC_TITLE and not word.isdigit())


def version_of(name: str) -> int:
    """The version that a name speaks of, 0 where it speaks of none.

    >>> version_of("get_v2_pets"), version_of("getPets")
    (2, 0)
    """
    spoken = words(name)
    numbers = [int(two) for one, two in pairwise(spoken) if one == "v" and two.isdigit() and len(two) <= 3]
    return max(numbers, default=0)


def common_prefixes(names: Sequence[str], title: frozenset[str]) -> frozenset[str]:
    """The words of an API's title that at least half of its tools' names begin with, as in ``slack_get_users``.

    >>> common_prefixes(["slack_get_users", "slack_list_channels", "search"], frozenset({"slack", "search"}))
    frozenset({'slack'})
    """
    first = [next(iter(words(name)), "") for name in names]
    return frozenset(word for word in title if 2 * first.count(word) >= len(first))


def _without_versions(spoken: Sequence[str]) -> list[str]:
    """The words without ``v1``, which ``words`` parts in two."""
    kept: list[str] = []
    for at, word in enumerate(spoken):
        if word == "v" and spoken[at + 1 : at + 2] and spoken[at + 1].isdigit():
            continue
        if word.isdigit() and at and spoken[at - 1] == "v":
            continue
        kept.append(word)
    return kept


def _sense(spoken: Sequence[str]) -> NameSense:
    verb, rest = _parted([word for word in spoken if word not in _SILENT])
    return NameSense(
        verb=verb,
        nouns=tuple(singular(word) for word in rest),
        is_plural=verb == "list" or (bool(rest) and singular(rest[-1]) != rest[-1]),
        spoken=tuple(spoken),
    )


def _parted(spoken: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The verb in front or at the end, and the other words; a verb in between may be a noun (``list items``)."""
    if spoken and spoken[0] in _SENSES:
        return _SENSES[spoken[0]], _without_id(spoken[1:])
    if spoken and spoken[-1] in _SENSES:
        return _SENSES[spoken[-1]], _without_id(spoken[:-1])
    return "", _without_id(spoken)


def _without_id(rest: Sequence[str]) -> Sequence[str]:
    return rest[:-1] if len(rest) > 1 and rest[-1] == "id" else rest
