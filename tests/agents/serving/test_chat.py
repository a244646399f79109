"""What a client of OpenAI's API relies on, in answers that are not streamed."""

import json

import pytest

from agents.samplers.fitting import sampler_for
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.schema import SchemaValidator
from inftool_env.core.seeds import derive_seed

NAMES = {"convert", "ping"}


def test_models_are_listed_and_found_by_name(client) -> None:
    listed = client.get("/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == ["policy", "org/policy"]
    found = client.get("/v1/models/org/policy").json()
    assert (found["id"], found["object"]) == ("org/policy", "model")
    assert client.get("/v1/models/other").json()["error"]["code"] == "model_not_found"


def test_an_answer_has_the_shape_of_a_chat_completion(ask) -> None:
    answer = ask().json()
    assert answer["object"] == "chat.completion"
    assert answer["id"].startswith("chatcmpl-")
    assert answer["model"] == "policy"
    (choice,) = answer["choices"]
    assert choice["index"] == 0
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"]
    assert "tool_calls" not in choice["message"]
    assert choice["finish_reason"] in ("stop", "length")


def test_tokens_are_those_of_the_sampler_with_the_same_seed(ask, model, tokenizer) -> None:
    answer = ask(seed=5, temperature=0.7).json()
    text = "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    prompt = Prompt(ids=tuple(tokenizer.encode(text)), seed=derive_seed(5, "choice", 0))
    (sample,) = sampler_for(model, tokenizer).sample(
        [prompt], SamplingConfig(temperature=0.7, max_new_tokens=24)
    )
    assert answer["usage"] == {
        "prompt_tokens": len(prompt.ids),
        "completion_tokens": len(sample.sampled_ids),
        "total_tokens": len(prompt.ids) + len(sample.sampled_ids),
    }
    assert answer["choices"][0]["message"]["content"] == tokenizer.decode(sample.sampled_ids).strip()
    assert answer["choices"][0]["finish_reason"] == sample.finish_reason


def test_equal_requests_with_a_seed_get_equal_answers_and_others_do_not(ask) -> None:
    def content(**fields) -> str:
        return ask(**fields).json()["choices"][0]["message"]["content"]

    assert content(seed=3) == content(seed=3) != content(seed=4)
    assert content(seed=None) != content(seed=None)
    assert content(seed=None, temperature=0) == content(seed=None, temperature=0)


def test_choices_have_seeds_of_their_own_and_share_the_prompt(ask) -> None:
    answer = ask(n=3).json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert len({choice["message"]["content"] for choice in answer["choices"]}) == 3
    alone = ask().json()
    assert answer["choices"][0] == alone["choices"][0]
    assert answer["usage"]["prompt_tokens"] == alone["usage"]["prompt_tokens"]
    assert answer["usage"]["completion_tokens"] > alone["usage"]["completion_tokens"]


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
def test_a_limit_of_tokens_ends_an_answer_with_length(ask, field) -> None:
    answer = ask(**{field: 2}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2


def test_an_answer_ends_before_a_stop_text(ask) -> None:
    whole = ask(temperature=0, seed=0).json()["choices"][0]["message"]["content"]
    stop = whole[5:8]
    cut = ask(temperature=0, seed=0, stop=["never ever", stop]).json()
    assert cut["choices"][0]["message"]["content"] == whole[: whole.index(stop)].strip()
    assert cut["choices"][0]["finish_reason"] == "stop"
    assert cut["usage"]["completion_tokens"] < 24


def test_the_likeliest_token_is_the_nucleus_when_top_p_is_tiny(ask) -> None:
    def content(**fields) -> str:
        return ask(**fields).json()["choices"][0]["message"]["content"]

    assert content(top_p=1e-6, seed=8) == content(temperature=0) != content(seed=8)


def test_log_probabilities_come_with_every_token_and_its_rivals(ask) -> None:
    answer = ask(logprobs=True, top_logprobs=2, max_tokens=4).json()
    tokens = answer["choices"][0]["logprobs"]["content"]
    assert len(tokens) == 4
    assert "".join(token["token"] for token in tokens).strip() == answer["choices"][0]["message"]["content"]
    for token in tokens:
        assert token["bytes"] in (None, list(token["token"].encode()))
        first, second = token["top_logprobs"]
        assert 0 >= first["logprob"] >= second["logprob"]
        assert token["logprob"] <= first["logprob"]
    assert ask().json()["choices"][0]["logprobs"] is None


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "ping"}}])
def test_a_call_that_must_be_made_is_made_and_obeys_its_schema(ask, closed_tools, choice) -> None:
    answer = ask(tools=closed_tools, tool_choice=choice, max_tokens=100, parallel_tool_calls=False).json()
    (one,) = answer["choices"]
    assert one["finish_reason"] == "tool_calls"
    assert one["message"]["content"] is None
    (call,) = one["message"]["tool_calls"]
    assert call["type"] == "function"
    assert call["id"].startswith("call_")
    name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
    assert name in (NAMES if choice == "required" else {"ping"})
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in closed_tools}
    assert SchemaValidator(schemas[name]).is_valid(arguments)


