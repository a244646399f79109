"""A real server, written with the official SDK, as the world of episodes."""

import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import gymnasium
import pytest

from benchmarks.load.served import served
from benchmarks.processes import command_line, descendants
from inftool_env.core.errors import BackendError, ConfigError
from inftool_env.core.jsonl import to_json
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import CheckKind, Split
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.envs.live.env import LiveEnv
from inftool_env.envs.live.pool import WarmPool
from inftool_env.envs.live.server import RunningServer, plan_server
from inftool_env.envs.live.worlds import LiveWorlds
from inftool_env.scenarios.request import ScenarioRequest

SHELF = [sys.executable, str(Path(__file__).with_name("shelf_server.py"))]


def play(episode: Episode) -> Episode:
    """The reference solution, to the end."""
    for turn in episode.scenario.solution:
        episode.step(render_action(turn.content, turn.calls))
    return episode


def with_call(env: LiveEnv, name: str, **arguments: str) -> Episode:
    """An episode in which the policy has made this call."""
    scenario = env.open(0, category="irrelevance").scenario
    episode = env.open(0, scenario=replace(scenario, tools=env.toolset.names, max_turns=9))
    episode.step(render_action("", (ToolCall(name=name, arguments=arguments),)))
    return episode


def answer_of(episode: Episode) -> dict:
    return json.loads(episode.observation["messages"][-1]["content"])


def folders() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob(f"inftool-world-{os.getpid()}-*")}


def eventually(is_true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not is_true() and time.monotonic() < end:
        time.sleep(0.05)
    return is_true()


def test_only_tools_that_say_they_read_are_offered(shelf: LiveEnv) -> None:
    assert shelf.toolset.names == ("list_books", "get_book", "find_titles", "get_time", "get_surroundings")
    assert shelf.offer.withheld == ("add_book", "burn_book")


def test_every_category_but_those_that_need_a_simulation_is_solved_by_its_reference_solution(
    shelf: LiveEnv,
) -> None:
    assert shelf.categories == (
        "simple",
        "multiple",
        "parallel",
        "missing_param",
        "irrelevance",
        "multi_step",
    )
    assert "no real server" in str(shelf.obstacles(shelf.toolset)["error_recovery"])
    for category in shelf.categories:
        episode = play(shelf.open(1, category=category))
        assert (episode.reward, episode.verdict.why) == (1.0, "Every gate is open and every check passed.")


def test_what_links_two_calls_is_in_no_message_of_the_user(shelf: LiveEnv) -> None:
    scenario = shelf.open(1, category="multi_step").scenario
    first, second = (turn.calls[0] for turn in scenario.solution[:2])
    (value,) = set(map(str, second.arguments.values())) - set(map(str, first.arguments.values()))
    assert value not in scenario.opening


def test_equal_seeds_give_equal_trajectories_in_another_environment(shelf: LiveEnv) -> None:
    first = play(shelf.open(1, category="multi_step")).trajectory()
    env = gymnasium.make("InfTool/mcp-v0", command=SHELF)
    again = env.unwrapped
    assert isinstance(again, LiveEnv)
    second = replace(play(again.open(1, category="multi_step")).trajectory(), env_id=first.env_id)
    env.close()
    assert to_json(first) == to_json(second)


def test_a_tool_that_answers_otherwise_every_time_is_found_and_its_answers_lead_nowhere(
    shelf: LiveEnv,
) -> None:
    assert shelf.author.unsteady == {"get_time"}
    for survey in shelf.author._surveys.values():
        assert all(not probe.found for probe in survey.of("get_time"))


def test_a_server_sees_a_folder_of_its_own_and_few_variables(
    shelf: LiveEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERY_SECRET", "1")
    episode = with_call(shelf, "get_surroundings")
    seen = answer_of(episode)
    episode.close()
    assert seen["folder"] == "/workspace"
    assert set(seen["variables"]) <= {"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LC_CTYPE", "PWD"}


def test_what_one_episode_writes_no_other_one_finds(writable: LiveEnv) -> None:
    first = with_call(writable, "add_book", title="Velmora Sea", shelf="north")
    first.step(render_action("", (ToolCall(name="find_titles", arguments={"word": "Velmora"}),)))
    assert answer_of(first) == {"titles": ["Velmora Sea"]}
    first.close()
    second = with_call(writable, "find_titles", word="Velmora")
    assert answer_of(second) == {"titles": []}
    second.close()


def test_a_scenario_that_writes_is_judged_by_the_state_it_leaves(writable: LiveEnv) -> None:
    request = ScenarioRequest(category="simple", tools=("add_book",))
    scenario = writable.author.write(writable.toolset, request, 1, Split.TRAIN)
    assert [check.kind for check in scenario.checks] == [
        CheckKind.CALLED,
        CheckKind.NO_OTHER_CALLS,
        CheckKind.STATE,
    ]
    assert play(writable.open(0, scenario=scenario)).reward == 1.0
    states = [replace(check, digest="another") for check in scenario.checks if check.digest]
    assert play(writable.open(0, scenario=replace(scenario, checks=tuple(states)))).reward == 0.0


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("crash", "The shelf has fallen over."),
        ("hang", "did not answer within 5 s"),
    ],
)
def test_a_broken_server_ends_its_episode_unscored_and_not_the_run(
    shelf: LiveEnv, how: str, why: str
) -> None:
    episode = with_call(shelf, "get_book", book_id=how)
    assert episode.is_over
    assert (episode.reward, episode.verdict.failure) == (None, FailureKind.SIMULATOR)
    assert why in episode.verdict.why
    assert play(shelf.open(1, category="simple")).reward == 1.0


