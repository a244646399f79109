"""ShareGPT with tools: ``from`` and ``value`` of every turn, speakers strictly taking turns.

``human`` and ``observation`` speak in odd places, ``gpt`` and ``function_call`` in even ones, as readers
of this layout demand. So the results of parallel calls are one observation, a JSON list of them, and
words beside a call stand before it in ``<think>`` tags, the one place where those readers bear them.
"""

from collections.abc import Iterator, Sequence

from agents.datasets.row import Row
from inftool_env.core.message import Message, Role
from inftool_env.core.schema import JsonObject
from inftool_env.world.backend import spell


def lay_out(row: Row) -> JsonObject:
    """The columns of a row."""
    return {
        "conversations": list(_turns(row.messages)),
        "tools": spell([tool["function"] for tool in row.tools]),
    }


def _turns(messages: Sequence[Message]) -> Iterator[JsonObject]:
    results: list[str] = []
    for message in messages:
        if message["role"] == Role.TOOL:
            results.append(message["content"])
            continue
        if results:
            yield _observation(results)
            results = []
        if message["role"] == Role.USER:
            yield {"from": "human", "value": message["content"]}
        elif "tool_calls" in message:
            yield {"from": "function_call", "value": _calls(message)}
        else:
            yield {"from": "gpt", "value": message["content"]}
    if results:
        yield _observation(results)


def _observation(results: Sequence[str]) -> JsonObject:
    """One result as it is; several as a list of their texts."""
    return {"from": "observation", "value": results[0] if len(results) == 1 else spell(list(results))}


def _calls(message: Message) -> str:
    calls = [call["function"] for call in message.get("tool_calls", ())]
    words = message["content"]
    return (f"<think>{words}</think>" if words else "") + spell(calls[0] if len(calls) == 1 else calls)
