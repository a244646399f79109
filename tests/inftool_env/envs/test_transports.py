import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache

import gymnasium as gym
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import inftool_env  # noqa: F401 - registers the environments
from benchmarks.processes import world_servers
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import StopReason, Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import ActionDict, render_action
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.episode import Episode
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_worlds import McpWorlds, Wire

BANK, CALENDAR, WEATHER = (f"InfTool/{name}-api-v0" for name in ("bank", "calendar", "weather"))
SEEDS = ((0, "train"), (7, "eval"))


def make(env_id: str, transport: str = "direct") -> ToolEnv:
    environment = gym.make(env_id, transport=transport, disable_env_checker=True).unwrapped
    assert isinstance(environment, ToolEnv)
    return environment


def mischief(episode: Episode) -> ActionDict:
    """Every tool called without arguments and with a wrong one, so that most answers are errors."""
    names = episode.visible.names[:8]
    calls = [
        {"name": name, "arguments": given}
        for name in names
        for given in ({}, {"who": [None, 1.0, "é\u2028"]})
    ]
    return {"content": "Let me see.", "tool_calls": [*calls, {"name": "no_such_tool", "arguments": {}}]}


def play(environment: ToolEnv, seed: int, category: str, split: str, *, badly: bool) -> Trajectory:
    environment.reset(seed=seed, options={"category": category, "split": split})
    episode = environment.episode
    solution = [render_action(turn.content, turn.calls) for turn in episode.scenario.solution]
    for action in [mischief(episode), *solution] if badly else solution:
        if not episode.is_over:
            environment.step(action)
    while not episode.is_over:
        environment.step("Is that all?")
    return episode.trajectory()


def play_all(environment: ToolEnv) -> list[Trajectory]:
    return [
        play(environment, seed, category, split, badly=badly)
        for category in environment.categories
        for seed, split in SEEDS
        for badly in (False, True)
    ]


@cache
def direct(env_id: str) -> tuple[str, ...]:
    return tuple(map(to_json, play_all(make(env_id))))


@pytest.mark.parametrize(
    ("env_id", "transport"), [(CALENDAR, "memory"), (BANK, "memory"), (BANK, "stdio"), (BANK, "http")]
)
def test_episodes_are_the_same_bytes_on_every_transport(env_id: str, transport: str) -> None:
    environment = make(env_id, transport)
    try:
        assert tuple(map(to_json, play_all(environment))) == direct(env_id)
    finally:
        environment.close()


def test_what_is_compared_holds_errors_lists_and_changed_worlds() -> None:
    played = play_all(make(BANK))
    results = [result for trajectory in played for turn in trajectory.turns for result in turn.results]
    assert any(result.is_error for result in results)
    assert any(isinstance(result.data, list) for result in results)
    assert {trajectory.reward for trajectory in played} >= {0.0, 1.0}


@pytest.fixture(scope="module")
def bank_worlds() -> Iterator[McpWorlds]:
    worlds = McpWorlds(Wire.MEMORY)
    yield worlds
    worlds.close()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc é", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_arguments_get_the_same_answer_through_a_session(
    bank_worlds: McpWorlds, data: st.DataObject
) -> None:
    toolset = load_toolset("bank-api")
    tool = data.draw(st.sampled_from(toolset.tools))
    known = st.sampled_from(tuple(tool.parameters["properties"]) or ("x",))
    arguments = data.draw(st.dictionaries(known | st.text("abc é", max_size=3), VALUES, max_size=4))
    call = ToolCall(name=tool.name, arguments=arguments, id="call_0")
    world, twin = bank_worlds.open(toolset, 3, Split.TRAIN), StatefulBackend(toolset, 3)
    assert to_json(world.call(call), sort_keys=False) == to_json(twin.call(call), sort_keys=False)
    assert world.digest() == world.simulation().digest() == twin.digest()
    world.close()


def test_members_of_a_vector_share_one_server_and_no_world() -> None:
    direct_envs, envs = (
        gym.make_vec(BANK, num_envs=4, group_size=2, transport=name) for name in ("direct", "memory")
    )
    for one in (direct_envs, envs):
        one.reset(seed=5)
    assert len({id(episode) for episode in envs.unwrapped.episodes}) == 4
    for _ in range(4):
        actions = [
            render_action(turns[0].content, turns[0].calls)
            for episode in envs.unwrapped.episodes
            for turns in [episode.scenario.solution]
        ]
        first, second = direct_envs.step(actions), envs.step(actions)
        assert first[0] == second[0]
        assert first[1].tolist() == second[1].tolist()
    direct_envs.close()
    envs.close()


def test_an_unknown_transport_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        ConfigError, match="transport: found 'pigeon'; expected one of direct, memory, stdio, http"
    ):
        gym.make(WEATHER, transport="pigeon")


@pytest.fixture(params=["stdio", "http"])
def remote(request: pytest.FixtureRequest) -> Iterator[ToolEnv]:
    environment = make(BANK, request.param)
    yield environment
    environment.close()


def kill(environment: ToolEnv) -> None:
    (server,) = world_servers()
    os.kill(server, signal.SIGKILL)


def at_once(environment: ToolEnv) -> None:
    kill(environment)


def after_a_call(environment: ToolEnv) -> None:
    environment.step({"tool_calls": [{"name": "list_accounts", "arguments": {}}]})
    kill(environment)


@pytest.mark.parametrize("when", [at_once, after_a_call])
def test_a_killed_server_ends_the_episode_unscored_and_the_next_one_has_a_fresh_server(
    remote: ToolEnv, when: Callable[[ToolEnv], None]
) -> None:
    remote.reset(seed=0, options={"category": "multi_step"})
    killed = world_servers()
    when(remote)
    solution = remote.episode.scenario.solution
    start = time.monotonic()
    _, reward, terminated, truncated, info = remote.step(render_action("", solution[0].calls))
    assert math.isnan(reward)
    assert (terminated, truncated) == (False, True)
    assert info["failure"] == FailureKind.SIMULATOR
    assert "MCP server" in info["why"]
    assert remote.episode.trajectory().stop is StopReason.SIMULATOR_ERROR
    assert time.monotonic() - start < 20
    assert to_json(play(remote, 0, "multi_step", "train", badly=False)) in direct(BANK)
    assert len(world_servers()) == 1
    assert world_servers() != killed
    remote.close()
    assert not world_servers()


def test_a_server_that_dies_between_episodes_spoils_none(remote: ToolEnv) -> None:
    first = play(remote, 0, "simple", "train", badly=False)
    kill(remote)
    assert play(remote, 0, "simple", "train", badly=False) == first


def test_a_world_that_cannot_be_opened_is_an_unscored_episode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inftool_env.world.mcp_worker.sys.executable", "/nowhere/python")
    environment = make(BANK, "stdio")
    environment.reset(seed=0, options={"category": "simple"})
    calls = environment.episode.scenario.solution[0].calls
    info = environment.step(render_action("", calls))[4]
    assert (info["stop"], info["failure"]) == ("simulator_error", "simulator")
    assert "cannot be started" in info["why"]
    environment.close()
