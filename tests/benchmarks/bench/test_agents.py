"""The contract of all agents, and hostile ones in particular."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench.agents.registry import AgentOptions, make_agent
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.runner import AGENT_ERROR, plan_of, run_plan
from benchmarks.bench.suite import Suite
from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.jsonl import to_json, write_jsonl

QUICK = AgentOptions(timeout_s=5.0, retries=0, concurrency=2)
GOOD = """
import re
def agent(messages, tools):
    print("noise on standard output")
    if messages[-1]["role"] != "user":
        return "Done."
    number = int(re.search(r"\\d+", messages[0]["content"]).group())
    call = {"type": "function", "id": "1", "function": {"name": "double", "arguments": '{"number": %d}' % number}}
    return {"role": "assistant", "content": None, "tool_calls": [call], "usage": {"prompt_tokens": 7}}
"""
Play = Callable[..., list[EpisodeRecord]]


@pytest.fixture
def play(suite: Suite) -> Play:
    """Plays the first tasks of the suite with the agent that a word stands for."""

    def run(
        word: str, options: AgentOptions = QUICK, tasks: int = 4, repeats: int = 1
    ) -> list[EpisodeRecord]:
        records: list[EpisodeRecord] = []
        plan = plan_of(suite.tasks("small")[:tasks], repeats)
        with closing(make_agent(word, options, suite.name)) as agent:
            run_plan(plan, agent, at_once=options.concurrency, on_ended=records.append)
        assert sorted((one.task, one.repeat) for one in records) == sorted(one.key for one in plan)
        assert not any(one.success and one.error for one in records)
        return records

    return run


class Server(ThreadingHTTPServer):
    """Speaks chat completions as a test wants: ``answer`` gives the status and the body."""

    answer: Callable[[dict[str, Any]], tuple[int, bytes]]
    closing = threading.Event()


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = served.answer(asked | {"authorization": self.headers.get("authorization")})
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):  # The client has had enough.
                super().handle()

    served = Server(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    thread = threading.Thread(target=served.serve_forever, args=(0.05,))
    thread.start()
    yield served
    served.closing.set()
    served.shutdown()
    thread.join()
    served.server_close()
    served.closing.clear()


def completion(message: dict[str, Any]) -> bytes:
    usage = {"prompt_tokens": 11, "completion_tokens": 3}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def test_the_oracle_wins_and_the_floors_lose(play: Play) -> None:
    assert all(one.success for one in play("oracle"))
    assert not any(one.success or one.error for one in play("empty"))
    assert not all(one.success for one in play("random"))


def test_a_function_of_a_module_here_is_an_agent_and_its_noise_goes_nowhere(
    play: Play, agent_module: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    agent_module(GOOD)
    records = play("mine:agent")
    assert all(one.success for one in records)
    assert {one.prompt_tokens for one in records} == {7}
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError('no')", "RuntimeError: no"),
        ("raise SystemExit(0)", "SystemExit"),
        ("import os; os._exit(0)", "the process ended"),
        ("import time; time.sleep(600)", "no answer within"),
        ("return 'x' * 10_000_000", "10,000,015 bytes"),
        ("return object()", "no JSON"),
        ("return {'content': float('nan')}", "no JSON"),
        ("return 5", "answered int"),
        ("import os; os.write(3, b'x' * 3_000_000); os.write(4, b'x' * 3_000_000)", ""),
        ("x = []; x.append(x); return {'content': x}", "no JSON"),
    ],
)
def test_whatever_a_hostile_function_does_is_an_error_of_its_episode(
    play: Play, agent_module: Callable[[str], None], body: str, told: str
) -> None:
    agent_module(f"def agent(messages, tools):\n    {body}\n")
    began = time.monotonic()
    timeout_s = 1.0 if "sleep" in body else 15.0
    (record,) = play("mine:agent", replace(QUICK, timeout_s=timeout_s), tasks=1)
    assert record.failure == AGENT_ERROR
    assert told in record.error
    assert len(to_json(record)) < 5_000
    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    "body",
    [
        "return {'tool_calls': [{'function': {'name': '__import__', 'arguments': '{}'}}]}",
        "return {'tool_calls': [{'function': {'name': 'double', 'arguments': '{broken'}}]}",
        "return {'tool_calls': [{'function': {'name': 'double', 'arguments': '{\"number\": 0}'}}] * 10_000}",
        "return {'tool_calls': 'double(0)', 'content': ['x']}",
        'return \'<tool_call>{"name": "double"\'',
        "return {'tool_calls': [{'name': 'double', 'arguments': {'number': 0}}]}",
    ],
)
def test_an_answer_that_makes_no_sense_or_never_ends_is_a_failure(
    play: Play, agent_module: Callable[[str], None], body: str
) -> None:
    agent_module(f"def agent(messages, tools):\n    {body}\n")
    (record,) = play("mine:agent", tasks=1)
    assert (record.success, record.error) == (False, "")
    assert len(record.actions) <= 3


def test_a_function_that_dies_now_and_then_spoils_those_episodes_alone(
    play: Play, agent_module: Callable[[str], None]
) -> None:
    agent_module(
        GOOD.replace(
            "    number =", "    if ' 2,' in messages[0]['content']: import os; os._exit(1)\n    number ="
        )
    )
    records = {one.task: one for one in play("mine:agent")}
    assert [task for task, one in records.items() if one.error] == ["small/2"]
    assert sum(one.success for one in records.values()) == 3


def test_a_function_cannot_see_the_process_that_judges_it(
    play: Play, agent_module: Callable[[str], None]
) -> None:
    agent_module(
        "import sys\ndef agent(messages, tools):\n    return str('benchmarks.bench' in sys.modules)\n"
    )
    (record,) = play("mine:agent", tasks=1)
    assert record.actions == ("False",)


def test_an_agent_that_there_is_not_is_said_before_any_work(
    agent_module: Callable[[str], None], tmp_path: Path
) -> None:
    agent_module("raise ImportError('gone')")
    with pytest.raises(ConfigError, match="gone"):
        make_agent("mine:agent", QUICK, "sums")
    with pytest.raises(ConfigError, match="AttributeError"):
        make_agent("json:nothing", QUICK, "sums")
    with pytest.raises(ConfigError, match="no such file"):
        make_agent(f"replay:{tmp_path}", QUICK, "sums")
    with pytest.raises(CheckpointError):
        make_agent(str(tmp_path), QUICK, "sums")


def test_an_endpoint_is_an_agent_whose_key_is_sent_and_written_nowhere(
    play: Play, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "very-secret")
    seen: list[dict[str, Any]] = []

    def answer(asked: dict[str, Any]) -> tuple[int, bytes]:
        seen.append(asked)
        if asked["messages"][-1]["role"] == "assistant":
            return 200, completion({"content": "Done."})
        number = asked["messages"][0]["content"].split()[3].rstrip(",")
        call = {
            "id": "1",
            "type": "function",
            "function": {"name": "double", "arguments": f'{{"number": {number}}}'},
        }
        return 200, completion({"content": None, "tool_calls": [call]})

    server.answer = answer
    options = replace(QUICK, key_variable="MY_KEY", model="m")
    records = play(f"http://127.0.0.1:{server.server_port}/v1", options)
    assert all(one.success for one in records)
    assert all((one.prompt_tokens, one.completion_tokens) == (22, 6) for one in records)
    assert {one["authorization"] for one in seen} == {"Bearer very-secret"}
    assert {one["tools"][0]["function"]["name"] for one in seen} == {"double"}
    assert "very-secret" not in "".join(map(to_json, records))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"down"),
        (200, b"<html>"),
        (200, b'{"choices": []}'),
        (200, completion({"content": "x" * 10_000_000})),
        (401, b"very-secret is no key"),
    ],
)
def test_an_endpoint_that_fails_is_an_error_of_each_episode(
    play: Play, server: Server, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret")
    server.answer = lambda _: (status, body)
    records = play(f"http://127.0.0.1:{server.server_port}/v1", tasks=2)
    assert {one.failure for one in records} == {AGENT_ERROR}
    assert "very-secret" not in "".join(map(to_json, records))


def test_an_endpoint_that_hangs_is_given_up(play: Play, server: Server) -> None:
    server.answer = lambda _: (200, bytes(server.closing.wait(30)))
    (record,) = play(f"http://127.0.0.1:{server.server_port}/v1", replace(QUICK, timeout_s=0.5), tasks=1)
    assert "no answer within 0.5 s" in record.error


def test_a_replay_gives_the_recorded_answers_and_errors_again(
    play: Play, agent_module: Callable[[str], None], tmp_path: Path
) -> None:
    agent_module(
        GOOD.replace(
            "    number =", "    if ' 2,' in messages[0]['content']: raise RuntimeError('no')\n    number ="
        )
    )
    records = play("mine:agent", repeats=2)
    write_jsonl(tmp_path / "out" / "sums" / "episodes.jsonl", records)
    again = play(f"replay:{tmp_path / 'out'}", repeats=2)

    def judged(records: list[EpisodeRecord]) -> list[tuple[str, int, bool, str]]:
        return sorted((one.task, one.repeat, one.success, one.error) for one in records)

    assert judged(again) == judged(records)
    assert not all(one.success for one in play(f"replay:{tmp_path / 'out'}", repeats=3))


@pytest.mark.slow
def test_the_model_that_comes_with_inftool_is_an_agent(play: Play) -> None:
    options = replace(QUICK, max_tokens=24, concurrency=4)
    records = play("tiny", options)
    assert not any(one.error for one in records)
    assert all(one.prompt_tokens > one.completion_tokens > 0 for one in records)
    full = play("tiny", replace(options, max_context_tokens=16), tasks=1)
    assert "leaves no room" in full[0].error
