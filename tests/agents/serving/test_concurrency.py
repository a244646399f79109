"""Many clients at once: every one gets its own answer, the one that it would get alone."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

CLIENTS = 64
CHAT = "/v1/chat/completions"


def marker_tool(marker: str) -> dict:
    parameters = {
        "type": "object",
        "properties": {"marker": {"enum": [marker]}},
        "required": ["marker"],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": "record", "parameters": parameters}}


def test_answers_of_64_clients_at_once_are_not_mixed(served, request_of) -> None:
    barrier = threading.Barrier(CLIENTS)

    def play(number: int) -> tuple[str, str, int]:
        marker = f"{number}-{number * 7919 % 1000}"
        body = request_of(
            messages=[{"role": "user", "content": f"Record {marker}"}],
            tools=[marker_tool(marker)],
            tool_choice="required",
            parallel_tool_calls=False,
            seed=number,
            max_tokens=100,
            stream=number % 2 == 0,
        )
        with served.client() as client:
            barrier.wait()
            answer = client.post(CHAT, json=body)
        return marker, answer.text, answer.status_code

    before = served.health()
    with ThreadPoolExecutor(CLIENTS) as threads:
        answers = list(threads.map(play, range(CLIENTS)))
    assert len({marker for marker, _, _ in answers}) == CLIENTS
    for number, (marker, text, status) in enumerate(answers):
        assert status == 200, text
        assert arguments_of(text, is_stream=number % 2 == 0) == {"marker": marker}
    after = served.health()
    assert after["requests"] - before["requests"] == CLIENTS
    assert after["answers"]["calls"] - before["answers"]["calls"] == CLIENTS
    assert (after["waiting"], after["running"]) == (0, 0)


def test_an_answer_is_the_same_alone_and_beside_others(served, request_of) -> None:
    def play(number: int) -> dict:
        body = request_of(
            messages=[{"role": "user", "content": "Hello " * number}], seed=number, max_tokens=4 + number
        )
        with served.client() as client:
            return client.post(CHAT, json=body).json()["choices"]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(play, range(1, 9)))
    assert together == [play(number) for number in range(1, 9)]


def test_a_client_that_comes_while_others_are_answered_need_not_wait_for_their_end(serve, request_of) -> None:
    with serve(max_new_tokens=400) as server, server.client() as client, server.client() as other:
        with client.stream("POST", CHAT, json=request_of(stream=True)) as slow:
            lines = slow.iter_lines()
            next(lines)
            answer = other.post(CHAT, json=request_of(max_tokens=1)).json()
            assert answer["usage"]["completion_tokens"] == 1
            assert server.health()["running"] == 1
        wait_until(lambda: server.health()["running"] == 0)


def arguments_of(text: str, *, is_stream: bool) -> dict:
    if not is_stream:
        (call,) = json.loads(text)["choices"][0]["message"]["tool_calls"]
        return json.loads(call["function"]["arguments"])
    events = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    pieces = [
        piece["function"]["arguments"]
        for event in events
        for choice in event["choices"]
        for piece in choice["delta"].get("tool_calls", ())
    ]
    return json.loads("".join(pieces))


def wait_until(is_so, limit_s: float = 20) -> None:
    pause = threading.Event()
    for _ in range(int(limit_s / 0.02)):
        if is_so():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to be so in time")
