"""What a policy gets to see: the conversation so far and the tools in sight."""

from typing import TypedDict

from inftool_env.core.message import Message, Role
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import Toolset


class Observation(TypedDict):
    """One moment of a conversation, fully observed."""

    messages: tuple[Message, ...]
    """OpenAI-style messages, the whole conversation so far."""
    tools: tuple[JsonObject, ...]
    """OpenAI-style tools that are visible now."""


def show_tools(toolset: Toolset) -> tuple[JsonObject, ...]:
    """Every tool as chat APIs take it, in order."""
    return tuple(tool.to_openai() for tool in toolset.tools)


def copy_observation(observation: Observation) -> Observation:
    """The observation in containers of its own, so that the one who gets it may keep it and edit it."""
    return {
        "messages": tuple(_copy(message) for message in observation["messages"]),
        "tools": tuple(_copy(tool) for tool in observation["tools"]),
    }


def spell_message(message: Message) -> str:
    """One message as a person reads it in a terminal."""
    speaker = message["role"]
    if speaker == Role.TOOL.value:
        speaker = f"tool {message.get('name', '')}".strip()
    lines = [message["content"]] if message["content"] else []
    for call in message.get("tool_calls", ()):
        arguments = canonical(call["function"]["arguments"])
        lines.append(f"-> {call['function']['name']} {arguments}")
    return f"{speaker}: " + "\n".join(lines)


def _copy(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_copy(part) for part in value]
    return value