def test_calls_are_constrained_where_the_request_or_the_server_says_so(ask, tools, serve) -> None:
    with serve(constrained=True) as strict, strict.client() as client:
        body = {"model": "policy", "messages": [{"role": "user", "content": "Hi"}], "tools": tools, "seed": 2}
        served = client.post("/v1/chat/completions", json=body).json()["choices"]
        asked = ask(messages=body["messages"], tools=tools, seed=2, constrained=True).json()["choices"]
        assert served == asked


def test_ids_of_calls_are_the_same_when_repeated_and_others_in_the_next_turn(ask, closed_tools) -> None:
    def first_id(*more) -> str:
        fields = {"tools": closed_tools, "tool_choice": {"type": "function", "function": {"name": "ping"}}}
        messages = [{"role": "user", "content": "Hi"}, *more]
        return ask(messages=messages, max_tokens=99, **fields).json()["choices"][0]["message"]["tool_calls"][
            0
        ]["id"]

    call = {"id": first_id(), "type": "function", "function": {"name": "ping", "arguments": "{}"}}
    turn = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": call["id"], "content": "pong"}
    assert first_id() == call["id"] != first_id(turn, result)


def test_an_answer_obeys_the_schema_that_is_asked_for(ask, tools) -> None:
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["good", "bad"]}, "sure": {"type": "boolean"}},
        "required": ["mood", "sure"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "mood", "strict": True, "schema": schema}}
    for more in ({}, {"tools": tools, "tool_choice": "none"}):
        answer = ask(response_format=wanted, max_tokens=100, **more).json()
        assert SchemaValidator(schema).is_valid(json.loads(answer["choices"][0]["message"]["content"]))


def test_every_kind_of_message_is_read(ask, tools) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "ping", "arguments": '{"a": 1}'}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": [{"type": "text", "text": "Hello "}, {"type": "text", "text": "there"}]},
        {"role": "assistant", "content": None, "tool_calls": [call], "refusal": None},
        {"role": "tool", "tool_call_id": "call_1", "content": "pong"},
        {"role": "assistant", "content": "Done."},
        {"role": "user", "name": "Ann", "content": "Thanks"},
    ]
    told = ask(messages=messages, tools=tools, max_tokens=1).json()
    assert (
        told["usage"]["prompt_tokens"]
        > ask(messages=messages[:3], tools=tools).json()["usage"]["prompt_tokens"]
    )


def test_tools_are_not_shown_when_none_may_be_called(ask, tools) -> None:
    def read(**fields) -> int:
        return ask(max_tokens=1, **fields).json()["usage"]["prompt_tokens"]

    assert read(tools=tools, tool_choice="none") == read() < read(tools=tools, tool_choice="auto")


def test_fields_that_nobody_knows_are_ignored(ask) -> None:
    plain = ask().json()
    extra = ask(
        store=False, user="me", metadata={"a": "b"}, reasoning_effort="low", invented=[1, {"x": None}]
    )
    assert extra.json()["choices"] == plain["choices"]


def test_the_served_names_are_the_models_that_can_be_asked_for(ask) -> None:
    assert ask(model="org/policy").json()["model"] == "org/policy"
    refused = ask(model="gpt-9")
    assert (refused.status_code, refused.json()["error"]["param"]) == (404, "model")


def test_a_context_that_is_too_long_is_refused_by_its_code(ask) -> None:
    answer = ask(messages=[{"role": "user", "content": "word " * 3000}])
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "context_length_exceeded"
    assert answer.json()["error"]["type"] == "invalid_request_error"
