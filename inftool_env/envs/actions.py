"""Actions: what a policy writes, as text or as a dict, becomes words and calls; never an exception."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonValue
from inftool_env.envs.formats import hermes, llama3, pythonic
from inftool_env.envs.formats.parsed import MAX_CALLS, ParsedAction, accept, refuse
from inftool_env.envs.formats.strict_json import (
    FormatError,
    check_value,
    is_utf8,
    kind_of,
    make_call,
    read_json,
)

__all__ = ["FORMATS", "MAX_ACTION_CHARS", "MAX_CALLS", "Action", "ActionDict", "ParsedAction"]
__all__ += ["parse_action", "render_action"]

MAX_ACTION_CHARS = 65_536
"""A longer action is a format error."""
KEPT_CHARS = 1_000
"""How much of an action that is too long stays in the conversation."""

FORMATS: Mapping[str, Callable[[str], ParsedAction]] = {
    "hermes": hermes.parse,
    "llama3": llama3.parse,
    "pythonic": pythonic.parse,
}
"""The parser of every text format by name."""

_THINK, _THOUGHT = "<think>", "</think>"


class ActionDict(TypedDict, total=False):
    """An assistant message as chat APIs return it.

    An entry of ``tool_calls`` is ``{"name", "arguments"}`` or OpenAI's ``{"id", "type", "function": {...}}``;
    arguments may be an object or its JSON.
    """

    content: str | None
    tool_calls: Sequence[Mapping[str, Any]] | None


Action: TypeAlias = str | ActionDict


def parse_action(action: JsonValue, action_format: str = "hermes") -> ParsedAction:
    """What the action says; whatever is wrong with it is told in ``errors``.

    Args:
        action: Text in the format, or an ``ActionDict``.
        action_format: A key of ``FORMATS``; for text only.
    """
    if isinstance(action, str):
        return _parse_text(action, FORMATS[action_format])
    if isinstance(action, Mapping):
        return _parse_dict(action)
    return refuse("", f"The action is {type(action).__name__}; expected a text or a dict.")


def render_action(content: str, calls: Sequence[ToolCall]) -> str:
    """The canonical text of an action, in the Hermes format; parsing it gives both back."""
    return hermes.render(content, calls)


def _parse_text(text: str, parse: Callable[[str], ParsedAction]) -> ParsedAction:
    if len(text) > MAX_ACTION_CHARS:
        return _too_long(text)
    if not is_utf8(text):
        return refuse(readable(text), "The text holds half a surrogate pair.")
    thought, said = "", text
    opening = text.lstrip()
    if opening.startswith(_THINK):
        thought, closed, said = opening.removeprefix(_THINK).partition(_THOUGHT)
        if not closed:
            return refuse(text, f"The {_THINK} block is never closed.")
    parsed = parse(said)
    if parsed.errors:
        return refuse(text, *parsed.errors)
    return ParsedAction(content=parsed.content, calls=parsed.calls, thought=thought.strip())


def _parse_dict(action: Mapping[str, JsonValue]) -> ParsedAction:
    content = action.get("content")
    if content is not None and not isinstance(content, str):
        return refuse("", f'"content" is {kind_of(content)}; expected a text or nothing.')
    content = content or ""
    if len(content) > MAX_ACTION_CHARS:
        return _too_long(content)
    entries = action.get("tool_calls") or ()
    if not isinstance(entries, Sequence) or isinstance(entries, str | bytes):
        return refuse(readable(content), f'"tool_calls" is {kind_of(entries)}; expected a list of calls.')
    if len(entries) > MAX_CALLS:
        return refuse(
            readable(content), f"{len(entries)} calls in one message; at most {MAX_CALLS} are allowed."
        )
    if hermes.OPEN in content or hermes.CLOSE in content or not is_utf8(content):
        return refuse(
            readable(content), '"content" holds a call tag or half a character; expected plain words.'
        )
    calls: list[ToolCall] = []
    for number, entry in enumerate(entries, start=1):
        try:
            calls.append(_read_entry(entry))
        except FormatError as error:
            return refuse(content, f"Call {number}: {error}.")
    return accept(content, calls)


def _read_entry(entry: JsonValue) -> ToolCall:
    expected = 'expected {"name": ..., "arguments": {...}}'
    function = entry.get("function", entry) if isinstance(entry, Mapping) else entry
    if not isinstance(function, Mapping):
        raise FormatError(f"found {kind_of(function)}; {expected}")
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        if len(arguments) > MAX_ACTION_CHARS:
            raise FormatError(
                f"{len(arguments)} characters of arguments; at most {MAX_ACTION_CHARS} are allowed"
            )
        arguments = read_json(arguments)
    elif isinstance(arguments, dict):
        arguments = check_value(arguments)
    return make_call(function.get("name"), arguments, expected)


def _too_long(text: str) -> ParsedAction:
    kept = readable(text[:KEPT_CHARS]) + "…"
    return refuse(kept, f"{len(text)} characters in one message; at most {MAX_ACTION_CHARS} are allowed.")


def readable(text: str) -> str:
    """The text with what cannot be encoded replaced by question marks."""
    return text.encode("utf-8", "replace").decode()
