"""A user without a model: exact, deterministic, and told everything by the scenario."""

import re

from inftool_env.core.scenario import Fact, FollowUp, Scenario
from inftool_env.core.trajectory import StopReason
from inftool_env.users.phrasing import humanise
from inftool_env.users.user import UserReply

PATIENCE = 2
"""Replies that bring the task no further before the user gives up."""

_QUESTION = re.compile(
    r"\?|\b(?:please (?:tell|give|provide|specify|share|confirm)|could you (?:tell|give)|let me know|i need to know)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:anything|something|what) else\b|\belse (?:that )?i can\b|\bfurther (?:help|questions?|assistance)\b"
    r"|\bhelp you with anything\b",
    re.IGNORECASE,
)
_OPEN_QUESTION = re.compile(
    r"(?:^|[.!?:;,]\s+)(?:and |so |but )?(?:what|which|when|where|who|whose|how|why)\b", re.IGNORECASE
)
_WORD = re.compile(r"[a-z0-9]+")
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "code",
        "for",
        "id",
        "identifier",
        "in",
        "key",
        "name",
        "number",
        "of",
        "on",
        "or",
        "the",
        "to",
        "type",
        "value",
    ]
)


class ScriptedUser:
    """Reveals what is asked for, and nothing else; goes on after a statement, or thanks and leaves.

    A text with a question gets the facts that it names. A question that names none of them, or one
    already answered twice, costs patience, which every follow-up restores. Any other text, and an offer of
    further help, brings the next follow-up; when all have been said it ends the conversation: whether the
    wishes were fulfilled is the grader's business, never the user's.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._facts = list(scenario.facts)
        self._to_come = list(scenario.follow_ups)
        self._noted: set[str] = set()
        self._patience = PATIENCE

    @property
    def asked(self) -> frozenset[str]:
        """Names of the facts that were asked for and told, and of the follow-ups that were said."""
        return frozenset(self._noted)

    def open(self) -> str:
        """The scenario's opening message."""
        return self._scenario.opening

    def reply(self, text: str) -> UserReply:
        """Answer a question; after a statement go on with what is still to be said, or leave."""
        if not asks(text):
            return self._go_on()
        wanted = [fact for fact in self._facts if _names(text, fact)]
        news = [fact for fact in wanted if not fact.told and fact.name not in self._noted]
        if news:
            self._noted.update(fact.name for fact in news)
            said = [fact.reveal for fact in news]
            if self._to_come and self._to_come[0].with_answer:
                said.append(self._follow_up())
            return UserReply(text=" ".join(said))
        if self._to_come and offers_more(text):
            return self._go_on()
        if self._patience == 0:
            return UserReply(text="This leads nowhere. Never mind.", ends=StopReason.GAVE_UP)
        self._patience -= 1
        if wanted:
            return UserReply(text="As I said: " + " ".join(fact.reveal for fact in wanted))
        if all(fact.told or fact.name in self._noted for fact in self._facts):
            return UserReply(text="I have told you all I know. Please go on.")
        return UserReply(text="I do not know what you mean. What exactly do you need?")

    def _go_on(self) -> UserReply:
        if self._to_come:
            return UserReply(text=self._follow_up())
        return UserReply(text="Thank you, that is all.", ends=StopReason.SATISFIED)

    def _follow_up(self) -> str:
        """What comes next; what it tells takes the place of what was told under the same names."""
        said: FollowUp = self._to_come.pop(0)
        self._noted.add(said.name)
        retold = {fact.name for fact in said.facts}
        self._facts = [fact for fact in self._facts if fact.name not in retold] + list(said.facts)
        self._patience = PATIENCE
        return said.text


def asks(text: str) -> bool:
    """Whether a message of the assistant asks the user for something."""
    return _QUESTION.search(text) is not None


def offers_more(text: str) -> bool:
    """Whether a message of the assistant asks the user for a further wish.

    >>> offers_more("It is done. Can I help you with anything else?"), offers_more("Which city?")
    (True, False)
    """
    return _OFFER.search(text) is not None


def _names(text: str, fact: Fact) -> bool:
    """Whether the text mentions the fact by a telling word of its phrase, or by a cue."""
    if _has_cue(text, fact):
        return True
    spoken = set(_WORD.findall(humanise(text))) | set(_WORD.findall(text.lower()))
    words = [word for word in _WORD.findall(fact.phrase.lower()) if word not in _COMMON]
    telling = words or _WORD.findall(fact.phrase.lower())
    return any(word in spoken for word in telling)


def _has_cue(text: str, fact: Fact) -> bool:
    """Whether the text holds a cue of the fact; what is answered with yes or no is not asked for with "what"."""
    if not fact.cues or (isinstance(fact.value, bool) and _OPEN_QUESTION.search(text)):
        return False
    words = f" {' '.join(_WORD.findall(text.lower()))} "
    return any(f" {cue} " in words for cue in fact.cues)
