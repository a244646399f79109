"""What the assistant's words tell the user: a value in any usual spelling, or that the wish cannot be fulfilled."""

import re
from collections.abc import Sequence
from datetime import date

from inftool_env.core.message import Message, Role
from inftool_env.core.schema import JsonValue
from inftool_env.grading.reading import clocks_in, days_in, numbers_in, plain, shown_numbers

MOST_SAID = 4_000
"""Characters of an answer that a user reads: who tells everything tells nothing."""
_ROUNDING = 0.005
"""A number may be told rounded, as far as this share of it."""
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}).*)?", re.IGNORECASE)
_YES = re.compile(
    r"\b(?:yes|true|is|are|has|have|does|do|can|will|enabled|available|active|on)\b", re.IGNORECASE
)
_NO = re.compile(
    r"\b(?:no|not|none|never|false|cannot|disabled|unavailable|inactive|off)\b|n['’]t\b", re.IGNORECASE
)
_CANNOT = re.compile(
    r"\b(?:"
    r"(?:can|could|do|does|did|is|are|am|have|has|will|wo|would|was)(?:n?['’]?t| ?not)\b"
    r"|unable|impossible|unavailable|unsupported|beyond|outside|lack(?:s|ing)?"
    r"|no (?:tools?|functions?|way|means|suitable|such|matching|relevant|available|access|api|capabilit\w+|option)"
    r"|none of (?:my|the|these|those)|nothing (?:here|i have|in my|that|available)"
    r"|without (?:a|the|any|access)|out of (?:my )?scope|not (?:\w+ ){0,2}(?:possible|able|supported|available|designed|equipped)"
    r"|(?:only|just) (?:able to )?(?:help|assist|have|provide|handle|support|do|access)"
    r")",
    re.IGNORECASE,
)


def closing_words(messages: Sequence[Message]) -> str:
    """What the assistant said since the last answer of a tool, in messages that call nothing; cut where it is endless."""
    spoken: list[str] = []
    for message in reversed(messages):
        if message["role"] == Role.TOOL or message.get("tool_calls"):
            break
        if message["role"] == Role.ASSISTANT:
            spoken.append(message["content"])
    return "\n".join(reversed(spoken))[:MOST_SAID]


def count_questions(messages: Sequence[Message]) -> int:
    """How many of the assistant's messages the user answered and the conversation then went on after."""
    spoken = [
        message for message in messages if message["role"] == Role.ASSISTANT and not message.get("tool_calls")
    ]
    return max(0, len(spoken) - 1)


def turns_of_calls(messages: Sequence[Message]) -> list[int]:
    """For every call of a conversation, in order, the place of the message that made it."""
    return [place for place, message in enumerate(messages) for _ in message.get("tool_calls", ())]


def declines(text: str) -> bool:
    """Whether a text says that something cannot be done.

    >>> declines("Sorry, I can't do that."), declines("It is done.")
    (True, False)
    """
    return _CANNOT.search(text) is not None


def tells(text: str, value: JsonValue) -> bool:
    """Whether a text tells a value: as whole words in any case, numbers and dates in any usual spelling, every item.

    >>> tells("You have $1,234.50 left.", 1234.5), tells("On May 3rd at 2 pm", "2026-05-03T14:00:00Z")
    (True, True)
    """
    if isinstance(value, dict):
        return all(tells(text, part) for part in value.values())
    if isinstance(value, list):
        return all(tells(text, part) for part in value)
    if isinstance(value, bool):
        return (_NO.search(text) is not None) != value and (not value or _YES.search(text) is not None)
    if value is None:
        return True
    if isinstance(value, str):
        return _tells_text(text, value)
    return value in numbers_in(text) or any(
        _is_rounded(value, shown, decimals) for shown, decimals in shown_numbers(text)
    )


def contradicts(text: str, value: JsonValue) -> bool:
    """Whether a text that does not tell the value tells another one of its kind: a number, a date."""
    if isinstance(value, bool):
        return (_NO.search(text) is not None) == value
    if isinstance(value, int | float):
        return bool(shown_numbers(text))
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None and bool(days_in(text))


def _tells_text(text: str, value: str) -> bool:
    said = plain(text)
    wanted = plain(value)
    if wanted.strip():
        if wanted in said:
            return True
    elif value.strip() in text:
        return True
    moment = _MOMENT.fullmatch(value.strip())
    if moment is None:
        return False
    try:
        day = date(int(moment[1]), int(moment[2]), int(moment[3]))
    except ValueError:
        return False
    if not any(told.is_same(day) for told in days_in(text)):
        return False
    return moment[4] is None or (int(moment[4]), int(moment[5])) in clocks_in(text)


def _is_rounded(value: float, shown: float, decimals: int) -> bool:
    return abs(shown - value) <= _ROUNDING * abs(value) and shown == round(value, decimals)
