"""The ``Learner`` of language models: imitation and GRPO on one model in this process."""

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents import tiny
from agents.chat_template import ChatTemplate
from agents.model_policy import ModelPolicy
from agents.samplers.fitting import sampler_for
from agents.sampling import SamplingConfig
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.observe import show_tools
from inftool_env.envs.registry import load_toolset, resolve
from inftool_env.scenarios.strangers import in_sight
from trainers.batch import Example, example_row
from trainers.checkpoint import latest_checkpoint, load_checkpoint, save_checkpoint
from trainers.config import CheckpointConfig, GrpoConfig, SftConfig
from trainers.engines.local import LocalEngine
from trainers.grpo import train_grpo
from trainers.logbook import Logbook
from trainers.optimizer import PolicyOptimizer
from trainers.practice import Practice
from trainers.progress import Progress
from trainers.sft import train_sft


class _Saver:
    """Saves what a training would go on from, every so many steps."""

    def __init__(
        self,
        folder: Path,
        config: CheckpointConfig,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        optimizer: PolicyOptimizer,
        *,
        first_step: int,
    ) -> None:
        self.optimizer = optimizer
        self.first_step = first_step
        """Steps that were done before an interruption."""
        self._folder = folder
        self._config = config
        self._model = model
        self._tokenizer = tokenizer
        self._rewards: list[float] = []
        """Since the last checkpoint."""

    def after_step(self, done: int, reward: float | None = None) -> None:
        """Save a checkpoint where it is time for one."""
        if reward is not None:
            self._rewards.append(reward)
        if done % self._config.every:
            return
        score = fmean(self._rewards) if self._config.best and self._rewards else None
        save_checkpoint(
            self._folder,
            done,
            self._model,
            self._tokenizer,
            self.optimizer,
            keep=self._config.newest,
            score=score,
        )
        self._rewards = []


class ModelLearner:
    """A causal language model with its tokenizer, made better in place.

    Args:
        max_new_tokens: Of a turn, when the policy acts outside of training.
    """

    def __init__(self, *, max_new_tokens: int = 256) -> None:
        self._max_new_tokens = max_new_tokens
        self._name = ""

    def load(self, weights: str) -> None:
        """Take the weights of a folder in Hugging Face format, or those called ``tiny``.

        Raises:
            CheckpointError: There are none that can be read.
        """
        self._model, self._tokenizer = tiny.load(weights)
        self._name = weights

    def save(self, folder: Path) -> None:
        """Write an ordinary Hugging Face folder."""
        tiny.save(folder, self._model, self._tokenizer)

    def policy(self) -> ModelPolicy:
        """The current weights, always taking the likeliest token."""
        return self._act(SamplingConfig(greedy=True, max_new_tokens=self._max_new_tokens))

    def imitate(
        self, demonstrations: Sequence[Trajectory], config: SftConfig, folder: Path, on_progress: Progress
    ) -> None:
        """Supervised learning on what the assistant wrote; goes on from the last checkpoint in ``folder``."""
        saver = self._resume(
            folder, config.checkpoints, learning_rate=config.learning_rate, warmup_steps=config.warmup_steps
        )

        def after_step(done: int) -> None:
            saver.after_step(done)
            on_progress(f"{folder.name}: updates", done, config.steps)

        with Logbook(folder, first_step=saver.first_step) as logbook:
            train_sft(
                self._engine(saver.optimizer, bfloat16=config.bfloat16),
                self._encode(demonstrations),
                config,
                logbook,
                first_step=saver.first_step,
                on_step=after_step,
            )

    def practise(self, practice: Practice, config: GrpoConfig, folder: Path, on_progress: Progress) -> None:
        """GRPO on what the sampler chooses; goes on from the last checkpoint in ``folder``."""
        # Before a checkpoint is read: the reference is the policy that the round began with.
        reference = copy.deepcopy(self._model) if config.loss.kl_coefficient else None
        saver = self._resume(
            folder,
            config.checkpoints,
            learning_rate=config.learning_rate,
            warmup_steps=config.warmup_steps,
            decay_share=config.decay_share,
        )

        def after_step(done: int, metrics: Mapping[str, float]) -> None:
            saver.after_step(done, metrics.get("reward/mean"))
            on_progress(f"{folder.name}: updates", done, config.steps)

        sampling = self._sampling(config)
        learning = self._model
        acting = learning
        if config.ahead:
            acting = copy.deepcopy(learning)
            acting.to(torch.device(config.acting_device or learning.device))  # type: ignore[arg-type]

        def publish() -> None:
            if acting is not learning:
                acting.load_state_dict(learning.state_dict())

        with Logbook(folder, first_step=saver.first_step) as logbook:
            train_grpo(
                self._engine(
                    saver.optimizer,
                    temperature=config.temperature,
                    reference=reference,
                    bfloat16=config.bfloat16,
                ),
                lambda seed: self._act(sampling(seed), acting),
                practice.requests,
                config,
                logbook,
                demonstrations=[example_row(example) for example in self._encode(practice.demonstrations)],
                first_step=saver.first_step,
                on_step=after_step,
                publish=publish,
            )

    def _resume(self, folder: Path, config: CheckpointConfig, **options: Any) -> "_Saver":
        """The optimiser, and with it the weights where an interrupted call in this folder left some."""
        steps = folder / "steps"
        interrupted = latest_checkpoint(steps)
        if interrupted is None:
            optimizer = PolicyOptimizer(self._model, **options)
            return _Saver(steps, config, self._model, self._tokenizer, optimizer, first_step=0)
        checkpoint = load_checkpoint(interrupted)
        self._model, self._tokenizer = checkpoint.model, checkpoint.tokenizer
        optimizer = PolicyOptimizer(self._model, **options)
        optimizer.load_state_dict(checkpoint.optimizer_state)
        return _Saver(steps, config, self._model, self._tokenizer, optimizer, first_step=checkpoint.step)

    def _act(self, sampling: SamplingConfig, model: PreTrainedModel | None = None) -> ModelPolicy:
        sampler = sampler_for(self._model if model is None else model, self._tokenizer)
        return ModelPolicy(sampler, ChatTemplate(self._tokenizer), sampling, name=self._name)

    def _sampling(self, config: GrpoConfig) -> Callable[[int], SamplingConfig]:
        return lambda seed: SamplingConfig(
            temperature=config.temperature, max_new_tokens=config.max_new_tokens, seed=seed
        )

    def _engine(
        self,
        optimizer: PolicyOptimizer,
        *,
        temperature: float = 1.0,
        reference: PreTrainedModel | None = None,
        bfloat16: bool = False,
    ) -> LocalEngine:
        return LocalEngine(
            self._model,
            optimizer,
            pad_id=self._tokenizer.pad_token_id,
            temperature=temperature,
            reference=reference,
            bfloat16=bfloat16,
        )

    def _encode(self, trajectories: Sequence[Trajectory]) -> list[Example]:
        """Tokens and masks, as a rollout of this model would see the same episodes."""
        template = ChatTemplate(self._tokenizer)
        examples: list[Example] = []
        for trajectory in trajectories:
            toolset = load_toolset(str(resolve(trajectory.env_id)["api"]))
            examples.append(
                template.encode_trajectory(trajectory, show_tools(in_sight(toolset, trajectory.tools)))
            )
        return examples
