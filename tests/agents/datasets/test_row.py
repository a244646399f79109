from dataclasses import replace

from agents.datasets.row import Row, row_of
from agents.rollout import play
from agents.scripted import OraclePolicy
from inftool_env.core.message import Role
from inftool_env.envs.registry import open_episode


def test_row_counts_turns_and_calls_of_the_assistant(parallel: Row) -> None:
    assert (parallel.turns, parallel.calls) == (2, 2)
    assert parallel.characters == len('Rome and Oslo?I look.{"city":"Rome"}{"city":"Oslo"}') + 2 * 15 + 14


def test_digest_heeds_every_word_and_argument_but_no_id(parallel: Row) -> None:
    renamed = [dict(message) for message in parallel.messages]
    renamed[1]["tool_calls"] = [{**one, "id": f"other_{one['id']}"} for one in renamed[1]["tool_calls"]]
    for message in renamed[2:4]:
        message["tool_call_id"] = f"other_{message['tool_call_id']}"
    assert replace(parallel, messages=tuple(renamed), id="x", tools=()).digest == parallel.digest
    for place in range(5):
        changed = [dict(message) for message in parallel.messages]
        changed[place]["content"] += "!"
        assert replace(parallel, messages=tuple(changed)).digest != parallel.digest
    calls = renamed[1]["tool_calls"]
    renamed[1]["tool_calls"] = [
        {**calls[0], "function": {**calls[0]["function"], "arguments": {"city": "Bonn"}}},
        calls[1],
    ]
    assert replace(parallel, messages=tuple(renamed)).digest != parallel.digest


def test_words_are_those_of_user_and_assistant_alone(parallel: Row) -> None:
    words = list(parallel.words())
    assert "rome" in words
    assert "get_forecast" in words
    assert "sky" not in words
    assert "look" in words  # said beside the calls
    assert "grey" not in words  # what is reported of the answers varies as they do


def test_conversation_ends_with_the_assistants_last_words() -> None:
    episode = open_episode("InfTool/weather-api-v0", 1, category="simple")
    (trajectory,) = play(OraclePolicy(), [lambda: episode])
    assert trajectory.messages[-1]["role"] == Role.USER
    row = row_of(episode, trajectory, "weather")
    assert row.messages == trajectory.messages[:-1]
    assert row.messages[-1]["content"] == episode.scenario.solution[-1].content
    assert [tool["function"]["name"] for tool in row.tools] == list(trajectory.tools)
