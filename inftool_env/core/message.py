"""What the three roles say to each other: OpenAI-style messages, calls and results."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NotRequired, TypedDict

from inftool_env.core.schema import JsonObject, JsonValue


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class FunctionCall(TypedDict):
    """The function half of an OpenAI-style tool call; arguments are an object, as chat templates take them."""

    name: str
    arguments: JsonObject


class MessageToolCall(TypedDict):
    """One entry of an assistant message's ``tool_calls``."""

    id: str
    type: str
    function: FunctionCall


class Message(TypedDict):
    """One message of a conversation; which keys are there depends on the role."""

    role: str
    content: str
    tool_calls: NotRequired[list[MessageToolCall]]
    tool_call_id: NotRequired[str]
    name: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call the assistant makes."""

    name: str
    arguments: JsonObject = field(default_factory=dict)
    id: str = ""
    """Unique in its episode, as ``call_3``; the environment numbers calls that bring none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the server answers to one call."""

    call_id: str
    name: str
    content: str
    """JSON text of the result, or the error as the server phrases it."""
    is_error: bool = False
    data: JsonValue = None
    """The structured result; None for an error without a body."""


def user_message(text: str) -> Message:
    """What the user says."""
    return {"role": Role.USER.value, "content": text}


def assistant_message(content: str, calls: tuple[ToolCall, ...] = ()) -> Message:
    """What the assistant says and calls."""
    message: Message = {"role": Role.ASSISTANT.value, "content": content}
    if calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    return message


def tool_message(result: ToolResult) -> Message:
    """What the server's answer looks like to the assistant."""
    return {
        "role": Role.TOOL.value,
        "content": result.content,
        "tool_call_id": result.call_id,
        "name": result.name,
    }
