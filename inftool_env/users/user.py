"""The user's role, whoever plays it."""

from dataclasses import dataclass
from typing import Protocol

from inftool_env.core.trajectory import StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReply:
    """What the user says to a text of the assistant."""

    text: str
    ends: StopReason | None = None
    """``SATISFIED`` or ``GAVE_UP`` when the user leaves; None while the conversation goes on."""


class User(Protocol):
    """Someone who opens a conversation and answers the assistant's texts."""

    def open(self) -> str:
        """The first message."""
        ...

    def reply(self, text: str) -> UserReply:
        """The answer to a message that made no calls."""
        ...

    @property
    def asked(self) -> frozenset[str]:
        """Names of the facts the assistant has asked for so far, and of the follow-ups that the user has said."""
        ...
