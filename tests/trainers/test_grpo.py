"""A world with one tool and a policy that writes one token a turn: small enough to learn in a test."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import gymnasium
import pytest
import torch
from transformers import Lfm2ForCausalLM

from agents.policy import PolicyAction
from agents.rollout import EpisodeRequest
from agents.tiny import make_tokenizer
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import read_jsonl
from inftool_env.core.message import Role, ToolCall
from inftool_env.core.seeds import derive_seed
from inftool_env.core.trajectory import TokenSample
from inftool_env.envs.actions import render_action
from inftool_env.envs.observe import Observation
from inftool_env.envs.registry import register_api
from trainers.batch import Row, example_row
from trainers.checkpoint import load_checkpoint, save_checkpoint
from trainers.config import CheckpointConfig, GrpoConfig, Overlong, PolicyLoss
from trainers.engines.local import LocalEngine
from trainers.grpo import collect, draw_replay, train_grpo
from trainers.logbook import Logbook, StepMetrics, StepTrajectory
from trainers.optimizer import PolicyOptimizer

COLOURS = ("red", "green", "blue")
LEARNING_RATE = 0.03
BEGIN, RESULT, FIRST_COLOUR, VOCAB = 0, 1, 2, 5
"""Tokens: the user begins; a result came back; then one for each colour."""


class PainterPolicy:
    """Reads the colour as one token, and writes one token a turn: paint in a colour, or stop talking."""

    name = "painter"

    def __init__(self, model: Lfm2ForCausalLM, seed: int, finish_reason: str = "stop") -> None:
        self._model = model
        self._finish_reason = finish_reason
        self._seed = seed
        self._ids: dict[int, tuple[int, ...]] = {}

    def start(self, episodes: int) -> None:
        self._ids = dict.fromkeys(range(episodes), ())

    @torch.inference_mode()
    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        prompts = {slot: self._ids[slot] + read(observation) for slot, observation in observations.items()}
        unique = sorted(set(prompts.values()), key=len)
        logprobs = {
            prompt: self._model(input_ids=torch.tensor([prompt])).logits[0, -1].log_softmax(-1)
            for prompt in unique
        }
        return {slot: self._sample(slot, prompt, logprobs[prompt]) for slot, prompt in prompts.items()}

    def _sample(self, slot: int, prompt: tuple[int, ...], logprobs: torch.Tensor) -> PolicyAction:
        generator = torch.Generator().manual_seed(derive_seed(self._seed, slot, len(prompt)))
        token = int(torch.multinomial(logprobs.exp(), 1, generator=generator))
        self._ids[slot] = (*prompt, token)
        sample = TokenSample(
            prompt_ids=prompt,
            sampled_ids=(token,),
            logprobs=(logprobs[token].item(),),
            finish_reason=self._finish_reason,
        )
        return PolicyAction(action=write(token), sample=sample)


def read(observation: Observation) -> tuple[int, ...]:
    last = observation["messages"][-1]
    if last["role"] == Role.TOOL:
        return (RESULT,)
    words = str(observation["messages"][0]["content"])
    return (BEGIN, *(FIRST_COLOUR + i for i, colour in enumerate(COLOURS) if colour in words))


def write(token: int) -> str:
    if token < FIRST_COLOUR:
        return "Done."
    call = ToolCall(name="paint_wall", arguments={"colour": COLOURS[token - FIRST_COLOUR]})
    return render_action("", (call,))


@pytest.fixture(scope="module")
def env_id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    parameters = {
        "type": "object",
        "properties": {"colour": {"type": "string", "enum": list(COLOURS)}},
        "required": ["colour"],
    }
    tool = {"name": "paint_wall", "description": "Paint the wall in a colour.", "parameters": parameters}
    path = tmp_path_factory.mktemp("spec") / "grpo-test-painter.json"
    path.write_text(json.dumps([{"type": "function", "function": tool}]))
    (registered,) = register_api(path)
    yield registered
    gymnasium.registry.pop(registered)


class Training:
    """Everything that a run needs but the number of its steps."""

    def __init__(self, model: Lfm2ForCausalLM, env_id: str, folder: Path) -> None:
        self.model = model
        self.optimizer = PolicyOptimizer(model, learning_rate=LEARNING_RATE, warmup_steps=0, decay_share=0)
        self.folder = folder
        self.finish_reason = "stop"
        self.acting: Lfm2ForCausalLM | None = None
        """The copy that acts, where it is not the model itself."""
        self._env_id = env_id

    def act(self, seed: int) -> PainterPolicy:
        return PainterPolicy(self.acting or self.model, seed, self.finish_reason)

    def publish(self) -> None:
        if self.acting is not None:
            self.acting.load_state_dict(self.model.state_dict())

    def choose(self, step: int, attempt: int) -> Sequence[EpisodeRequest]:
        return [
            EpisodeRequest(env_id=self._env_id, seed=1000 * attempt + 4 * step + number, category="simple")
            for number in range(4)
        ]

    def run(self, config: GrpoConfig, *, first_step: int = 0) -> list[dict[str, float]]:
        engine = LocalEngine(self.model, self.optimizer, pad_id=0)
        with Logbook(self.folder, first_step=first_step) as logbook:
            train_grpo(
                engine,
                self.act,
                self.choose,
                config,
                logbook,
                first_step=first_step,
                publish=self.publish,
            )
        return [line.metrics for line in read_jsonl(self.folder / "metrics.jsonl", StepMetrics)]


@pytest.fixture
def training(make_toy_model: Callable[[int], Lfm2ForCausalLM], env_id: str, tmp_path: Path) -> Training:
    return Training(make_toy_model(VOCAB), env_id, tmp_path)


def test_a_few_dozen_updates_solve_a_world_with_one_tool(training: Training) -> None:
    rewards = [metrics["reward/mean"] for metrics in training.run(GrpoConfig(steps=25, group_size=8))]
    assert sum(rewards[:3]) / 3 < 0.3
    assert sum(rewards[-5:]) / 5 > 0.9


def test_a_step_reports_how_it_went(training: Training) -> None:
    (metrics,) = training.run(GrpoConfig(steps=1, group_size=32))
    assert metrics["success/simple_rate"] == metrics["reward/mean"]
    assert metrics["update/sampler_mismatch_nats"] < 1e-5
    assert metrics["update/clip_rate"] == metrics["update/kl_nats"] == 0
    assert metrics["gate/schema_open_rate"] == 1
    assert metrics["rollout/unscorable_rate"] == 0
    kept = list(read_jsonl(training.folder / "trajectories.jsonl", StepTrajectory))
    assert len(kept) == 4
    assert all(turn.sample is None for line in kept for turn in line.trajectory.turns)


def test_fresh_scenarios_take_the_place_of_groups_of_one_mind(training: Training) -> None:
    config = GrpoConfig(group_size=2, extra_rollouts=3)
    trajectories, groups = collect(0, training.act, training.choose, config)
    first, later = groups[:4], groups[4:]
    missing = sum(not group.has_signal for group in first)
    assert missing > 0
    assert all(group.trajectories[0].seed >= 1000 for group in later)
    assert len(later) >= missing
    assert sum(group.has_signal for group in groups) <= 4
    assert len(trajectories) == 2 * len(groups)


def test_without_extra_rollouts_a_step_is_one_rollout(training: Training) -> None:
    _, groups = collect(0, training.act, training.choose, GrpoConfig(group_size=2))
    assert len(groups) == 4


def test_what_was_cut_off_is_counted_and_can_be_left_out_of_the_update(training: Training) -> None:
    training.finish_reason = "length"
    (kept,) = training.run(GrpoConfig(steps=1, group_size=32))
    (masked,) = training.run(GrpoConfig(steps=1, group_size=32, overlong=Overlong.MASK))
    assert kept["rollout/cut_rate"] == masked["rollout/cut_rate"] == 1
    assert "update/loss" in kept
    assert "update/loss" not in masked


def test_an_interrupted_run_ends_with_the_same_weights(training: Training) -> None:
    tokenizer = make_tokenizer(["unused"], vocab_size=300)
    training.run(GrpoConfig(steps=2))
    path = save_checkpoint(training.folder / "steps", 2, training.model, tokenizer, training.optimizer)
    whole = training.run(GrpoConfig(steps=4), first_step=2)

    found = load_checkpoint(path)
    expected = training.model
    training.model = found.model
    training.optimizer = PolicyOptimizer(
        found.model, learning_rate=LEARNING_RATE, warmup_steps=0, decay_share=0
    )
    training.optimizer.load_state_dict(found.optimizer_state)
    resumed = training.run(GrpoConfig(steps=4), first_step=found.step)

    assert [metrics["reward/mean"] for metrics in resumed] == [metrics["reward/mean"] for metrics in whole]
    for name, weight in expected.state_dict().items():
        assert torch.equal(weight, found.model.state_dict()[name]), name


AHEAD = {"ahead": True, "checkpoints": CheckpointConfig(every=3), "loss": PolicyLoss(importance_cap=2.0)}


def test_episodes_played_ahead_are_of_weights_one_update_older(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.acting = copy.deepcopy(training.model)
    published: list[int] = []
    monkeypatch.setattr(training, "publish", lambda: published.append(training.optimizer.steps))
    training.run(GrpoConfig(steps=6, **AHEAD))
    # Before the updates 0 and 3 the weights are fresh; in between, the next step begins before the update.
    assert published == [0, 0, 1, 3, 3, 4]


def test_a_run_that_plays_ahead_learns_and_is_the_same_every_time_also_when_resumed(
    training: Training, make_toy_model: Callable[[int], Lfm2ForCausalLM]
) -> None:
    tokenizer = make_tokenizer(["unused"], vocab_size=300)
    training.acting = copy.deepcopy(training.model)
    training.run(GrpoConfig(steps=3, **AHEAD))
    path = save_checkpoint(training.folder / "steps", 3, training.model, tokenizer, training.optimizer)
    whole = training.run(GrpoConfig(steps=24, **AHEAD), first_step=3)
    expected = training.model

    found = load_checkpoint(path)
    training.model, training.acting = found.model, copy.deepcopy(make_toy_model(VOCAB))
    training.optimizer = PolicyOptimizer(
        found.model, learning_rate=LEARNING_RATE, warmup_steps=0, decay_share=0
    )
    training.optimizer.load_state_dict(found.optimizer_state)
    resumed = training.run(GrpoConfig(steps=24, **AHEAD), first_step=3)

    assert [metrics["reward/mean"] for metrics in resumed] == [metrics["reward/mean"] for metrics in whole]
    for name, weight in expected.state_dict().items():
        assert torch.equal(weight, found.model.state_dict()[name]), name
    assert sum(metrics["reward/mean"] for metrics in whole[-5:]) / 5 > 0.9


def test_what_was_played_ahead_must_be_weighed() -> None:
    with pytest.raises(ConfigError, match="importance_cap"):
        GrpoConfig(ahead=True)


def test_replayed_demonstrations_are_their_share_of_the_trained_tokens() -> None:
    demonstrations = [example_row(([2, 3, 4, 5], [0, 0, 1, 1])) for _ in range(50)]
    rows = [
        Row(ids=(1,) * 41, mask=(False, *[True] * 40), advantage=1.0, logprobs=(0.0,) * 41) for _ in range(2)
    ]
    drawn = draw_replay(demonstrations, rows, GrpoConfig(replay_share=0.2), step=0)
    assert sum(row.num_written for row in drawn) == 20  # of 80 + 20
    assert draw_replay(demonstrations, rows, GrpoConfig(replay_share=0.0), step=0) == []
