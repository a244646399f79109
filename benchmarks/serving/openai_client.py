"""OpenAI's official client against a served policy: a worker of ``benchmarks.serving``.

Run by the interpreter of an environment in which openai is installed; imports nothing of ours. Prints what passed
as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import openai

MODEL = "tiny"
SEEDS = 60
"""Answers among which one is looked for."""
HELLO = [{"role": "user", "content": "Hello"}]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "Set the unit of temperatures.",
            "parameters": {
                "type": "object",
                "properties": {"unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
                "required": ["unit"],
                "additionalProperties": False,
            },
        },
    }
    for name in ("set_unit", "show_unit")
]
BOTH = [
    {
        "role": "user",
        "content": "List weather alerts by place or trigger that are not active. Besides, forget a place that was saved "
        "with location id loc_2029.",
    }
]
PAIR: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {"type": "object", "properties": properties, "additionalProperties": False},
        },
    }
    for name, description, properties in (
        ("list_weather_alerts", "List weather alerts by place or trigger", {"active": {"type": "boolean"}}),
        ("delete_saved_location", "Forget a place that was saved", {"location_id": {"enum": ["loc_2029"]}}),
    )
]
NAMED: Any = {"type": "function", "function": {"name": "show_unit"}}


def main(url: str) -> None:
    """Try everything; print the names of what was tried, each with whether it passed."""
    client = openai.OpenAI(base_url=url, api_key="none-is-needed", max_retries=0, timeout=120)
    passed = {}
    for name, check in CHECKS.items():
        try:
            passed[name] = bool(check(client))
        except (
            openai.OpenAIError,
            StopIteration,
            AssertionError,
            TypeError,
            ValueError,
            KeyError,
            IndexError,
        ) as error:
            print(f"{name}: {error!r}"[:500], file=sys.stderr)  # noqa: T201
            passed[name] = False
    print(json.dumps(passed))  # noqa: T201


def create(client: openai.OpenAI, **fields: Any) -> Any:
    """One chat completion; a short question where nothing else is asked."""
    return client.chat.completions.create(
        **{"model": MODEL, "messages": HELLO, "max_tokens": 150, "seed": 1, **fields}
    )


def created(client: openai.OpenAI, is_wanted: Callable[[Any], bool], **fields: Any) -> Any:
    """The first of some answers, of other seeds, that is of the kind that is tried: what a policy says is its own affair."""
    answers = (create(client, **{**fields, "seed": seed}) for seed in range(SEEDS))
    return next(answer for answer in answers if is_wanted(answer.choices[0]))


def lists_models(client: openai.OpenAI) -> bool:
    """The policy is listed, and found by its name."""
    return MODEL in [model.id for model in client.models.list()] and client.models.retrieve(MODEL).id == MODEL


def chats(client: openai.OpenAI) -> bool:
    """There are words, and the usage adds up."""
    usage = created(client, lambda choice: choice.message.content).usage
    return bool(usage.total_tokens == usage.prompt_tokens + usage.completion_tokens)


def has_choices(client: openai.OpenAI) -> bool:
    """Several choices, the same when asked again."""
    first, second = (create(client, n=3).choices for _ in range(2))
    return [one.message for one in first] == [one.message for one in second] and len(first) == 3


def calls(client: openai.OpenAI) -> bool:
    """A call of the named tool, whose result is taken in the next turn."""
    message = create(client, tools=TOOLS, tool_choice=NAMED).choices[0].message
    (call,) = message.tool_calls
    result = {"role": "tool", "tool_call_id": call.id, "content": "celsius"}
    after = create(client, tools=TOOLS, messages=[*HELLO, message, result])
    arguments = json.loads(call.function.arguments)
    return call.function.name == "show_unit" and set(arguments) == {"unit"} and bool(after.choices)


def calls_in_parallel(client: openai.OpenAI) -> bool:
    """Several calls in one message, with ids of their own; and one where only one is allowed."""
    fields = {"messages": BOTH, "tools": PAIR, "extra_body": {"constrained": True}}
    several = created(client, lambda choice: len(choice.message.tool_calls or ()) > 1, **fields)
    alone = created(client, lambda choice: choice.message.tool_calls, **fields, parallel_tool_calls=False)
    calls = several.choices[0].message.tool_calls
    return (
        {call.function.name for call in calls} <= {tool["function"]["name"] for tool in PAIR}
        and len({call.id for call in calls}) == len(calls)
        and len(alone.choices[0].message.tool_calls) == 1
    )


def streams(client: openai.OpenAI) -> bool:
    """A stream put together is the whole answer."""
    whole = create(client)
    options = {"include_usage": True}
    events = list(create(client, stream=True, stream_options=options))
    text = "".join(event.choices[0].delta.content or "" for event in events if event.choices)
    return bool(text == whole.choices[0].message.content and events[-1].usage == whole.usage)


def streams_calls(client: openai.OpenAI) -> bool:
    """The client's own accumulator makes the same calls of a stream."""
    fields = {
        "model": MODEL,
        "messages": HELLO,
        "max_tokens": 150,
        "seed": 1,
        "tools": TOOLS,
        "tool_choice": NAMED,
    }
    with client.chat.completions.stream(**fields) as stream:
        final = stream.get_final_completion()
    whole = create(client, tools=TOOLS, tool_choice=NAMED)
    found, expected = (answer.choices[0].message.tool_calls[0] for answer in (final, whole))
    return (found.id, found.function.name, found.function.arguments) == (
        expected.id,
        expected.function.name,
        expected.function.arguments,
    ) and final.choices[0].finish_reason == "tool_calls"


def tells_log_probabilities(client: openai.OpenAI) -> bool:
    """Every token has its own, and rivals."""
    fields = {"logprobs": True, "top_logprobs": 3, "max_tokens": 5}
    tokens = created(client, lambda choice: choice.message.content, **fields).choices[0].logprobs.content
    return 0 < len(tokens) <= 5 and all(len(token.top_logprobs) == 3 for token in tokens)


def answers_in_a_schema(client: openai.OpenAI) -> bool:
    """The words are JSON of the schema."""
    schema = TOOLS[0]["function"]["parameters"]
    wanted = {"type": "json_schema", "json_schema": {"name": "unit", "schema": schema, "strict": True}}
    content = create(client, response_format=wanted).choices[0].message.content
    return json.loads(content)["unit"] in ("celsius", "fahrenheit")


def refuses(client: openai.OpenAI) -> bool:
    """Mistakes are the client's own kinds of errors, with the field's name."""
    found = []
    for kind, fields in (
        (openai.BadRequestError, {"temperature": 9}),
        (openai.BadRequestError, {"messages": [{"role": "user", "content": "word " * 20_000}]}),
        (openai.NotFoundError, {"model": "other"}),
        (openai.BadRequestError, {"tools": [{"type": "function", "function": {"name": "a b"}}]}),
    ):
        try:
            create(client, **fields)
        except kind as error:
            found.append((error.param, error.code))
    return found == [
        ("temperature", "invalid_type"),
        ("messages", "context_length_exceeded"),
        ("model", "model_not_found"),
        ("tools[0].function.name", "invalid_type"),
    ]


CHECKS: dict[str, Callable[[openai.OpenAI], bool]] = {
    "models": lists_models,
    "chat": chats,
    "several choices, seeds": has_choices,
    "a call and its result": calls,
    "parallel calls": calls_in_parallel,
    "a stream": streams,
    "a stream of calls": streams_calls,
    "log-probabilities": tells_log_probabilities,
    "an answer in a schema": answers_in_a_schema,
    "errors": refuses,
}

if __name__ == "__main__":
    main(sys.argv[1])
