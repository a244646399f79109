"""The format of Llama 3: the whole message is one JSON object a call, with ``parameters``."""

from inftool_env.core.message import ToolCall
from inftool_env.envs.formats.parsed import MAX_CALLS, ParsedAction, accept, refuse
from inftool_env.envs.formats.strict_json import FormatError, check_depth, read_call, read_leading_json

_TAG = "<|python_tag|>"
_BETWEEN = " \t\r\n;"


def parse(text: str) -> ParsedAction:
    """Calls when the message begins as JSON or with the tag, else words.

    Several calls are separated by ``;`` or by line breaks.
    """
    stripped = text.strip()
    body = stripped.removeprefix(_TAG).strip()
    if not (stripped.startswith(_TAG) or body.startswith("{")):
        return accept(text, [])
    calls: list[ToolCall] = []
    position = 0
    try:
        check_depth(body)
        while position < len(body):
            if len(calls) == MAX_CALLS:
                return refuse(text, f"More than {MAX_CALLS} calls in one message.")
            value, position = read_leading_json(body, position)
            calls.append(read_call(value, "parameters"))
            while position < len(body) and body[position] in _BETWEEN:
                position += 1
    except FormatError as error:
        return refuse(text, f"Call {len(calls) + 1}: {error}.")
    return accept("", calls)