@pytest.mark.parametrize(
    ("how", "why"), [("mute", "did not answer within 1 s"), ("babble", "writes what is no MCP message")]
)
def test_a_server_that_never_answers_the_handshake_is_one_error(how: str, why: str) -> None:
    patience = 1 if how == "mute" else 60
    with pytest.raises(BackendError, match=why):
        LiveEnv(command=[*SHELF, how], start_timeout_s=patience)
    assert eventually(lambda: not any(how in line for line in command_lines()))


def worlds_of(env: LiveEnv, recipe: str) -> LiveWorlds:
    """Worlds of the same server under another recipe, none of them started ahead."""
    plan = plan_server(SHELF, None, recipe, start_timeout_s=60, call_timeout_s=60)
    return LiveWorlds(WarmPool(partial(RunningServer, plan), limit=0), env.offer)


def test_without_a_recipe_every_episode_has_a_process_of_its_own_and_closing_ends_it(shelf: LiveEnv) -> None:
    before = (descendants(), folders())
    worlds = worlds_of(shelf, "plain")
    first, second = (worlds.open(shelf.toolset, 1, Split.TRAIN) for _ in range(2))
    process = first.call(ToolCall(name="get_time")).data["process"]
    first.close()
    assert second.call(ToolCall(name="get_time")).data["process"] != process
    assert descendants() - before[0]
    assert folders() - before[1]
    worlds.close()
    assert (descendants() - before[0], folders() - before[1]) == (set(), set())
    with pytest.raises(BackendError):
        second.call(ToolCall(name="get_time"))


def test_an_environment_that_is_forgotten_leaves_nothing_behind_either() -> None:
    before = (descendants(), folders())
    env = LiveEnv(command=SHELF, categories=["irrelevance"])
    episode = with_call(env, "get_surroundings")
    del env, episode
    gc.collect()
    assert eventually(lambda: not (descendants() - before[0]) and not (folders() - before[1]))


def test_members_of_a_vector_environment_play_side_by_side() -> None:
    envs = gymnasium.make_vec(
        "InfTool/mcp-v0", num_envs=2, group_size=2, command=SHELF, categories=["simple"]
    )
    observations, _ = envs.reset(seed=3)
    assert observations[0]["messages"] == observations[1]["messages"]
    for turn in envs.episodes[0].scenario.solution:  # type: ignore[attr-defined]
        _, rewards, *_ = envs.step((render_action(turn.content, turn.calls), "I will not."))
    assert rewards.tolist() == [1.0, 0.0]
    envs.close()


def test_a_server_that_runs_already_is_played_over_its_url_without_writing(tmp_path: Path) -> None:
    with served(
        "inftool_env", ["serve", "InfTool/weather-api-v0", "--transport", "http"], tmp_path / "log"
    ) as server:
        env = gymnasium.make("InfTool/mcp-v0", url=server.url, categories=["simple", "irrelevance"])
        for seed in range(3):
            env.reset(seed=seed)
            episode = play(env.unwrapped.episode)  # type: ignore[attr-defined]
            assert episode.verdict.success, episode.verdict.why
        offered = env.unwrapped.toolset.names  # type: ignore[attr-defined]
        assert "get_current_weather" in offered
        assert "add_location" not in offered
        env.close()


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, "neither command nor url is given"),
        ({"command": ["x"], "url": "http://x"}, "both command and url are given"),
        ({"command": "npx server"}, "Write command=\\['npx', 'server'\\]"),
        ({"url": "http://127.0.0.1:1/mcp", "allow_writes": True}, "cannot be undone"),
        ({"url": "http://127.0.0.1:1/mcp", "recipe": "git"}, "a recipe prepares a server that we start"),
        ({"command": ["x"], "recipe": "gitt"}, "Did you mean 'git'"),
        ({"command": ["x"], "call_timeout_s": 0}, "expected a positive number"),
    ],
)
def test_impossible_arguments_are_refused_before_anything_starts(
    arguments: dict[str, object], found: str
) -> None:
    with pytest.raises(ConfigError, match=found):
        gymnasium.make("InfTool/mcp-v0", **arguments)  # type: ignore[arg-type]


def command_lines() -> list[str]:
    return [" ".join(command_line(child)) for child in descendants()]
