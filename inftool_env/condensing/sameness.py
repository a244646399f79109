"""Whether one tool does what another does, so that a user of either is served by one of them."""

from dataclasses import dataclass

from inftool_env.condensing.candidate import Candidate
from inftool_env.condensing.interface import match_names, result_fields, takes_calls_of, tells_results_of
from inftool_env.specs.names import words

_MIN_EVIDENCE = 4
"""Telling fields that tools of two unrelated APIs must share."""
_MIN_ALIKE = 0.6
"""Of all their results' fields, the part that such tools must share."""
_COMMON_FIELDS = frozenset(
    [
        "id",
        "name",
        "title",
        "description",
        "type",
        "kind",
        "status",
        "state",
        "url",
        "uri",
        "href",
        "link",
        "self",
        "count",
        "total",
        "limit",
        "offset",
        "page",
        "cursor",
        "next",
        "previous",
        "size",
        "item",
        "data",
        "result",
        "error",
        "message",
        "code",
        "key",
        "value",
        "label",
        "tag",
        "created",
        "at",
        "updated",
        "create",
        "update",
        "date",
    ]
)
"""Fields that results of anything have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a tool can go, and why."""

    is_same: bool
    why: str


def judge(kept: Candidate, other: Candidate, *, are_kin: bool) -> Judgement:
    """Whether ``kept`` does all that ``other`` does.

    Names must say the same and effects be equal; every call of ``other`` must be possible with ``kept``, whose
    result tells as much. The tools of one document are held apart by anything that differs, and those of unrelated APIs
    unless their results prove that they speak of the same things.

    Args:
        kept: The tool that would stand in.
        other: The tool that would go.
        are_kin: Whether both documents describe one API; see ``Kinship``.
    """
    objection = (
        _different_names(kept, other)
        or _different_resources(kept, other)
        or _different_interfaces(kept, other)
        or (None if are_kin else _too_little_in_common(kept, other))
    )
    if objection is not None:
        return Judgement(is_same=False, why=objection)
    return Judgement(is_same=True, why=_agreement(kept, other, are_kin))


def _different_names(kept: Candidate, other: Candidate) -> str | None:
    ours, theirs = kept.tool.effect, other.tool.effect
    if ours is not theirs:
        return f"one has the effect {theirs.value}, the other {ours.value}"
    methods = {one.tool.route.partition(" ")[0] for one in (kept, other) if one.tool.route}
    if methods == {"PUT", "PATCH"}:
        return "one replaces the whole, the other changes a part"
    is_strict = kept.source == other.source
    pairs = [
        (kept.senses[0], other.senses[0]),
        *((kept.senses[0], sense) for sense in other.senses[1:]),
        *((sense, other.senses[0]) for sense in kept.senses[1:]),
    ]
    if not any(one.is_like(two, strictly=is_strict) for one, two in pairs):
        return "the names say different things"
    return None


def _different_resources(kept: Candidate, other: Candidate) -> str | None:
    ours, theirs = kept.tool.resource, other.tool.resource
    if ours is None or theirs is None:
        return None
    shared = set(words(ours)) & set(words(theirs))
    if not shared:
        return f"one is about {theirs}, the other about {ours}"
    return None


def _different_interfaces(kept: Candidate, other: Candidate) -> str | None:
    nouns = _nouns(kept, other)
    objection = takes_calls_of(kept.tool, other.tool, nouns)
    if objection is None and kept.source == other.source:
        objection = takes_calls_of(other.tool, kept.tool, nouns)
        return (
            objection
            or tells_results_of(kept.tool, other.tool, share=1.0)
            or tells_results_of(other.tool, kept.tool, share=1.0)
        )
    return objection or tells_results_of(kept.tool, other.tool)


def _too_little_in_common(kept: Candidate, other: Candidate) -> str | None:
    ours, theirs = result_fields(kept.tool), result_fields(other.tool)
    shared = ours & theirs
    alike = len(shared) / max(1, len(ours | theirs))
    telling = sum(1 for name in shared if not set(name.split()) <= _COMMON_FIELDS)
    if telling < _MIN_EVIDENCE or alike < _MIN_ALIKE:
        return "nothing shows that the two APIs speak of the same things"
    return None


def _agreement(kept: Candidate, other: Candidate, are_kin: bool) -> str:
    tool = other.tool
    parts = [f"names and the effect {tool.effect.value} agree"]
    pairs = match_names(tuple(kept.tool.properties), tuple(tool.properties), frozenset(_nouns(kept, other)))
    respelled = [f"{theirs} is {ours}" for theirs, ours in pairs.items() if theirs != ours]
    if tool.properties:
        parts.append(
            f"all {len(tool.properties)} parameters are taken"
            + (f" ({', '.join(respelled)})" if respelled else "")
        )
    else:
        parts.append("neither needs a parameter")
    if tool.returns and kept.tool.returns:
        parts.append("the result is told")
    if kept.source != other.source:
        parts.append("one API" if are_kin else "the results hold the same fields")
    return "; ".join(parts)


def _nouns(kept: Candidate, other: Candidate) -> set[str]:
    nouns = {noun for candidate in (kept, other) for sense in candidate.senses for noun in sense.nouns}
    return nouns | {word for one in (kept, other) for word in words(one.tool.resource or "")}
