"""The base policy: a small model made from nothing, taught to read tools it has never seen.

Supervised learning on an endless stream of fresh demonstrations (``trainers.base_stream``); nothing is
seen twice, so the training loss is an honest estimate of the loss on new episodes of the same kind.
An interrupted training goes on from its last checkpoint, and ends with the same weights.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents import tiny
from agents.chat_template import ChatTemplate
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import write_atomic
from trainers.base_stream import BaseStream, demonstrations
from trainers.checkpoint import latest_checkpoint, load_checkpoint, save_checkpoint
from trainers.optimizer import PolicyOptimizer
from trainers.packing import TRUNK, Pack, PackedBatch, collate

CORPUS_PACKS = 1000
WINDOW_PACKS = 48
STEPS = "steps"
"""The folder of the checkpoints, inside the policy's own; it is gone when the training is done."""


@dataclass(frozen=True, kw_only=True)
class BaseConfig:
    """How a base policy is made."""

    seed: int = 0
    """Fixes the weights at the start and every demonstration."""
    tokens: int = 24_000_000
    """Tokens to read, prompts included; the learning rate's schedule is laid over them."""
    tokens_per_step: int = 2500
    """Tokens of a batch, prompts included."""
    learning_rate: float = 3e-3
    """Of Muon, for the matrices; the optimiser derives the other one."""
    reading_weight: float = 1.0
    """How much the mean loss of the tokens that the policy only reads counts at first, beside that of those it writes;
    it falls in a straight line to 0. Much of what is read repeats names and values: to foresee it is to learn to copy."""
    vocab_size: int = 2048
    """Of the tokenizer."""
    threads: int = 2
    """PyTorch threads; one more process makes the demonstrations."""
    save_every_s: float = 120.0
    """Seconds of training between two checkpoints."""

    def __post_init__(self) -> None:
        if self.tokens < 1 or self.tokens_per_step < 100:
            raise ConfigError(
                f"base: tokens={self.tokens}, tokens_per_step={self.tokens_per_step}; "
                "expected tokens >= 1 and tokens_per_step >= 100. Correct the options."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseProgress:
    """Where the training stands after a step."""

    step: int = 0
    seconds: float = 0.0
    """Of training, over all interruptions."""
    tokens: int = 0
    """All tokens so far, prompts included."""
    loss: float = 0.0
    """Per written token, in nats; a moving average."""

    def after(self, loss: float, tokens: int, seconds: float) -> "BaseProgress":
        """Where it stands one step later."""
        return BaseProgress(
            step=self.step + 1,
            seconds=seconds,
            tokens=self.tokens + tokens,
            loss=loss if self.step == 0 else 0.98 * self.loss + 0.02 * loss,
        )


def corpus(seed: int, packs: int) -> Iterator[str]:
    """Text to learn the tokenizer from: signatures, requests, calls and results."""
    for number in range(packs):
        toolset, played = demonstrations(seed * 1_000_003 + number)
        for tool in toolset.tools:
            yield f"{tool.name} {' '.join(tool.properties)} {tool.description}"
        for _, trajectory in played:
            for turn in trajectory.turns:
                yield from (message["content"] for message in turn.observed)
                yield turn.action


def train_base(
    config: BaseConfig, out: Path, on_progress: Callable[[BaseProgress], None] | None = None
) -> BaseProgress:
    """Make the tokenizer and the model, train until the tokens are read, and save a Hugging Face folder.

    Args:
        config: See ``BaseConfig``; the same one when a training goes on.
        out: The folder; an interrupted run's checkpoint is in it.
        on_progress: Called after every step.
    """
    torch.set_num_threads(config.threads)
    training = _Training.begin(config, out)
    if on_progress is not None:
        on_progress(training.progress)
    saved = time.monotonic()
    for window in training.windows():
        training.learn(window, on_progress)
        if training.is_done:
            break
        if time.monotonic() - saved > config.save_every_s:
            training.save()
            saved = time.monotonic()
    return training.finish()


class _Training:
    """The model, what teaches it, and where it stands: always between two windows of demonstrations."""

    def __init__(
        self,
        config: BaseConfig,
        out: Path,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        windows: int = 0,
    ) -> None:
        self.progress = BaseProgress()
        self._config = config
        self._out = out
        self._model = model
        self._tokenizer = tokenizer
        self._optimizer = PolicyOptimizer(model, learning_rate=config.learning_rate)
        self._windows = windows
        """That the model has learned from."""

    @classmethod
    def begin(cls, config: BaseConfig, out: Path) -> "_Training":
        """From the last checkpoint, or from nothing."""
        interrupted = latest_checkpoint(out / STEPS)
        if interrupted is None:
            tokenizer = tiny.make_tokenizer(corpus(config.seed, CORPUS_PACKS), config.vocab_size)
            return cls(config, out, tiny.make_model(tokenizer, config.seed), tokenizer)
        checkpoint = load_checkpoint(interrupted)
        training = cls(config, out, checkpoint.model, checkpoint.tokenizer, checkpoint.step)
        training._optimizer.load_state_dict(checkpoint.optimizer_state)
        if checkpoint.notes.get("config") != _identity(config):
            raise ConfigError(
                f"{interrupted}: was made with {checkpoint.notes.get('config')}; expected {_identity(config)}. "
                "Go on with the options that it began with, or name a new folder with --out."
            )
        training.progress = BaseProgress(**checkpoint.notes["progress"])
        return training

    @property
    def is_done(self) -> bool:
        """Whether all tokens are read."""
        return self.progress.tokens >= self._config.tokens

    def windows(self) -> Iterator[list[Pack]]:
        """What comes after what the model has learned from."""
        stream = BaseStream(
            ChatTemplate(self._tokenizer), self._config.seed, first=self._windows * WINDOW_PACKS
        )
        packs = iter(DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=64))
        while True:
            yield [next(packs) for _ in range(WINDOW_PACKS)]

    def learn(self, window: list[Pack], on_progress: Callable[[BaseProgress], None] | None) -> None:
        """Updates from one window, until all tokens are read."""
        self._model.train()
        began = time.monotonic() - self.progress.seconds
        for batch, tokens in batches(window, self._config.tokens_per_step, self._tokenizer.pad_token_id):
            done = self.progress.tokens / self._config.tokens
            written, read = token_losses(self._model, batch)
            loss = written + self._config.reading_weight * (1 - done) * read
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step(done)
            self.progress = self.progress.after(written.item(), tokens, time.monotonic() - began)
            if on_progress is not None:
                on_progress(self.progress)
            if self.is_done:
                return
        self._windows += 1

    def save(self) -> None:
        """A checkpoint to go on from."""
        notes = {"config": _identity(self._config), "progress": asdict(self.progress)}
        save_checkpoint(
            self._out / STEPS,
            self._windows,
            self._model,
            self._tokenizer,
            self._optimizer,
            keep=1,
            notes=notes,
        )

    def finish(self) -> BaseProgress:
        """The policy in its folder, and how it was made; the checkpoints go."""
        self._model.eval()
        tiny.save(self._out, self._model, self._tokenizer)
        record = {
            "config": asdict(self._config),
            "result": asdict(self.progress),
            "parameters": sum(weight.numel() for weight in self._model.parameters()),
        }
        write_atomic(self._out / "training.json", json.dumps(record, indent=2) + "\n")
        shutil.rmtree(self._out / STEPS, ignore_errors=True)
        return self.progress


