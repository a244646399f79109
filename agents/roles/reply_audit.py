"""What a user may say: exact rules, held against every reply of a model-played user."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from agents.roles.asking import Objection
from agents.roles.errors import AuditKind
from agents.roles.signs import injection
from agents.roles.wording import Slot, firm_words, slots_in, tells, without_slots
from inftool_env.core.trajectory import StopReason
from inftool_env.users.scripted import asks, offers_more

_WISH = re.compile(
    r"\b(?:also|please|(?:can|could|would|will) you|i(?:'d| would)? (?:also )?(?:want|need|like) (?:you )?to|help me|and then)"
    r"\s+(?:(?:also|then|please|now)\s+)*([a-z]+)",
    re.IGNORECASE,
)
_WORDS = json.loads(resources.files("agents.roles").joinpath("words.json").read_text(encoding="utf-8"))
_ASIDES: frozenset[str] = frozenset(_WORDS["asides"])
"""Verbs that ask for no other thing than before."""
_VAGUE: frozenset[str] = frozenset(_WORDS["vague"])
"""Words that ask for nothing in particular."""
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model wants its user to say."""

    text: str
    """With slots in place of values."""
    quotes: dict[str, str]
    """Slot to the assistant's words that ask for it, for every fact that is told now."""
    ends: StopReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a reply is held against."""

    slots: Sequence[Slot]
    hidden: frozenset[str]
    """Slots whose facts nobody has been told yet."""
    known: str
    """All that was said before, and every value that was told."""
    assistant: str
    """The message that is replied to."""
    said: Sequence[str]
    """The user's earlier replies, with their slots."""
    fruitless: int
    """Earlier replies that brought the task no further."""
    went_on: bool
    """Whether the user's last reply went on though the assistant had asked nothing."""


def objection_to(reply: Reply, moment: Moment) -> Objection | None:
    """The first thing that speaks against a reply; None for a good one."""
    words = without_slots(reply.text)
    return (
        _shape(reply, moment)
        or injection(reply.text)
        or _leak(reply, moment, words)
        or _contradiction(reply, moment, words)
        or _premature_end(reply, moment)
        or _impossible_request(moment, words)
        or _loop(reply, moment)
    )


def _shape(reply: Reply, moment: Moment) -> Objection | None:
    if not reply.text.strip():
        return Objection(AuditKind.SHAPE, "the text is empty")
    names = {slot.name for slot in moment.slots}
    unknown = next((name for name in slots_in(reply.text) if name not in names), None)
    if unknown is None:
        return None
    return Objection(
        AuditKind.SHAPE, f"there is no slot {{{unknown}}}, only {', '.join(sorted(names)) or 'none'}"
    )


def _leak(reply: Reply, moment: Moment, words: str) -> Objection | None:
    for name in sorted(set(slots_in(reply.text)) & moment.hidden):
        quote = reply.quotes.get(name)
        if quote is None:
            return _leaks(f"{{{name}}} is told without a quote of the assistant's words that ask for it")
        if not asks(moment.assistant):
            return _leaks(f"{{{name}}} is told, but the assistant has asked nothing")
        if _plain(quote) not in _plain(moment.assistant):
            return _leaks(f"the assistant never said {quote[:60]!r}, which is quoted for {{{name}}}")
        if not {word.lower() for word in _WORD.findall(quote)} - _VAGUE:
            return _leaks(f"{quote[:60]!r} asks for nothing in particular, so it does not ask for {{{name}}}")
        if sum(_plain(other) == _plain(quote) for other in reply.quotes.values()) > 1:
            return _leaks(f"{quote[:60]!r} is quoted for more than one fact")
    for slot in moment.slots:
        if (
            slot.name in moment.hidden
            and tells(words, slot.fact.value)
            and not tells(moment.known, slot.fact.value)
        ):
            return _leaks(f"the value of {{{slot.name}}} is written out")
    return None


def _contradiction(reply: Reply, moment: Moment, words: str) -> Objection | None:
    missing = next((name for name in reply.quotes if name not in slots_in(reply.text)), None)
    if missing is not None:
        return Objection(
            AuditKind.CONTRADICTION, f"{{{missing}}} is said to be told, but the text does not hold it"
        )
    known = moment.known.casefold()
    invented = next((word for word in firm_words(words) if word.casefold() not in known), None)
    if invented is None:
        return None
    return Objection(AuditKind.CONTRADICTION, f"{invented[:60]!r} is in no fact and was never said")


def _premature_end(reply: Reply, moment: Moment) -> Objection | None:
    why = None
    if reply.ends is not None and reply.quotes:
        why = "a value is told and the conversation ended in one breath"
    elif reply.ends is StopReason.SATISFIED and asks(moment.assistant) and not offers_more(moment.assistant):
        why = "the assistant asks something, so the user cannot be satisfied yet"
    elif reply.ends is StopReason.GAVE_UP and moment.fruitless == 0:
        why = "nothing has gone wrong yet, so there is no reason to give up"
    return None if why is None else Objection(AuditKind.PREMATURE_END, why)


def _impossible_request(moment: Moment, words: str) -> Objection | None:
    known = {word.lower() for word in _WORD.findall(moment.known)} | _ASIDES
    wished = (found[1].lower() for found in _WISH.finditer(words))
    verb = next((verb for verb in wished if len(verb) > 2 and verb not in known), None)
    if verb is None:
        return None
    return Objection(AuditKind.IMPOSSIBLE_REQUEST, f"to {verb} something was not part of the first message")


def _loop(reply: Reply, moment: Moment) -> Objection | None:
    if reply.ends is None and moment.went_on and not asks(moment.assistant):
        return Objection(
            AuditKind.LOOP, "the assistant asks nothing once more, so the user must come to an end"
        )
    if reply.ends is not None or _plain(reply.text) not in {_plain(earlier) for earlier in moment.said}:
        return None
    return Objection(AuditKind.LOOP, "the user has said the very same before")


def _leaks(why: str) -> Objection:
    return Objection(AuditKind.LEAK, why)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .,!?\"'")
