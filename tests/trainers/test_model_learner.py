from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from agents import tiny
from agents.policy import Policy
from agents.rollout import EpisodeRequest, rollout
from agents.scripted import OraclePolicy
from inftool_env.core.errors import CheckpointError
from inftool_env.core.jsonl import read_jsonl
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.sampler import PracticeSampler, PracticeSource
from inftool_env.envs.registry import load_toolset
from trainers.config import CheckpointConfig, GrpoConfig, PolicyLoss, SftConfig
from trainers.evaluate import held_out_requests
from trainers.evolve import evolve
from trainers.logbook import StepMetrics
from trainers.model_learner import ModelLearner
from trainers.practice import Practice
from trainers.progress import silent
from trainers.run_folder import EvolveConfig

ENV_ID = "InfTool/trips-api-v0"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model that knows nothing."""
    folder = tmp_path_factory.mktemp("tiny")
    texts = [
        f"{tool.name} {' '.join(tool.properties)} {tool.description}"
        for tool in load_toolset("trips-api").tools
    ]
    tokenizer = tiny.make_tokenizer(texts, vocab_size=800)
    tiny.save(folder, tiny.make_model(tokenizer, seed=0), tokenizer)
    return str(folder)


def demonstrations(count: int) -> tuple[Trajectory, ...]:
    return tuple(
        rollout(OraclePolicy(), held_out_requests([ENV_ID], ["simple"], count, 0, split=Split.TRAIN))
    )


def parameters_of(learner: ModelLearner) -> torch.Tensor:
    return torch.cat([weight.detach().flatten() for weight in learner._model.parameters()])


def make_practice() -> Practice:
    sampler = PracticeSampler([PracticeSource(env_id=ENV_ID, categories=("simple",))], seed=0)
    return Practice(sampler=sampler, scenarios_per_step=1, demonstrations=demonstrations(2))


def rollout_paid_in_turn(
    policy: Policy, requests: Sequence[EpisodeRequest], **options: Any
) -> list[Trajectory]:
    """Every second trajectory is paid, since a model that knows nothing would earn nothing."""
    played = rollout(policy, requests, **options)
    return [replace(trajectory, reward=float(index % 2)) for index, trajectory in enumerate(played)]


def test_imitation_makes_the_demonstrations_likelier(weights: str, tmp_path: Path) -> None:
    learner = ModelLearner(max_new_tokens=8)
    learner.load(weights)
    learner.imitate(
        demonstrations(4), SftConfig(steps=8, tokens_per_step=1000, learning_rate=1e-2), tmp_path, silent
    )
    losses = [line.metrics["sft/loss_nats"] for line in read_jsonl(tmp_path / "metrics.jsonl", StepMetrics)]
    assert losses[-1] < losses[0] - 0.5


def test_a_saved_policy_loads_as_it_was(weights: str, tmp_path: Path) -> None:
    learner, other = ModelLearner(max_new_tokens=8), ModelLearner(max_new_tokens=8)
    learner.load(weights)
    learner.imitate(demonstrations(2), SftConfig(steps=1), tmp_path / "sft", silent)
    learner.save(tmp_path / "checkpoint")
    other.load(str(tmp_path / "checkpoint"))
    assert torch.equal(parameters_of(learner), parameters_of(other))


@pytest.mark.parametrize("ahead", [False, True])
def test_an_interrupted_round_ends_with_the_weights_of_a_whole_one(
    weights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    monkeypatch.setattr("trainers.grpo.rollout", rollout_paid_in_turn)
    config = GrpoConfig(
        steps=4,
        group_size=2,
        max_new_tokens=8,
        replay_share=0.5,
        loss=PolicyLoss(importance_cap=2.0),
        ahead=ahead,
        checkpoints=CheckpointConfig(every=2),
    )
    whole, broken = ModelLearner(max_new_tokens=8), ModelLearner(max_new_tokens=8)
    whole.load(weights)
    before = parameters_of(whole)
    whole.practise(make_practice(), config, tmp_path / "whole", silent)
    assert not torch.equal(parameters_of(whole), before)
    broken.load(weights)

    def interrupt(work: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken.practise(make_practice(), config, tmp_path / "broken", interrupt)
    broken.load(weights)
    broken.practise(make_practice(), config, tmp_path / "broken", silent)
    assert torch.equal(parameters_of(whole), parameters_of(broken))
    lines = [(tmp_path / name / "metrics.jsonl").read_text().count("\n") for name in ("whole", "broken")]
    assert lines == [4, 4]


def test_an_interrupted_imitation_ends_with_the_weights_of_a_whole_one(weights: str, tmp_path: Path) -> None:
    config = SftConfig(steps=5, tokens_per_step=600, checkpoints=CheckpointConfig(every=2))
    whole, broken = ModelLearner(max_new_tokens=8), ModelLearner(max_new_tokens=8)
    whole.load(weights)
    whole.imitate(demonstrations(4), config, tmp_path / "whole", silent)
    broken.load(weights)

    def interrupt(work: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken.imitate(demonstrations(4), config, tmp_path / "broken", interrupt)
    seen: list[int] = []
    broken.load(weights)
    broken.imitate(demonstrations(4), config, tmp_path / "broken", lambda *args: seen.append(args[1]))
    assert seen == [3, 4, 5]
    assert torch.equal(parameters_of(whole), parameters_of(broken))


def test_a_model_goes_through_the_whole_loop(weights: str, tmp_path: Path) -> None:
    config = EvolveConfig(
        env_ids=(ENV_ID,),
        out=str(tmp_path),
        policy=weights,
        generations=1,
        demonstrations=6,
        scenarios_per_step=2,
        probe_per_category=1,
        eval_per_category=1,
        sft=SftConfig(steps=1, tokens_per_step=2000),
        grpo=GrpoConfig(steps=1, group_size=2, max_new_tokens=8),
    )
    report = evolve(config, ModelLearner(max_new_tokens=8))
    assert [stage.name for stage in report.stages] == ["base", "sft", "generation-1"]
    assert report.environments
    tiny.load(tmp_path / "generation-1" / "checkpoint")


def test_a_missing_checkpoint_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="inftool base"):
        ModelLearner().load(str(tmp_path / "nothing"))
