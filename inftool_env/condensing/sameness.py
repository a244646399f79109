"""Whether one tool does what another does, so that a user of either is served by one of them."""

from dataclasses import dataclass

from inftool_env.condensing.candidate import Candidate
from inftool_env.condensing.documented import is_deprecated, own_description
from inftool_env.condensing.interface import match_names, takes_calls_of, tells_results_of
from inftool_env.specs.names import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a tool can go, and why."""

    is_same: bool
    why: str


def judge(kept: Candidate, other: Candidate, *, are_kin: bool) -> Judgement:
    """Whether ``kept`` does all that ``other`` does.

    Names must say the same, effects be equal, and both documents describe one API: the same words of another API
    are about other things. Every call of ``other`` must be possible with ``kept``, whose result tells as much.
    The tools of one document are held apart by anything that differs.

    Args:
        kept: The tool that would stand in.
        other: The tool that would go.
        are_kin: Whether both documents describe one API; see ``Kinship``.
    """
    objection = (
        _different_names(kept, other)
        or _different_resources(kept, other)
        or _different_descriptions(kept, other)
        or _different_interfaces(kept, other)
        or (None if are_kin else "the documents describe different APIs")
    )
    if objection is not None:
        return Judgement(is_same=False, why=objection)
    return Judgement(is_same=True, why=_agreement(kept, other))


def _different_names(kept: Candidate, other: Candidate) -> str | None:
    ours, theirs = kept.tool.effect, other.tool.effect
    if ours is not theirs:
        return f"one has the effect {theirs.value}, the other {ours.value}"
    is_strict = kept.source == other.source
    pairs = [
        (kept.senses[0], other.senses[0]),
        *((kept.senses[0], sense) for sense in other.senses[1:]),
        *((sense, other.senses[0]) for sense in kept.senses[1:]),
    ]
    if not any(one.is_like(two, strictly=is_strict) for one, two in pairs):
        return "the names say different things"
    methods = {one.tool.route.partition(" ")[0] for one in (kept, other) if one.tool.route}
    return "one replaces the whole, the other changes a part" if methods == {"PUT", "PATCH"} else None


def _different_descriptions(kept: Candidate, other: Candidate) -> str | None:
    """Two versions in one document do the same only where it says so: in equal words, or by calling one deprecated."""
    if kept.source != other.source or is_deprecated(other.tool):
        return None
    ours, theirs = (own_description(one.tool) for one in (kept, other))
    if ours and theirs:
        return None if words(ours) == words(theirs) else "the descriptions differ"
    is_told = kept.tool.returns is not None and other.tool.returns is not None
    return None if is_told else "nothing says that two versions do the same"


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


def _agreement(kept: Candidate, other: Candidate) -> str:
    tool = other.tool
    parts = [f"the names and the effect ({tool.effect.value}) agree"]
    pairs = match_names(tuple(kept.tool.properties), tuple(tool.properties), frozenset(_nouns(kept, other)))
    respelled = [f"{theirs} is {ours}" for theirs, ours in pairs.items() if theirs != ours]
    if tool.properties:
        taken = "its parameter is taken" if len(tool.properties) == 1 else "all its parameters are taken"
        parts.append(taken + (f" ({', '.join(respelled)})" if respelled else ""))
    else:
        parts.append("it takes no parameter")
    if tool.returns and kept.tool.returns:
        parts.append("its result is told")
    if kept.source != other.source:
        parts.append("both documents describe one API")
    return "; ".join(parts)


def _nouns(kept: Candidate, other: Candidate) -> set[str]:
    nouns = {noun for candidate in (kept, other) for sense in candidate.senses for noun in sense.nouns}
    return nouns | {word for one in (kept, other) for word in words(one.tool.resource or "")}
