import gzip
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agents.roles.chat import ChatRequest
from agents.roles.endpoint import EndpointConfig, HttpChat
from agents.roles.errors import ChatError
from inftool_env.core.errors import ConfigError
from inftool_env.core.message import ToolCall, assistant_message, user_message

REQUEST = ChatRequest(messages=(user_message("Hi"),), seed=7)
SHAPED = ChatRequest(messages=(user_message("Hi"),), schema={"type": "object"})


def test_answer_comes_with_its_counts(stub: Any) -> None:
    answer = stub.chat().complete(REQUEST)
    assert (answer.text, answer.prompt_tokens, answer.completion_tokens) == ("hello", 10, 5)
    assert stub.requests[0]["messages"] == [{"role": "user", "content": "Hi"}]
    assert stub.requests[0]["seed"] == 7


def test_tools_and_calls_travel_as_the_api_writes_them(stub: Any) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"city": "Rome"}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    stub.play(
        lambda _body, _number: stub.Reply(body=json.dumps({"choices": [{"message": message}]}).encode())
    )
    said = assistant_message("", (ToolCall(name="look", arguments={"city": "Oslo"}, id="0"),))
    tool = {"type": "function", "function": {"name": "look", "parameters": {}}}
    answer = stub.chat().complete(ChatRequest(messages=(user_message("Hi"), said), tools=(tool,)))
    assert answer.tool_calls == (call,)
    assert answer.text == ""
    assert stub.requests[0]["tools"] == [tool]
    (sent,) = stub.requests[0]["messages"][1]["tool_calls"]
    assert json.loads(sent["function"]["arguments"]) == {"city": "Oslo"}


def test_schema_is_asked_for_where_there_is_one(stub: Any) -> None:
    stub.chat().complete(SHAPED)
    assert stub.requests[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_what_the_endpoint_refuses_is_left_out_from_then_on(stub: Any) -> None:
    def picky(body: dict[str, Any], _number: int) -> Any:
        for name in ("max_completion_tokens", "seed"):
            if name in body:
                return stub.Reply(status=400, body=f'{{"error": "unknown field {name}"}}'.encode())
        if body.get("response_format", {}).get("type") == "json_schema":
            return stub.Reply(status=422, body=b"no such type")
        return "{}"

    stub.play(picky)
    chat = stub.chat()
    assert chat.complete(SHAPED).text == "{}"
    assert len(stub.requests) == 5
    chat.complete(SHAPED)
    assert len(stub.requests) == 6
    assert stub.requests[-1]["max_tokens"] == 1024
    assert stub.requests[-1]["response_format"] == {"type": "json_object"}
    assert stub.waits == []


def test_limit_of_tokens_goes_by_the_name_that_the_endpoint_knows(stub: Any) -> None:
    def modern(body: dict[str, Any], _number: int) -> Any:
        return stub.Reply(status=400, body=b"max_tokens is not supported") if "max_tokens" in body else "fine"

    stub.play(modern)
    assert stub.chat().complete(REQUEST).text == "fine"
    assert len(stub.requests) == 2
    assert stub.requests[-1]["max_completion_tokens"] == 1024


def test_threads_that_hear_the_same_refusal_leave_out_no_more_than_that(stub: Any) -> None:
    both = threading.Barrier(2, timeout=5)

    def picky(body: dict[str, Any], number: int) -> Any:
        if number < 2:
            both.wait()
        strict = body.get("response_format", {}).get("type") == "json_schema"
        return stub.Reply(status=400, body=b"no json_schema") if strict else "{}"

    stub.play(picky)
    chat = stub.chat()
    with ThreadPoolExecutor(2) as threads:
        assert [answer.text for answer in threads.map(chat.complete, [SHAPED, SHAPED])] == ["{}", "{}"]
    assert [body["response_format"]["type"] for body in stub.requests[2:]] == ["json_object"] * 2


def test_refusal_of_one_request_changes_nothing_for_the_next(stub: Any) -> None:
    too_long = stub.Reply(status=400, body=b"max_tokens is too large for this conversation")
    stub.play(lambda body, _number: too_long if len(body["messages"][0]["content"]) > 100 else "fine")
    chat = stub.chat()
    with pytest.raises(ChatError, match="too large"):
        chat.complete(ChatRequest(messages=(user_message("x" * 200),)))
    chat.complete(REQUEST)
    assert {"max_tokens", "max_completion_tokens"} <= stub.requests[-1].keys()


def test_endpoint_that_refuses_everything_is_asked_a_bounded_number_of_times(stub: Any) -> None:
    complaint = b"max_tokens max_completion_tokens temperature seed response_format"
    stub.play(lambda _body, _number: stub.Reply(status=400, body=complaint))
    with pytest.raises(ChatError, match="HTTP 400"):
        stub.chat().complete(SHAPED)
    assert len(stub.requests) == 7


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_refusal_for_now_is_tried_again(stub: Any, status: int) -> None:
    stub.play(lambda _body, number: stub.Reply(status=status) if number < 2 else "at last")
    assert stub.chat().complete(REQUEST).text == "at last"
    assert len(stub.waits) == 2


def test_waits_grow_and_come_out_the_same_again(stub: Any) -> None:
    stub.play(lambda _body, _number: stub.Reply(status=500))
    for _ in range(2):
        with pytest.raises(ChatError, match="HTTP 500"):
            stub.chat(tries=4).complete(REQUEST)
    first, second = stub.waits[:3], stub.waits[3:]
    assert first == second
    assert all(0.25 * 2**at <= wait <= 0.5 * 2**at for at, wait in enumerate(first))


def test_server_says_how_long_to_wait_up_to_a_limit(stub: Any) -> None:
    replies = {
        0: stub.Reply(status=429, headers={"retry-after": "7"}),
        1: stub.Reply(status=429, headers={"retry-after": "86400"}),
        2: stub.Reply(status=429, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}),
    }
    stub.play(lambda _body, number: replies.get(number, "done"))
    assert stub.chat().complete(REQUEST).text == "done"
    assert stub.waits[:2] == [7.0, 30.0]
    assert stub.waits[2] <= 2.0