def _identity(config: BaseConfig) -> dict[str, float]:
    """What a training may not change on its way."""
    return {name: value for name, value in asdict(config).items() if name not in {"threads", "save_every_s"}}


def batches(window: Iterable[Pack], tokens_per_step: int, pad_id: int) -> Iterator[tuple[PackedBatch, int]]:
    """Batches of packs of like length, the longest first, with each batch's number of real tokens.

    Padding costs as much as text, so a window is sorted by length before it is cut.
    """
    left = sorted(window, key=lambda each: -each.num_tokens)
    while left:
        rows = max(1, tokens_per_step // left[0].num_tokens)
        batch, left = left[:rows], left[rows:]
        yield collate(batch, pad_id), sum(each.num_tokens for each in batch)


def token_losses(model: PreTrainedModel, batch: PackedBatch) -> tuple[Tensor, Tensor]:
    """Mean cross-entropies in nats: over the tokens that the policy wrote, and over those that it read."""
    output = model.model(
        input_ids=batch.tokens,
        # Right padding needs no mask in the convolutions; the attention layers get the tree's.
        attention_mask={"full_attention": batch.attention(), "conv": None},
        position_ids=batch.positions,
        use_cache=False,
    )
    # What follows the trunk's end, an echo or padding is no continuation of it.
    goes_on = (batch.branch[:, 1:] == batch.branch[:, :-1]) & (batch.branch[:, 1:] >= TRUNK)
    written = batch.mask[:, 1:]
    predicted = goes_on | written
    logits = model.lm_head(output.last_hidden_state[:, :-1][predicted])
    losses = functional.cross_entropy(logits, batch.tokens[:, 1:][predicted], reduction="none")
    is_written = written[predicted]
    return losses[is_written].mean(), losses[~is_written].mean()
