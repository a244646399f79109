from collections.abc import Mapping

import pytest

from agents.policy import PolicyAction
from agents.rollout import EpisodeRequest, open_request, rollout
from agents.scripted import OraclePolicy, RandomPolicy, ReplayPolicy
from inftool_env.core.errors import RegistrationError
from inftool_env.core.scenario import Split

WEATHER = "InfTool/weather-api-v0"
REQUESTS = [EpisodeRequest(env_id=WEATHER, seed=seed) for seed in range(12)]


def test_the_oracle_succeeds_and_chance_does_not() -> None:
    assert all(trajectory.reward == 1.0 for trajectory in rollout(OraclePolicy(), REQUESTS))
    assert sum(trajectory.reward or 0.0 for trajectory in rollout(RandomPolicy(), REQUESTS)) <= 2


def test_a_replay_gives_the_very_trajectories_that_were_recorded() -> None:
    recorded = rollout(RandomPolicy(5), REQUESTS)
    replayed = rollout(ReplayPolicy(recorded), REQUESTS)
    assert [(t.turns, t.verdict) for t in replayed] == [(t.turns, t.verdict) for t in recorded]


def test_category_and_split_of_a_request_are_kept() -> None:
    request = EpisodeRequest(env_id=WEATHER, seed=4, category="parallel", split=Split.EVAL)
    scenario = open_request(request).scenario
    assert (scenario.category, scenario.split) == ("parallel", Split.EVAL)


def test_progress_counts_every_episode_once_and_ends_with_all() -> None:
    seen: list[tuple[int, int]] = []
    rollout(OraclePolicy(), REQUESTS, num_slots=5, on_progress=lambda *now: seen.append(now))
    assert seen == sorted(set(seen))
    assert seen[-1] == (12, 12)


def test_no_more_episodes_are_open_than_there_are_slots() -> None:
    class Counting(OraclePolicy):
        widest = 0

        def act(self, observations: Mapping) -> dict[int, PolicyAction]:
            self.widest = max(self.widest, len(observations))
            return super().act(observations)

    policy = Counting()
    rollout(policy, REQUESTS, num_slots=5)
    assert policy.widest == 5


def test_no_requests_give_no_trajectories() -> None:
    assert rollout(OraclePolicy(), []) == []


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(RegistrationError):
        rollout(OraclePolicy(), [EpisodeRequest(env_id="InfTool/nothing-v0", seed=0)])
