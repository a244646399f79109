"""One suite over every policy: a new one is done when it passes."""

from collections.abc import Callable

import pytest

from agents.chat_template import ChatTemplate
from agents.model_policy import ModelPolicy
from agents.policy import Informed, Policy
from agents.rollout import EpisodeRequest, open_request, rollout
from agents.samplers.hf import HfSampler
from agents.sampling import SamplingConfig
from agents.scripted import OraclePolicy, RandomPolicy, ReplayPolicy
from inftool_env.core.schema import SchemaValidator
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.actions import parse_action

REQUESTS = [
    EpisodeRequest(env_id=env_id, seed=seed)
    for env_id in ("InfTool/weather-api-v0", "InfTool/bank-api-v0")
    for seed in (0, 0, 1)
]


@pytest.fixture(scope="module", params=["random", "oracle", "replay", "model"])
def make_policy(request, model, tokenizer) -> Callable[[], Policy]:
    config = SamplingConfig(max_new_tokens=8, seed=3)
    makers: dict[str, Callable[[], Policy]] = {
        "random": lambda: RandomPolicy(7),
        "oracle": OraclePolicy,
        "replay": lambda: ReplayPolicy(rollout(OraclePolicy(), REQUESTS)),
        "model": lambda: ModelPolicy(HfSampler(model, tokenizer), ChatTemplate(tokenizer), config),
    }
    return makers[request.param]


def test_every_slot_gets_an_action_that_the_environment_takes(make_policy) -> None:
    policy = make_policy()
    episodes = {slot: open_request(request) for slot, request in enumerate(REQUESTS)}
    policy.start(len(episodes))
    if isinstance(policy, Informed):
        for slot, episode in episodes.items():
            policy.watch(slot, episode.scenario)
    actions = policy.act({slot: episode.observation for slot, episode in episodes.items()})
    assert actions.keys() == episodes.keys()
    for slot, episode in episodes.items():
        episode.step(actions[slot].action)


def test_the_same_policy_gives_the_same_trajectories_whatever_is_open_beside(make_policy) -> None:
    policy = make_policy()
    together = rollout(policy, REQUESTS, num_slots=64)
    assert rollout(policy, REQUESTS, num_slots=64) == together
    few = rollout(make_policy(), REQUESTS, num_slots=2)
    # The actions alone: log-probabilities may differ in their last bits when other rows are in the batch.
    assert [actions(trajectory) for trajectory in few] == [actions(trajectory) for trajectory in together]


def actions(trajectory: Trajectory) -> list[str]:
    return [turn.action for turn in trajectory.turns]


def test_trajectories_carry_the_policys_name_and_the_order_of_the_requests(make_policy) -> None:
    policy = make_policy()
    trajectories = rollout(policy, REQUESTS, num_slots=4)
    assert [(t.env_id, t.seed) for t in trajectories] == [(r.env_id, r.seed) for r in REQUESTS]
    assert {trajectory.policy for trajectory in trajectories} == {policy.name}


def test_random_calls_name_an_offered_tool_and_obey_its_schema() -> None:
    observation = open_request(REQUESTS[0]).observation
    acted = RandomPolicy(0).act(dict.fromkeys(range(50), observation))
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in observation["tools"]}
    calls = [call for action in acted.values() for call in parse_action(action.action).calls]
    assert len(calls) > 30
    for call in calls:
        assert SchemaValidator(schemas[call.name]).is_valid(call.arguments), call
