"""The whole conversation as one text: ChatML turns with Hermes' tags around tools, calls and results."""

from collections.abc import Iterator
from itertools import groupby

from agents.datasets.row import Row
from inftool_env.core.message import Message, Role, ToolCall
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.envs.formats.hermes import render
from inftool_env.world.backend import spell

MARKS = ("<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
"""What structures the text, and so may stand in nobody's words."""

_PREAMBLE = (
    "You can use tools. Between <tools> and </tools> each line describes one as JSON.\n"
    "To use one, write a JSON object with its name and arguments between <tool_call> and </tool_call>; "
    "what it returns comes between <tool_response> and </tool_response>."
)


def lay_out(row: Row) -> JsonObject:
    """The columns of a row."""
    return {"text": "".join(_turns(row))}


def _turns(row: Row) -> Iterator[str]:
    tools = "\n".join(_plain(tool) for tool in row.tools)
    yield _turn("system", f"{_PREAMBLE}\n<tools>\n{tools}\n</tools>")
    for role, messages in groupby(row.messages, key=lambda message: message["role"]):
        if role == Role.TOOL:
            yield _turn(role, "\n".join(map(_response, messages)))
        else:
            for message in messages:
                yield _turn(role, _words(message))


def _turn(role: str, text: str) -> str:
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


def _words(message: Message) -> str:
    calls = [
        ToolCall(name=call["function"]["name"], arguments=call["function"]["arguments"])
        for call in message.get("tool_calls", ())
    ]
    return render(message["content"], calls) if calls else message["content"]


def _response(message: Message) -> str:
    answer = _plain({"name": message.get("name", ""), "content": message["content"]})
    return f"<tool_response>\n{answer}\n</tool_response>"


def _plain(value: JsonValue) -> str:
    """JSON in which no string can pass for a mark: there ``<`` may be escaped."""
    text = spell(value)
    return text.replace("<", "\\u003c") if any(mark in text for mark in MARKS) else text
