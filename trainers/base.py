"""The base policy: a small model made from nothing, taught to read tools it has never seen.

Supervised learning on an endless stream of fresh demonstrations (``trainers.base_stream``); nothing is
seen twice, so the training loss is an honest estimate of the loss on new episodes of the same kind.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import PreTrainedModel

from agents import tiny
from agents.chat_template import ChatTemplate
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import write_atomic
from trainers.base_stream import BaseStream, demonstrations
from trainers.optimizer import PolicyOptimizer
from trainers.packing import Pack, PackedBatch, collate

CORPUS_PACKS = 1000
WINDOW_PACKS = 48


@dataclass(frozen=True, kw_only=True)
class BaseConfig:
    """How a base policy is made."""

    seed: int = 0
    """Fixes the weights at the start and every demonstration."""
    minutes: float = 60.0
    """Training time; the learning rate's schedule is laid over it."""
    tokens_per_step: int = 2500
    """Tokens of a batch, prompts included."""
    learning_rate: float = 3e-3
    """Of Muon, for the matrices; the optimiser derives the other one."""
    vocab_size: int = 2048
    """Of the tokenizer."""
    threads: int = 2
    """PyTorch threads; one more process makes the demonstrations."""

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.tokens_per_step < 100:
            raise ConfigError(
                f"base: minutes={self.minutes}, tokens_per_step={self.tokens_per_step}; "
                "expected minutes > 0 and tokens_per_step >= 100. Correct the options."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseProgress:
    """Where the training stands after a step."""

    step: int
    seconds: float
    tokens: int
    """All tokens so far, prompts included."""
    loss: float
    """Per written token, in nats; a moving average."""


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
    """Make the tokenizer and the model, train until the time is up, and save a Hugging Face folder.

    Args:
        config: See ``BaseConfig``.
        out: The folder; an interrupted run leaves the last checkpoint there.
        on_progress: Called after every step.
    """
    torch.set_num_threads(config.threads)
    tokenizer = tiny.make_tokenizer(corpus(config.seed, CORPUS_PACKS), config.vocab_size)
    model = tiny.make_model(tokenizer, config.seed)
    model.train()
    optimizer = PolicyOptimizer(model, learning_rate=config.learning_rate)
    stream = BaseStream(ChatTemplate(tokenizer), config.seed)
    loader = DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=64, persistent_workers=True)
    started = saved = time.monotonic()
    progress = BaseProgress(step=0, seconds=0.0, tokens=0, loss=0.0)
    for batch, tokens in batches(loader, config.tokens_per_step, tokenizer.pad_token_id):
        loss = written_token_loss(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        elapsed = time.monotonic() - started
        optimizer.step(min(1.0, elapsed / (60 * config.minutes)))
        value = loss.item()
        progress = BaseProgress(
            step=progress.step + 1,
            seconds=elapsed,
            tokens=progress.tokens + tokens,
            loss=value if progress.step == 0 else 0.98 * progress.loss + 0.02 * value,
        )
        if on_progress is not None:
            on_progress(progress)
        if elapsed >= 60 * config.minutes:
            break
        if time.monotonic() - saved > 120:
            tiny.save(out, model, tokenizer)
            saved = time.monotonic()
    model.eval()
    tiny.save(out, model, tokenizer)
    record = {
        "config": asdict(config),
        "result": asdict(progress),
        "parameters": sum(weight.numel() for weight in model.parameters()),
    }
    write_atomic(out / "training.json", json.dumps(record, indent=2) + "\n")
    return progress


def batches(packs: Iterable[Pack], tokens_per_step: int, pad_id: int) -> Iterator[tuple[PackedBatch, int]]:
    """Batches of packs of like length, with each batch's number of real tokens.

    A window of packs is sorted by length before it is cut into batches, since padding costs as much
    as text; the batches of a window come longest first.
    """
    window: list[Pack] = []
    for item in packs:
        window.append(item)
        if len(window) < WINDOW_PACKS:
            continue
        window.sort(key=lambda each: -each.num_tokens)
        while window:
            rows = max(1, tokens_per_step // window[0].num_tokens)
            batch, window = window[:rows], window[rows:]
            yield collate(batch, pad_id), sum(each.num_tokens for each in batch)


def written_token_loss(model: PreTrainedModel, batch: PackedBatch) -> Tensor:
    """Mean cross-entropy in nats over the tokens that the policy wrote."""
    output = model.model(
        input_ids=batch.tokens,
        # Right padding needs no mask in the convolutions; the attention layers get the tree's.
        attention_mask={"full_attention": batch.attention(), "conv": None},
        position_ids=batch.positions,
        use_cache=False,
    )
    written = batch.mask[:, 1:]
    hidden = output.last_hidden_state[:, :-1][written]
    logits = model.lm_head(hidden)
    return torch.nn.functional.cross_entropy(logits, batch.tokens[:, 1:][written])
