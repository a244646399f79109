"""A user without a model: exact, deterministic, and told everything by the scenario."""

import re

from inftool_env.core.scenario import Fact, Scenario
from inftool_env.core.trajectory import StopReason
from inftool_env.users.phrasing import humanise
from inftool_env.users.user import UserReply

PATIENCE = 2
"""Replies that bring the task no further before the user gives up."""

_QUESTION = re.compile(
    r"\?|\b(?:please (?:tell|give|provide|specify|share)|could you (?:tell|give)|let me know|i need to know)\b",
    re.IGNORECASE,
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
    """Reveals what is asked for, and nothing else; thanks for a statement and leaves.

    A text with a question gets the facts that it names. A question that names none of them, or one
    already answered twice, costs patience. Any other text ends the conversation: whether the wish
    was fulfilled is the grader's business, never the user's.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._asked: set[str] = set()
        self._patience = PATIENCE

    @property
    def asked(self) -> frozenset[str]:
        """Names of the facts that were asked for and told."""
        return frozenset(self._asked)

    def open(self) -> str:
        """The scenario's opening message."""
        return self._scenario.opening

    def reply(self, text: str) -> UserReply:
        """Answer a question, or leave after a statement."""
        if not asks(text):
            return UserReply(text="Thank you, that is all.", ends=StopReason.SATISFIED)
        wanted = [fact for fact in self._scenario.facts if _names(text, fact)]
        news = [fact for fact in wanted if not fact.told and fact.name not in self._asked]
        if news:
            self._asked.update(fact.name for fact in news)
            return UserReply(text=" ".join(fact.reveal for fact in news))
        if self._patience == 0:
            return UserReply(text="This leads nowhere. Never mind.", ends=StopReason.GAVE_UP)
        self._patience -= 1
        if wanted:
            return UserReply(text="As I said: " + " ".join(fact.reveal for fact in wanted))
        if all(fact.told or fact.name in self._asked for fact in self._scenario.facts):
            return UserReply(text="I have told you all I know. Please go on.")
        return UserReply(text="I do not know what you mean. What exactly do you need?")


def asks(text: str) -> bool:
    """Whether a message of the assistant asks the user for something."""
    return _QUESTION.search(text) is not None


def _names(text: str, fact: Fact) -> bool:
    """Whether the text mentions the fact by a telling word of its phrase."""
    spoken = set(_WORD.findall(humanise(text))) | set(_WORD.findall(text.lower()))
    words = [word for word in _WORD.findall(fact.phrase.lower()) if word not in _COMMON]
    telling = words or _WORD.findall(fact.phrase.lower())
    return any(word in spoken for word in telling)
