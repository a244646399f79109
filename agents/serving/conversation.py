"""A request's messages and tools as the policy's chat template takes them."""

from collections.abc import Sequence

from agents.serving.errors import ApiError
from agents.serving.requests import (
    AssistantMessage,
    ChatMessage,
    Content,
    NamedChoice,
    Tool,
    ToolMessage,
    UserMessage,
)
from inftool_env.core.message import Message, MessageToolCall, Role, user_message
from inftool_env.core.schema import JsonObject
from inftool_env.envs.formats.strict_json import FormatError, kind_of, read_json


def conversation_of(messages: Sequence[ChatMessage]) -> list[Message]:
    """The messages as templates take them: content as text, arguments as objects.

    Raises:
        ApiError: the arguments of an earlier call are no JSON object.
    """
    names: dict[str, str] = {}
    return [_message(message, f"messages[{number}]", names) for number, message in enumerate(messages)]


def offered(tools: Sequence[Tool], choice: str | NamedChoice | None) -> tuple[JsonObject, ...]:
    """The tools that may be called, in OpenAI form: all, none, or the one that the choice names."""
    if choice == "none":
        return ()
    return tuple(
        {
            "type": "function",
            "function": {
                "name": tool.function.name,
                "description": tool.function.description or "",
                "parameters": tool.function.parameters or {"type": "object", "properties": {}},
            },
        }
        for tool in tools
        if not isinstance(choice, NamedChoice) or choice.function.name == tool.function.name
    )


def _message(message: ChatMessage, place: str, names: dict[str, str]) -> Message:
    match message:
        case UserMessage():
            return user_message(_text(message.content))
        case AssistantMessage():
            return _assistant(message, place, names)
        case ToolMessage():
            told: Message = {
                "role": Role.TOOL.value,
                "content": _text(message.content),
                "tool_call_id": message.tool_call_id,
            }
            if message.tool_call_id in names:
                told["name"] = names[message.tool_call_id]
            return told
        case _:
            return {"role": Role.SYSTEM.value, "content": _text(message.content)}


def _assistant(message: AssistantMessage, place: str, names: dict[str, str]) -> Message:
    said: Message = {"role": Role.ASSISTANT.value, "content": _text(message.content)}
    calls: list[MessageToolCall] = []
    for number, call in enumerate(message.tool_calls or ()):
        where = f"{place}.tool_calls[{number}].function.arguments"
        names[call.id] = call.function.name
        arguments = _arguments(call.function.arguments, where)
        calls.append(
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": arguments},
            }
        )
    if calls:
        said["tool_calls"] = calls
    return said


def _arguments(text: str, where: str) -> JsonObject:
    expected = "expected the JSON of an object, as the call was made with. Send the call as it came"
    try:
        value = read_json(text or "{}")
    except FormatError as error:
        raise ApiError(f"{where}: {error}; {expected}.", param=where) from error
    if not isinstance(value, dict):
        raise ApiError(f"{where}: found {kind_of(value)}; {expected}.", param=where)
    return value


def _text(content: Content | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(part.text for part in content)
