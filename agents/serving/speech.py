"""What of a turn may be shown before it has ended, and what it says and calls when it has."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from agents.serving.turn_text import begun
from inftool_env.core.message import ToolCall
from inftool_env.envs.actions import parse_action
from inftool_env.envs.formats.hermes import CLOSE, OPEN

_THINK, _THOUGHT = "<think>", "</think>"


class Outcome(StrEnum):
    """What became of the calls of a turn."""

    WORDS = "words"
    CALLS = "calls"
    MALFORMED = "malformed"
    """It begins calls that cannot be read: its text is what it says."""
    NOT_OFFERED = "not_offered"
    """It calls what was not offered: its text is what it says, and nothing is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A whole turn, understood."""

    content: str
    calls: tuple[ToolCall, ...]
    outcome: Outcome


class Speech:
    """Listens to a turn's text as it comes. A leading ``<think>`` block is never shown.

    Words are shown as they come; calls only with the end of the turn, since one that is malformed or not offered
    spoils them all, as it does in InfTool's environments. What was shown is always the beginning of the content.

    Args:
        names: Tools that may be called.
        action_format: How the policy writes calls.
        one_call: Only the first call counts.
    """

    def __init__(
        self, names: Collection[str], action_format: str = "hermes", *, one_call: bool = False
    ) -> None:
        self._names = frozenset(names)
        self._format = action_format
        self._one_call = one_call
        self._text = ""
        self._shown = 0
        self._calls_began = False

    def hear(self, text: str) -> str:
        """The words that may be shown, now that more text has come."""
        self._text += text
        if self._calls_began or (self._names and self._format != "hermes"):
            return ""
        words = _without_thought(self._text)
        if words is None:
            return ""
        if self._names:
            start = words.find(OPEN)
            self._calls_began = start >= 0
            end = start if self._calls_began else len(words) - max(begun(words, OPEN), begun(words, CLOSE))
            words = words[:end]
        words = words.rstrip()
        shown = words[self._shown :]
        self._shown = max(self._shown, len(words))
        return shown

    def end(self) -> tuple[str, Said]:
        """The words that were not shown yet, and the whole turn."""
        said = self._understand()
        return said.content[self._shown :], said

    def _understand(self) -> Said:
        parsed = parse_action(self._text, self._format)
        words = _without_thought(self._text)
        plain = (self._text if words is None else words).strip()
        if parsed.errors:
            outcome = Outcome.MALFORMED if plain and self._names else Outcome.WORDS
            return Said(content=plain, calls=(), outcome=outcome)
        if not parsed.calls:
            return Said(content=plain, calls=(), outcome=Outcome.WORDS)
        if any(call.name not in self._names for call in parsed.calls):
            return Said(content=plain, calls=(), outcome=Outcome.NOT_OFFERED)
        calls = parsed.calls[:1] if self._one_call else parsed.calls
        return Said(content=parsed.content, calls=calls, outcome=Outcome.CALLS)


def _without_thought(text: str) -> str | None:
    """The text after a leading thought, stripped on the left; None while the thought may still go on."""
    opening = text.lstrip()
    if _THINK.startswith(opening[: len(_THINK)]) and len(opening) < len(_THINK):
        return None
    if not opening.startswith(_THINK):
        return opening
    _, closed, words = opening.partition(_THOUGHT)
    return words.lstrip() if closed else None
