"""What strangers may send, and how they may leave: each is refused or forgotten, and the server answers the next."""

import contextlib
import json
import logging
import socket
import time

import httpx2
import pytest

CHAT = "/v1/chat/completions"
BEARER = "a-long-secret-token"


@pytest.fixture(autouse=True)
def _the_server_answers_afterwards(served):
    yield
    health = served.health()
    assert health["status"] == "ok"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
    ],
    ids=str,
)
def test_pages_of_other_sites_are_refused(client, request_of, headers, status) -> None:
    answer = client.post(CHAT, json=request_of(max_tokens=1), headers=headers)
    assert answer.status_code == status
    assert ("error" in answer.json()) == (status != 200)


def test_the_key_is_asked_for_and_never_logged(serve, request_of, caplog) -> None:
    with serve(bearer=BEARER) as server, server.client() as client, caplog.at_level(logging.WARNING):
        for header in ("", "Bearer wrong", f"Basic {BEARER}", f"Bearer {BEARER}x"):
            answer = client.post(CHAT, json=request_of(), headers={"Authorization": header})
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "authentication_error"
        right = {"Authorization": f"Bearer {BEARER}"}
        assert client.post(CHAT, json=request_of(max_tokens=1), headers=right).status_code == 200
        assert client.get("/v1/models").status_code == 401
    assert "refused POST: 401" in caplog.text
    assert BEARER not in caplog.text


def test_a_body_that_is_too_large_is_refused_however_it_comes(client, request_of) -> None:
    large = json.dumps(request_of(messages=[{"role": "user", "content": "x" * 10_000_000}])).encode()
    pieces = (large[start : start + 1_000_000] for start in range(0, len(large), 1_000_000))
    for body in (large, pieces):
        with contextlib.suppress(httpx2.HTTPError):  # it may be closed while the rest is still being sent
            assert client.post(CHAT, content=body).status_code == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 99_999, b'{"model": 5}', b'"' * 1000])
def test_garbage_is_refused_in_openai_s_words(client, body) -> None:
    answer = client.post(CHAT, content=body)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/chat/completions/", "/v1/models/../../etc/passwd", "/v1/models/%2e%2e/x", "/docs"],
)
def test_other_paths_lead_nowhere(client, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_other_methods_are_refused(client) -> None:
    assert client.get(CHAT).status_code == 405
    assert client.delete("/v1/models").json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "object", "required": 5},
        {"type": "object", "properties": []},
        {"type": "object", "properties": {"a": 5}},
        {"type": "object", "properties": {"a": {"enum": 5}}},
        {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "(("}}, "required": ["a"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("choice", ["auto", "required"])
def test_schemas_that_are_none_are_answered_or_refused(ask, parameters, choice) -> None:
    tool = {"type": "function", "function": {"name": "ping", "parameters": parameters}}
    answer = ask(tools=[tool], tool_choice=choice, max_tokens=3)
    assert answer.status_code in (200, 400), answer.text


def test_a_body_that_does_not_come_is_given_up(serve) -> None:
    with serve(body_timeout_s=0.1) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            head = f"POST {CHAT} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{{"
            connection.sendall(head.encode())
            assert b"408" in connection.recv(4096)


def test_an_answer_is_dropped_when_its_client_leaves(serve, request_of) -> None:
    for stream in (True, False):
        with serve(max_new_tokens=1900) as server:
            with server.client() as client:
                try:
                    with client.stream("POST", CHAT, json=request_of(stream=stream), timeout=0.3) as answer:
                        next(answer.iter_raw())
                except httpx2.TimeoutException:
                    assert not stream
            assert comes_true(lambda server=server: server.health()["running"] == 0)
            assert server.health()["tokens_written"] < 1900


def test_too_many_answers_at_once_are_refused_and_may_be_tried_again(serve, request_of) -> None:
    with serve(max_waiting=2) as server, server.client() as client:
        answer = client.post(CHAT, json=request_of(n=3))
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["error"]["type"] == "rate_limit_error"
        assert client.post(CHAT, json=request_of(n=2)).status_code == 200


def test_an_answer_that_takes_too_long_is_an_error_streamed_or_not(serve, request_of) -> None:
    with serve(time_limit_s=0.05, max_new_tokens=1900) as server, server.client() as client:
        answer = client.post(CHAT, json=request_of())
        assert answer.status_code == 504
        assert answer.headers["x-should-retry"] == "false"
        events = client.post(CHAT, json=request_of(stream=True)).text.rstrip().split("\n\n")
        assert json.loads(events[-1].removeprefix("data: "))["error"]["code"] == "time_limit"


def comes_true(is_so, limit_s: float = 20) -> bool:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False
