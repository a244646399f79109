from itertools import pairwise

import pytest

from agents.chat_template import ChatTemplate
from agents.model_policy import ModelPolicy
from agents.rollout import EpisodeRequest, rollout
from agents.sampling import Prompt, SamplingConfig
from agents.scripted import OraclePolicy
from inftool_env.core.schema import JsonObject
from inftool_env.core.trajectory import TokenSample, Trajectory
from inftool_env.envs.registry import load_toolset

REQUESTS = [
    EpisodeRequest(env_id="InfTool/weather-api-v0", seed=seed, category=category)
    for seed in range(4)
    for category in ("simple", "missing_param", "multi_step")
]


class Dictated:
    """A sampler that writes the oracle's actions, or cuts them short."""

    def __init__(self, template: ChatTemplate, trajectories: list[Trajectory], cut: bool) -> None:
        self.template = template
        self.cut = cut
        self.trajectories = trajectories
        self.prompts: list[Prompt] = []
        self.turn = 0

    def sample(self, prompts: list[Prompt], _config: SamplingConfig) -> list[TokenSample]:
        self.prompts += prompts
        playing = [trajectory for trajectory in self.trajectories if len(trajectory.turns) > self.turn]
        samples = []
        for prompt, trajectory in zip(prompts, playing, strict=True):
            ids = self.template.action_ids(trajectory.turns[self.turn].action)
            ids = ids[:-1] if self.cut else ids
            samples.append(
                TokenSample(
                    prompt_ids=prompt.ids, sampled_ids=ids, logprobs=(0.0,) * len(ids), finish_reason="stop"
                )
            )
        self.turn += 1
        return samples


def tools_of(trajectory: Trajectory) -> tuple[JsonObject, ...]:
    toolset = load_toolset("weather-api").subset(trajectory.tools)
    return tuple(tool.to_openai() for tool in toolset.tools)


@pytest.mark.parametrize("cut", [False, True], ids=["ended turns", "turns cut short"])
def test_what_a_rollout_reads_and_writes_is_what_encoding_its_trajectory_gives(tokenizer, cut: bool) -> None:
    template = ChatTemplate(tokenizer)
    oracle = rollout(OraclePolicy(), REQUESTS)
    policy = ModelPolicy(Dictated(template, oracle, cut), template, SamplingConfig())
    played = rollout(policy, REQUESTS)
    for trajectory, reference in zip(played, oracle, strict=True):
        assert trajectory.verdict.success
        ids, mask = template.encode_trajectory(trajectory, tools_of(trajectory))
        last = trajectory.turns[-1].sample
        assert last is not None
        assert tuple(ids) == last.prompt_ids + last.sampled_ids
        written = [token for token, is_written in zip(ids, mask, strict=True) if is_written]
        assert written == [token for turn in trajectory.turns for token in turn.sample.sampled_ids]
        if not cut:
            assert template.encode_trajectory(reference, tools_of(reference)) == (ids, mask)


def test_every_prompt_begins_with_the_prompt_and_the_tokens_before_it(tokenizer) -> None:
    template = ChatTemplate(tokenizer)
    oracle = rollout(OraclePolicy(), REQUESTS)
    policy = ModelPolicy(Dictated(template, oracle, False), template, SamplingConfig())
    for trajectory in rollout(policy, REQUESTS):
        samples = [turn.sample for turn in trajectory.turns]
        for before, after in pairwise(samples):
            start = before.prompt_ids + before.sampled_ids
            assert after.prompt_ids[: len(start)] == start


def test_members_of_a_group_and_their_turns_get_seeds_of_their_own(tokenizer) -> None:
    template = ChatTemplate(tokenizer)
    group = [EpisodeRequest(env_id="InfTool/weather-api-v0", seed=1, category="multi_step")] * 4
    sampler = Dictated(template, rollout(OraclePolicy(), group), False)
    rollout(ModelPolicy(sampler, template, SamplingConfig()), group)
    seeds = [prompt.seed for prompt in sampler.prompts]
    assert len(seeds) > 4
    assert len(set(seeds)) == len(seeds)
