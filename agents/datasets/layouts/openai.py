"""OpenAI's chat format: ``messages`` and ``tools`` as its API takes them, arguments as JSON text."""

from agents.datasets.row import Row
from inftool_env.core.message import Message
from inftool_env.core.schema import JsonObject
from inftool_env.world.backend import spell


def lay_out(row: Row) -> JsonObject:
    """The columns of a row."""
    return {"messages": [_message(message) for message in row.messages], "tools": list(row.tools)}


def _message(message: Message) -> JsonObject:
    laid: JsonObject = {"role": message["role"], "content": message["content"]}
    if "tool_calls" in message:
        laid["tool_calls"] = [
            {
                "id": call["id"],
                "type": "function",
                "function": {
                    "name": call["function"]["name"],
                    "arguments": spell(call["function"]["arguments"]),
                },
            }
            for call in message["tool_calls"]
        ]
    return laid | {key: message[key] for key in ("tool_call_id", "name") if key in message}
