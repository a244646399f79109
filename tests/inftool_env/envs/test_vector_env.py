import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

import inftool_env  # noqa: F401 - registers the environments
from benchmarks.processes import is_running
from inftool_env.core.errors import BackendError, ConfigError
from inftool_env.envs.vector_env import ToolVectorEnv

WEATHER = "InfTool/weather-api-v0"


def openings(observations: tuple) -> list[str]:
    return [observation["messages"][0]["content"] for observation in observations]


def seeds(infos: dict) -> list[int]:
    return infos["seed"].tolist()


def test_make_vec_gives_our_own_vector_environment() -> None:
    envs = gym.make_vec(WEATHER, num_envs=4)
    assert isinstance(envs.unwrapped, ToolVectorEnv)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    observations, infos = envs.reset(seed=5)
    assert observations in envs.observation_space
    assert seeds(infos) == [5, 6, 7, 8]
    actions = envs.action_space.sample()
    assert actions in envs.action_space
    observations, rewards, terminated, truncated, _ = envs.step(actions)
    assert observations in envs.observation_space
    assert (rewards.shape, terminated.dtype, truncated.dtype) == ((4,), np.bool_, np.bool_)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_it_agrees_with_gymnasiums_vector_environments(mode: str) -> None:
    makers = [lambda: gym.make(WEATHER)] * 2
    theirs = (
        SyncVectorEnv(makers, autoreset_mode="Disabled")
        if mode == "sync"
        else AsyncVectorEnv(makers, shared_memory=False, autoreset_mode="Disabled")
    )
    ours = gym.make_vec(WEATHER, num_envs=2)
    try:
        assert ours.reset(seed=3)[0] == theirs.reset(seed=3)[0]
        for actions in (ours.action_space.sample(), ("<tool_call>", "What is it?"), ("Bye.", "Bye.")):
            got, expected = ours.step(actions), theirs.step(actions)
            assert got[0] == expected[0]
            for one, other in zip(got[1:4], expected[1:4], strict=True):
                np.testing.assert_array_equal(one, other)
        assert list(got[4]["why"]) == list(expected[4]["why"])
    finally:
        theirs.close()


def test_members_of_a_group_share_every_seed_whenever_they_finish() -> None:
    envs = gym.make_vec(WEATHER, num_envs=6, group_size=3)
    observations, infos = envs.reset(seed=1)
    assert seeds(infos) == [1, 1, 1, 2, 2, 2]
    assert openings(observations)[:3] == [openings(observations)[0]] * 3
    later: list[int] = []
    for mask in ([1, 0, 0, 1, 1, 1], [0, 1, 1, 0, 0, 0]):
        flags = np.array(mask, bool)
        _, infos = envs.reset(options={"reset_mask": flags})
        later += [(index // 3, infos["seed"][index]) for index in np.flatnonzero(flags)]
    assert len(set(later)) == 2


def test_a_finished_member_idles_until_it_is_reset() -> None:
    envs = gym.make_vec(WEATHER, num_envs=2)
    envs.reset(seed=0)
    _, _, terminated, _, infos = envs.step(("Bye.", "Which one do you mean?"))
    assert terminated.tolist() == [True, False]
    assert infos["verdict"][0] is not None
    before = envs.unwrapped.episodes[0].observation
    observations, rewards, terminated, _, _ = envs.step(("Hello?", "Which one do you mean?"))
    assert (observations[0], rewards[0], terminated[0]) == (before, 0.0, True)
    envs.reset(options={"reset_mask": np.array([True, False])})
    _, _, terminated, _, _ = envs.step(("Which one do you mean?", "Bye."))
    assert terminated.tolist() == [False, True]


def test_same_step_mode_begins_anew_at_once_and_keeps_the_end() -> None:
    envs = gym.make_vec(WEATHER, num_envs=2, autoreset_mode="SameStep")
    envs.reset(seed=0)
    observations, _, terminated, _, infos = envs.step(("Bye.", "Which one do you mean?"))
    assert terminated.tolist() == [True, False]
    assert len(observations[0]["messages"]) == 1
    assert infos["final_obs"][0]["messages"][-1]["role"] == "user"
    assert infos["final_info"]["failure"][0] is not None
    assert infos["_final_obs"].tolist() == [True, False]
    _, _, terminated, _, _ = envs.step(("Which one do you mean?",) * 2)
    assert not terminated.any()


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ConfigError, match="whole groups"):
        gym.make_vec(WEATHER, num_envs=5, group_size=2)
    with pytest.raises(ConfigError, match="NextStep"):
        gym.make_vec(WEATHER, num_envs=2, autoreset_mode="NextStep")
    envs = gym.make_vec(WEATHER, num_envs=2)
    with pytest.raises(ResetNeeded):
        envs.step(("a", "b"))
    with pytest.raises(ResetNeeded):
        envs.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(ConfigError, match="3 seeds for 2"):
        envs.reset(seed=[1, 2, 3])
    with pytest.raises(ConfigError, match="at least one True"):
        envs.reset(options={"reset_mask": np.array([False, False])})


@pytest.mark.parametrize("mode", ["Disabled", "SameStep"])
def test_workers_change_nothing(mode: str) -> None:
    options = {"num_envs": 6, "group_size": 2, "autoreset_mode": mode}
    alone, crew = gym.make_vec(WEATHER, **options), gym.make_vec(WEATHER, num_workers=2, **options)
    try:
        assert alone.reset(seed=4)[0] == crew.reset(seed=4)[0]
        for turn in range(4):
            actions = alone.action_space.sample()
            actions = tuple(
                "Bye." if (turn + index) % 3 == 0 else action for index, action in enumerate(actions)
            )
            ours, theirs = alone.step(actions), crew.step(actions)
            assert ours[0] == theirs[0]
            for one, other in zip(ours[1:4], theirs[1:4], strict=True):
                np.testing.assert_array_equal(one, other)
            assert ours[4].keys() == theirs[4].keys()
            for name in ("why", "seed", "final_obs"):
                assert list(ours[4].get(name, ())) == list(theirs[4].get(name, ()))
        mask = np.array([True, False, False, True, False, False])
        first, second = (envs.reset(options={"reset_mask": mask}) for envs in (alone, crew))
        assert first[0] == second[0]
        assert seeds(first[1]) == seeds(second[1])
        assert alone.reset()[0] == crew.reset()[0]
        assert crew.action_space.sample() in crew.action_space
    finally:
        crew.close()


def test_an_error_in_a_worker_is_the_users_own_and_a_dead_worker_is_named() -> None:
    envs = gym.make_vec(WEATHER, num_envs=2, num_workers=2)
    try:
        envs.reset(seed=0)
        with pytest.raises(ConfigError, match="reset options"):
            envs.reset(options={"colour": "red"})
        envs.step(("Hello?", "Hello?"))
        for process in envs.unwrapped._members._processes:  # type: ignore[attr-defined]
            process.kill()
        with pytest.raises(BackendError, match=r"worker 0 has ended \(exit code -9\)"):
            envs.step(("Hello?", "Hello?"))
        with pytest.raises(ConfigError, match="Use num_workers=0"):
            _ = envs.unwrapped.episodes  # type: ignore[attr-defined]
    finally:
        envs.close()


def test_closing_ends_the_workers() -> None:
    envs = gym.make_vec(WEATHER, num_envs=2, num_workers=2)
    envs.reset(seed=0)
    workers = [process.pid for process in envs.unwrapped._members._processes]  # type: ignore[attr-defined]
    envs.close()
    assert not any(map(is_running, workers))
