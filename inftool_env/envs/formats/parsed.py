"""What an action says, whichever format it was written in."""

from dataclasses import dataclass

from inftool_env.core.message import ToolCall

MAX_CALLS = 32
"""Calls in one action; more are a format error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAction:
    """One assistant message, understood; or the reasons why it could not be."""

    content: str = ""
    """What the assistant says aloud, stripped; the raw text when there are errors."""
    calls: tuple[ToolCall, ...] = ()
    """In the order written, without ids; empty when there are errors."""
    errors: tuple[str, ...] = ()
    """One plain sentence each; empty when the action is well formed."""
    thought: str = ""
    """A leading ``<think>`` block, which nobody but the policy reads."""


def accept(content: str, calls: list[ToolCall]) -> ParsedAction:
    """The well-formed action; a format error when it holds too many calls or says nothing at all."""
    if len(calls) > MAX_CALLS:
        return refuse(content, f"{len(calls)} calls in one message; at most {MAX_CALLS} are allowed.")
    content = content.strip()
    if not content and not calls:
        return refuse(content, "The message is empty; write a text or a call.")
    return ParsedAction(content=content, calls=tuple(calls))


def refuse(raw: str, *errors: str) -> ParsedAction:
    """The malformed action with the reasons."""
    return ParsedAction(content=raw, errors=errors)