@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_refusal_for_good_is_not_tried_again(stub: Any, status: int) -> None:
    stub.play(lambda _body, _number: stub.Reply(status=status, headers={"location": "http://127.0.0.1:9/"}))
    with pytest.raises(ChatError, match=f"HTTP {status}"):
        stub.chat().complete(REQUEST)
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"choices": ' + b"[" * 100_000,
        b'{"x": ' + b"[" * 100_000,
    ],
)
def test_answer_that_is_no_completion_is_an_error_and_no_crash(stub: Any, body: bytes) -> None:
    stub.play(lambda _body, _number: stub.Reply(body=body))
    with pytest.raises(ChatError):
        stub.chat(tries=2).complete(REQUEST)


def test_model_that_says_nothing_gives_an_empty_text(stub: Any) -> None:
    stub.play(lambda _body, _number: stub.Reply(body=b'{"choices": [{"message": {"content": null}}]}'))
    assert stub.chat().complete(REQUEST).text == ""


@pytest.mark.parametrize("pace", [{"silent_s": 30.0}, {"drip_s": 0.05}])
def test_slow_answer_ends_at_the_deadline(stub: Any, pace: dict[str, float]) -> None:
    stub.play(lambda _body, _number: stub.Reply(body=b'{"choices": [' + b" " * 1000, **pace))
    began = time.monotonic()
    with pytest.raises(ChatError, match=r"no answer within 0\.3 s"):
        stub.chat(timeout_s=0.3, tries=2).complete(REQUEST)
    assert time.monotonic() - began < 5


def test_huge_answer_is_not_read_to_its_end(stub: Any) -> None:
    stub.play(lambda _body, _number: stub.Reply(body=b" " * 5_000_000))
    with pytest.raises(ChatError, match="more than 10,000 bytes"):
        stub.chat(max_bytes=10_000, tries=1).complete(REQUEST)


def test_compressed_answer_is_refused_unread(stub: Any) -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    stub.play(lambda _body, _number: stub.Reply(body=bomb, headers={"content-encoding": "gzip"}))
    with pytest.raises(ChatError, match="compressed"):
        stub.chat(tries=1).complete(REQUEST)


def test_endpoint_that_is_not_there_is_an_error() -> None:
    chat = HttpChat(EndpointConfig(url="http://127.0.0.1:9/v1", model="m", tries=2), sleep=lambda _: None)
    with pytest.raises(ChatError, match="cannot be reached"):
        chat.complete(REQUEST)


def test_key_is_sent_and_stands_in_no_message_and_no_log(
    stub: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    echo = json.dumps({"error": {"message": "Incorrect API key provided: sk-very-secret"}}).encode()
    stub.play(lambda _body, number: stub.Reply(status=500 if number < 2 else 401, body=echo))
    chat = stub.chat(key_variable="MY_KEY")
    with caplog.at_level(logging.DEBUG), pytest.raises(ChatError) as caught:
        chat.complete(REQUEST)
    assert stub.headers[0]["authorization"] == "Bearer sk-very-secret"
    assert "***" in str(caught.value)
    logged = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("agents"))
    assert "***" in logged
    assert "secret" not in str(caught.value) + logged + repr(vars(chat))


def test_no_key_is_sent_where_the_variable_is_not_set(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    stub.chat(key_variable="MY_KEY").complete(REQUEST)
    assert "authorization" not in stub.headers[0]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "host/v1",
        "http://user:password@host/v1",
        "http://",
        "http://user:password@host:port/v1",
    ],
)
def test_url_that_is_no_endpoint_is_refused_with_its_remedy(url: str) -> None:
    with pytest.raises(ConfigError, match=r"expected") as caught:
        EndpointConfig(url=url, model="m")
    assert "user:password" not in str(caught.value)


def test_answer_can_be_had_inside_a_running_event_loop(stub: Any) -> None:
    import asyncio

    async def notebook() -> str:
        return stub.chat().complete(REQUEST).text

    assert asyncio.run(notebook()) == "hello"
