"""The format of Hermes and Qwen: a JSON object between ``<tool_call>`` tags, one block a call."""

import json
from collections.abc import Sequence

from inftool_env.core.message import ToolCall
from inftool_env.envs.formats.parsed import MAX_CALLS, ParsedAction, accept, refuse
from inftool_env.envs.formats.strict_json import FormatError, read_call, read_json

OPEN = "<tool_call>"
CLOSE = "</tool_call>"


def parse(text: str) -> ParsedAction:
    """The words outside the blocks, and the calls inside them."""
    if text.count(OPEN) > MAX_CALLS:
        return refuse(text, f"{text.count(OPEN)} calls in one message; at most {MAX_CALLS} are allowed.")
    spoken: list[str] = []
    calls: list[ToolCall] = []
    position = 0
    while (start := text.find(OPEN, position)) >= 0:
        spoken.append(text[position:start])
        end = text.find(CLOSE, start)
        body = text[start + len(OPEN) : end]
        block = f"Call block {len(calls) + 1}"
        if end < 0:
            return refuse(text, f"{block} has no {CLOSE}.")
        if OPEN in body:
            return refuse(text, f"{block} holds another {OPEN} before its {CLOSE}.")
        try:
            calls.append(read_call(read_json(body.strip())))
        except FormatError as error:
            return refuse(text, f"{block}: {error}.")
        position = end + len(CLOSE)
    spoken.append(text[position:])
    if any(CLOSE in part for part in spoken):
        return refuse(text, f"There is a {CLOSE} without {OPEN}.")
    return accept("\n".join(part.strip() for part in spoken if part.strip()), calls)


def render(content: str, calls: Sequence[ToolCall]) -> str:
    """The action as a model writes it; ``parse`` gives both back.

    Args:
        content: Words without call tags in them.
        calls: Their ids are left out.
    """
    blocks = [f"{OPEN}\n{_spell(call)}\n{CLOSE}" for call in calls]
    return "\n".join([content.strip(), *blocks] if content.strip() else blocks)


def _spell(call: ToolCall) -> str:
    text = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
    # A tag in an argument would end the block; only JSON strings can hold one, and there "<" may be escaped.
    return text.replace("<", "\\u003c") if OPEN in text or CLOSE in text else text
