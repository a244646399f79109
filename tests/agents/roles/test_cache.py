import json
import os
from pathlib import Path
from typing import Any

import pytest

from agents.roles.cache import CachedChat
from agents.roles.chat import ChatRequest, ScriptedChat
from agents.roles.errors import ChatError
from agents.roles.meter import MeteredChat
from inftool_env.core.message import user_message


def request(text: str, seed: int = 0) -> ChatRequest:
    return ChatRequest(messages=(user_message(text),), seed=seed)


def counting() -> MeteredChat:
    return MeteredChat(ScriptedChat(lambda asked: f"{asked.messages[0]['content']} {asked.seed}"))


def test_same_request_is_asked_once(tmp_path: Path) -> None:
    model = counting()
    for _ in range(3):
        assert CachedChat(model, tmp_path).complete(request("a")).text == "a 0"
    assert model.usage.requests == 1


def test_another_seed_asks_for_another_opinion(tmp_path: Path) -> None:
    model = counting()
    chat = CachedChat(model, tmp_path)
    assert {chat.complete(request("a", seed)).text for seed in range(3)} == {"a 0", "a 1", "a 2"}


def test_another_model_has_answers_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        chat = CachedChat(ScriptedChat(lambda _asked, name=name: name, name=name), tmp_path)
        assert chat.complete(request("a")).text == name


def test_replay_needs_no_model_and_says_what_it_lacks(tmp_path: Path) -> None:
    model = counting()
    CachedChat(model, tmp_path).complete(request("a"))
    replay = CachedChat(model, tmp_path, offline=True)
    assert replay.complete(request("a")).text == "a 0"
    with pytest.raises(ChatError, match="holds no answer"):
        replay.complete(request("b"))
    assert model.usage.requests == 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"model": "x"}', "\udcff"])
def test_broken_file_is_asked_for_again(tmp_path: Path, damage: str) -> None:
    model = counting()
    CachedChat(model, tmp_path).complete(request("a"))
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(damage.encode("utf-8", "surrogateescape"))
    assert CachedChat(model, tmp_path).complete(request("a")).text == "a 0"
    assert model.usage.requests == 2
    assert json.loads(path.read_text())["answer"]["text"] == "a 0"


def test_folder_stays_bounded_and_the_oldest_answers_go_first(tmp_path: Path) -> None:
    chat = CachedChat(counting(), tmp_path, max_answers=3 * 256)
    chat.complete(request("a"))
    (path,) = tmp_path.rglob("*.json")
    for age in range(5):
        older = path.with_name(f"{age}.json")
        older.write_text("{}")
        os.utime(older, (1000 - age, 1000 - age))
    path.unlink()
    chat.complete(request("a"))
    assert sorted(kept.name for kept in path.parent.iterdir()) == sorted(["0.json", "1.json", path.name])


def test_failure_is_counted_and_not_kept(tmp_path: Path, stub: Any) -> None:
    stub.play(lambda _body, number: stub.Reply(status=401) if number == 0 else "fine")
    model = MeteredChat(stub.chat(), prompt_usd=2.0, completion_usd=10.0)
    chat = CachedChat(model, tmp_path)
    with pytest.raises(ChatError):
        chat.complete(request("a"))
    assert chat.complete(request("a")).text == "fine"
    assert chat.complete(request("a")).text == "fine"
    usage = model.usage
    assert (usage.requests, usage.failures, usage.prompt_tokens, usage.completion_tokens) == (2, 1, 10, 5)
    assert usage.cost_usd == pytest.approx(10 * 2e-6 + 5 * 10e-6)
