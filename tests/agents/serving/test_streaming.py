"""Streams put together are the answers that come whole."""

import json

import pytest

CHAT = "/v1/chat/completions"


@pytest.fixture
def stream(client, request_of):
    """The events of a streamed answer."""

    def read(**fields) -> list[dict]:
        answer = client.post(CHAT, json=request_of(**fields, stream=True))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        return events_of(answer.text)

    return read


def test_events_have_the_shape_of_chunks_and_one_id(stream) -> None:
    events = stream()
    assert {event["object"] for event in events} == {"chat.completion.chunk"}
    assert len({event["id"] for event in events}) == 1
    assert events[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert events[-1]["choices"][0]["delta"] == {}
    assert all("usage" not in event for event in events)
    assert len(events) > 5


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"temperature": 0, "stop": ["e"]},
        {"max_tokens": 3, "logprobs": True, "top_logprobs": 1},
        {"tool_choice": "required", "max_tokens": 100},
        {"tool_choice": "auto", "constrained": True, "seed": 6},
        {"response_format": {"type": "json_object"}, "max_tokens": 60},
    ],
    ids=str,
)
def test_a_stream_put_together_is_the_answer_that_comes_whole(ask, stream, closed_tools, fields) -> None:
    fields = {**fields, **({"tools": closed_tools} if "tool_choice" in fields else {})}
    (whole,) = ask(**fields).json()["choices"]
    found = put_together(stream(**fields))
    assert found["content"] == (whole["message"]["content"] or "")
    assert found["tool_calls"] == whole["message"].get("tool_calls", [])
    assert found["logprobs"] == (whole["logprobs"] or {}).get("content", [])
    assert found["finish_reason"] == whole["finish_reason"]


def test_choices_of_one_stream_are_told_apart_by_their_index(ask, stream) -> None:
    whole = ask(n=3).json()["choices"]
    events = stream(n=3)
    for index, choice in enumerate(whole):
        assert put_together(events, index)["content"] == choice["message"]["content"]


def test_usage_comes_last_where_it_is_asked_for_and_is_that_of_the_whole_answer(ask, stream) -> None:
    *events, last = stream(n=2, stream_options={"include_usage": True})
    assert last["choices"] == []
    assert last["usage"] == ask(n=2).json()["usage"]
    assert all(event["usage"] is None for event in events)


def test_a_request_that_is_refused_has_its_status_though_it_asked_for_a_stream(client, request_of) -> None:
    answer = client.post(CHAT, json=request_of(stream=True, temperature=9))
    assert answer.status_code == 400


def events_of(text: str) -> list[dict]:
    """The JSON of every server-sent event; checks the frame around them."""
    blocks = text.split("\n\n")
    assert blocks[-1] == ""
    assert all(block.startswith("data: ") and "\n" not in block for block in blocks[:-1])
    data = [block.removeprefix("data: ") for block in blocks[:-1]]
    assert data[-1] == "[DONE]" or "error" in json.loads(data[-1])
    return [json.loads(one) for one in data if one != "[DONE]"]


def put_together(events: list[dict], index: int = 0) -> dict:
    """What a client makes of the events of one choice."""
    content, calls, logprobs, finish = "", [], [], None
    for event in events:
        for choice in event["choices"]:
            if choice["index"] != index:
                continue
            assert finish is None, "nothing comes after the end"
            finish = choice["finish_reason"]
            content += choice["delta"].get("content") or ""
            logprobs += (choice["logprobs"] or {}).get("content", [])
            for piece in choice["delta"].get("tool_calls", ()):
                if piece["index"] == len(calls):
                    calls.append(
                        {"id": piece["id"], "type": piece["type"], "function": {**piece["function"]}}
                    )
                else:
                    assert piece["index"] == len(calls) - 1
                    calls[-1]["function"]["arguments"] += piece["function"]["arguments"]
    return {"content": content, "tool_calls": calls, "logprobs": logprobs, "finish_reason": finish}
