"""Turns while they are written, token by token, whatever computes the logits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.trajectory import TokenSample

if TYPE_CHECKING:
    from llguidance import LLMatcher

    from agents.samplers.constraint import CallConstraint


@dataclass(slots=True, kw_only=True)
class Turn:
    """One turn while it is written."""

    prompt: Prompt
    room: int
    """Tokens it may have."""
    matcher: "LLMatcher | None" = None
    """Where the turn stands in its grammar, when sampling is constrained."""
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    ended: bool = False

    def take(self, token: int, logprob: float, stop_ids: frozenset[int]) -> None:
        """Write one token, and find whether it is the last."""
        self.tokens.append(token)
        self.logprobs.append(logprob)
        self.ended = token in stop_ids or len(self.tokens) == self.room
        if self.matcher is not None:
            assert self.matcher.consume_token(token), "a token outside the grammar has probability 0"

    def record(self, stop_ids: frozenset[int], policy_version: int) -> TokenSample:
        """The turn as records keep it."""
        return TokenSample(
            prompt_ids=self.prompt.ids,
            sampled_ids=tuple(self.tokens),
            logprobs=tuple(self.logprobs),
            finish_reason="stop" if self.tokens and self.tokens[-1] in stop_ids else "length",
            policy_version=policy_version,
        )


class Rows(Protocol):
    """The computation behind a batch of turns: one row each."""

    def drop(self, ended: Sequence[int]) -> Sequence[int]:
        """Leave these rows behind, now or when it pays; the former places of the rows that go on, in their new order."""
        ...

    def step(self, tokens: Tensor) -> Tensor:
        """Logits ``(B, V)`` after one more token ``(B, 1)`` of every row that goes on."""
        ...

    def join(self, other: "Rows") -> bool:
        """Take over the rows of another batch of the same sampler, behind one's own; whether that was done."""
        ...


def write_turns(
    turns: Sequence[Turn],
    rows: Rows,
    logits: Tensor,
    config: SamplingConfig,
    stop_ids: frozenset[int],
    constraint: "CallConstraint | None",
) -> None:
    """Sample every turn to its end.

    Args:
        turns: Each has room for a token; one for every row.
        rows: Stand at the end of the prompts.
        logits: ``(B, V)`` after the prompts.
        config: How to sample.
        stop_ids: Tokens that end a turn.
        constraint: Of the turns' grammars; None when sampling is free.
    """
    uniforms = uniforms_of(turns).to(logits.device)
    writing = list(turns)
    for step in range(uniforms.shape[1]):
        if constraint is not None:
            allowed = constraint.allowed([turn.matcher for turn in writing if turn.matcher is not None])
            logits = logits.masked_fill(~allowed.to(logits.device), -math.inf)
        chosen, logprobs = choose(logits.float(), uniforms[:, step : step + 1], config)
        for turn, token, logprob in zip(writing, chosen[:, 0].tolist(), logprobs[:, 0].tolist(), strict=True):
            if not turn.ended:
                turn.take(token, logprob, stop_ids)
        ended = [row for row, turn in enumerate(writing) if turn.ended]
        if len(ended) == len(writing):
            return
        if ended:
            going = rows.drop(ended)
            writing = [writing[row] for row in going]
            chosen, uniforms = chosen[going], uniforms[going]
        logits = rows.step(chosen)


def choose(logits: Tensor, uniforms: Tensor, config: SamplingConfig) -> tuple[Tensor, Tensor]:
    """One token a row and its log-probability, both ``(B, 1)``, by inverting the cumulative distribution.

    One uniform number a row costs a tenth of Gumbel noise over the vocabulary.
    """
    if config.greedy:
        chosen = logits.argmax(-1, keepdim=True)
        return chosen, torch.zeros_like(uniforms)
    logprobs = (logits / config.temperature).log_softmax(-1)
    cumulative = logprobs.exp().cumsum(-1)
    total = cumulative[:, -1:]
    target = torch.minimum(uniforms * total, total.nextafter(torch.zeros_like(total)))
    chosen = torch.searchsorted(cumulative, target, right=True)  # right: never a token of probability 0
    return chosen, logprobs.gather(1, chosen)


def uniforms_of(turns: Sequence[Turn]) -> Tensor:
    """``(B, T)`` uniform numbers for the longest turn, each row from its prompt's own seed."""
    generator = torch.Generator()
    length = max(turn.room for turn in turns)
    return torch.stack(
        [torch.rand(length, generator=generator.manual_seed(turn.prompt.seed)) for turn in turns]
    )


def stop_ids_of(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Every token that ends a turn: the tokenizer's, and those of the model's generation config."""
    declared = getattr(model.generation_config, "eos_token_id", None)
    found = [tokenizer.eos_token_id, *(declared if isinstance(declared, list) else [declared])]
    return frozenset(token for token in found if token is not None)
