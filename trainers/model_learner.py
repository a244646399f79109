"""The ``Learner`` of language models: imitation and GRPO on one model in this process."""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path

from transformers import PreTrainedModel

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
from trainers.config import GrpoConfig, SftConfig
from trainers.engines.local import LocalEngine
from trainers.grpo import train_grpo
from trainers.logbook import Logbook
from trainers.optimizer import PolicyOptimizer
from trainers.practice import Practice
from trainers.progress import Progress
from trainers.sft import train_sft

STEPS_PER_CHECKPOINT = 10


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
        """Supervised learning on what the assistant wrote; begins anew after an interruption."""
        work = f"{folder.name}: updates"
        with Logbook(folder) as logbook:
            train_sft(
                self._engine(
                    PolicyOptimizer(
                        self._model, learning_rate=config.learning_rate, warmup_steps=config.warmup_steps
                    )
                ),
                self._encode(demonstrations),
                config,
                logbook,
                on_step=lambda done: on_progress(work, done, config.steps),
            )

    def practise(self, practice: Practice, config: GrpoConfig, folder: Path, on_progress: Progress) -> None:
        """GRPO on what the sampler chooses; goes on from the last checkpoint in ``folder``."""
        # Before a checkpoint is read: the reference is the policy that the round began with.
        reference = copy.deepcopy(self._model) if config.loss.kl_coefficient else None
        steps, first_step = folder / "steps", 0
        interrupted = latest_checkpoint(steps)
        if interrupted is not None:
            checkpoint = load_checkpoint(interrupted)
            self._model, self._tokenizer, first_step = checkpoint.model, checkpoint.tokenizer, checkpoint.step
        optimizer = PolicyOptimizer(
            self._model,
            learning_rate=config.learning_rate,
            warmup_steps=config.warmup_steps,
            decay_share=config.decay_share,
        )
        if interrupted is not None:
            optimizer.load_state_dict(checkpoint.optimizer_state)

        def after_step(done: int) -> None:
            if done % STEPS_PER_CHECKPOINT == 0:
                save_checkpoint(steps, done, self._model, self._tokenizer, optimizer, keep=1)
            on_progress(f"{folder.name}: updates", done, config.steps)

        sampling = self._sampling(config)
        with Logbook(folder, first_step=first_step) as logbook:
            train_grpo(
                self._engine(optimizer, temperature=config.temperature, reference=reference),
                lambda seed: self._act(sampling(seed)),
                practice.requests,
                config,
                logbook,
                demonstrations=[example_row(example) for example in self._encode(practice.demonstrations)],
                first_step=first_step,
                on_step=after_step,
            )

    def _act(self, sampling: SamplingConfig) -> ModelPolicy:
        sampler = sampler_for(self._model, self._tokenizer)
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
    ) -> LocalEngine:
        return LocalEngine(
            self._model,
            optimizer,
            pad_id=self._tokenizer.pad_token_id,
            temperature=temperature,
            reference=reference,
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
