import json

import pytest

from agents.serving.conversation import conversation_of
from agents.serving.errors import ApiError
from agents.serving.requests import read_request

USER = {"role": "user", "content": "Hello"}
TOOL = {"type": "function", "function": {"name": "ping"}}


def refused(**fields) -> ApiError:
    body = {"model": "policy", "messages": [USER], **fields}
    with pytest.raises(ApiError) as caught:
        conversation_of(read_request(json.dumps(body).encode()).messages)
    return caught.value


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({"messages": "Hello"}, "messages", ["expected `array`", 'found "Hello"']),
        ({"messages": []}, "messages", ["length >= 1"]),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role", ["robot"]),
        ({"messages": [{"role": "user"}]}, "messages[0]", ["content"]),
        ({"messages": [USER, {"role": "user", "content": 5}]}, "messages[1].content", ["found 5"]),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0].content[0].type",
            ["image_url"],
        ),
        ({"temperature": 3}, "temperature", ["<= 2", "found 3"]),
        ({"temperature": "hot"}, "temperature", ["float", 'found "hot"']),
        ({"top_p": 0}, "top_p", ["found 0"]),
        ({"n": 0}, "n", ["found 0"]),
        ({"n": 1000}, "n", ["found 1000"]),
        ({"max_tokens": 0}, "max_tokens", ["found 0"]),
        ({"max_tokens": 2.5}, "max_tokens", ["found 2.5"]),
        ({"seed": 2**64}, "seed", ["9223372036854775807"]),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop", ["length <= 4"]),
        ({"stream": "yes"}, "stream", ["bool"]),
        ({"top_logprobs": 3}, "top_logprobs", ["logprobs to be true"]),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs", ["found 21"]),
        ({"frequency_penalty": 1}, "frequency_penalty", ["Leave it out"]),
        ({"logit_bias": {"5": -100}}, "logit_bias", ["Leave it out"]),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", ["web_search"]),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name", ["a b"]),
        (
            {"tools": [{"type": "function", "function": {"name": "__import__('os').system('x')"}}]},
            "tools[0].function.name",
            ["__import__"],
        ),
        ({"tools": [TOOL, TOOL]}, "tools[1].function.name", ["'ping'"]),
        ({"tool_choice": "required"}, "tool_choice", ["without tools"]),
        ({"tools": [TOOL], "tool_choice": "always"}, "tool_choice", ['found "always"']),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "pong"}}},
            "tool_choice",
            ["'pong'"],
        ),
        ({"response_format": {"type": "xml"}}, "response_format.type", ["xml"]),
        ({"response_format": {"type": "json_schema"}}, "response_format", ["json_schema"]),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_with_what_was_found(fields, param: str, words: list[str]) -> None:
    error = refused(**fields)
    assert error.param == param
    assert error.status == 400
    assert all(word in error.message for word in words), error.message
    told = json.loads(error.body())["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert told["type"] == "invalid_request_error"


@pytest.mark.parametrize("arguments", ["{", "[]", '{"a": 1, "a": 2}', '{"a": NaN}', "{" * 200, '"x"'])
def test_arguments_of_earlier_calls_must_be_json_objects(arguments: str) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "ping", "arguments": arguments}}
    error = refused(messages=[USER, {"role": "assistant", "tool_calls": [call]}])
    assert error.param == "messages[1].tool_calls[0].function.arguments"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"model": "policy", "messages": [{"role": "user", "content": "\xff"}]}',
        b'{"model": "policy", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b'{"model": "policy", "x": ' + b"[" * 100_000,
        b'{"model": "policy", "x": ' + b'{"a":' * 100_000,
        b'{"model": "policy", "messages": [NaN]}',
    ],
    ids=["empty", "cut", "no_utf8", "no_utf8_within", "surrogate", "arrays", "objects", "nan"],
)
def test_what_is_no_json_in_utf8_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        read_request(body)
    assert caught.value.code == "invalid_json"


def test_a_schema_that_is_too_deep_is_refused() -> None:
    schema: dict = {"type": "string"}
    for _ in range(40):
        schema = {"type": "array", "items": schema}
    error = refused(tools=[{"type": "function", "function": {"name": "ping", "parameters": schema}}])
    assert error.param == "tools[0].function.parameters"


def test_messages_become_those_of_chat_templates() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "ping", "arguments": '{"a": [1]}'}}
    messages = [
        {
            "role": "developer",
            "content": [{"type": "text", "text": "Be "}, {"type": "text", "text": "brief."}],
        },
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "pong"},
    ]
    request = read_request(json.dumps({"model": "policy", "messages": messages}).encode())
    assert conversation_of(request.messages) == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{**call, "function": {"name": "ping", "arguments": {"a": [1]}}}],
        },
        {"role": "tool", "content": "pong", "tool_call_id": "c1", "name": "ping"},
    ]
