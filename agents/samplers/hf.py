"""Sampling in process with any transformers model: one decode loop, no ``generate``."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.kv import make_cache, select_rows
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.errors import ConfigError
from inftool_env.core.trajectory import TokenSample

if TYPE_CHECKING:
    from llguidance import LLMatcher

    from agents.samplers.constraint import CallConstraint

_COMPACT = 0.75
"""Finished rows are dropped once the rest is at most this share of the batch."""


class HfSampler:
    """Continues all prompts together, each with its own random numbers.

    Equal prompts (a group's first turn) are read once. Rows are padded on the left and leave the batch
    when they end.

    Args:
        model: Its weights may be changed between calls.
        tokenizer: Of the model.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.policy_version = 0
        """Written into every sample; the trainer counts it up."""
        self._pad_id = (
            tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        )
        self._stop_ids = _stop_ids(model, tokenizer)
        self._constraint: CallConstraint | None = None

    def sample(self, prompts: Sequence[Prompt], config: SamplingConfig) -> list[TokenSample]:
        """One turn for every prompt, in order; float32 log-probabilities of what was sampled.

        Raises:
            ConfigError: Constrained sampling lacks its library, or cannot read a tool's schema.
        """
        turns = [
            _Turn(prompt=prompt, room=min(config.max_new_tokens, config.max_context_tokens - len(prompt.ids)))
            for prompt in prompts
        ]
        if config.constrained:
            constraint = self._constraint = self._constraint or self._make_constraint()
            for turn in turns:
                turn.matcher = constraint.begin(turn.prompt.tools)
        fitting = [turn for turn in turns if turn.room > 0]
        was_training = self.model.training
        self.model.eval()
        if fitting:
            self._decode(fitting, config)
        self.model.train(was_training)
        return [turn.record(self._stop_ids, self.policy_version) for turn in turns]

    @torch.inference_mode()
    def _decode(self, turns: Sequence["_Turn"], config: SamplingConfig) -> None:
        """Write all turns to their ends (``B`` rows, dropped as they end)."""
        logits, mask, position, cache = self._read([turn.prompt.ids for turn in turns])
        uniforms = _uniforms(turns).to(logits.device)
        rows = list(turns)
        for step in range(uniforms.shape[1]):
            matchers = [turn.matcher for turn in rows if turn.matcher is not None]  # all or none
            if self._constraint is not None and matchers:
                allowed = self._constraint.allowed(matchers)
                logits = logits.masked_fill(~allowed.to(logits.device), -math.inf)
            chosen, logprobs = _choose(logits.float(), uniforms[:, step : step + 1], config)
            for turn, token, logprob in zip(
                rows, chosen[:, 0].tolist(), logprobs[:, 0].tolist(), strict=True
            ):
                if not turn.ended:
                    turn.take(token, logprob, self._stop_ids)
            going = [row for row, turn in enumerate(rows) if not turn.ended]
            if not going:
                break
            if len(going) <= _COMPACT * len(rows):
                kept = torch.tensor(going, device=logits.device)
                select_rows(cache, kept)
                chosen, mask, position, uniforms = chosen[kept], mask[kept], position[kept], uniforms[kept]
                rows = [rows[row] for row in going]
            position = position + 1
            mask = torch.cat([mask, mask.new_ones((len(rows), 1))], dim=1)
            logits = self._forward(chosen, mask, position, cache)

    def _read(self, prompts: Sequence[tuple[int, ...]]) -> tuple[Tensor, Tensor, Tensor, DynamicCache]:
        """Logits ``(B, V)`` after each prompt, mask ``(B, T)``, last position ``(B, 1)`` and cache."""
        places = {ids: place for place, ids in enumerate(dict.fromkeys(prompts))}
        length = max(map(len, places))
        device = self.model.device
        ids = torch.tensor(
            [[self._pad_id] * (length - len(one)) + list(one) for one in places], device=device
        )
        mask = torch.tensor([[0] * (length - len(one)) + [1] * len(one) for one in places], device=device)
        position = (mask.cumsum(1) - 1).clamp(min=0)
        cache = make_cache(self.model.config)
        logits = self._forward(ids, mask, position, cache)
        rows = torch.tensor([places[ids] for ids in prompts], device=device)
        if len(places) < len(prompts):
            select_rows(cache, rows)
        return logits[rows], mask[rows], position[rows, -1:], cache

    def _forward(self, ids: Tensor, mask: Tensor, position: Tensor, cache: DynamicCache) -> Tensor:
        """Logits ``(B, V)`` after the last of the new tokens, which the cache takes in."""
        output = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=position,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return cast("Tensor", output.logits[:, -1])

    def _make_constraint(self) -> "CallConstraint":
        try:
            from agents.samplers.constraint import CallConstraint  # an optional library
        except ImportError as error:
            raise ConfigError(
                f"constrained sampling: {error}; expected the llguidance library. "
                'Run `pip install -e ".[constrained]"`, or sample without constrained=True.'
            ) from error
        return CallConstraint(self.tokenizer, self.model.config.vocab_size)


@dataclass(slots=True, kw_only=True)
class _Turn:
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
        self.tokens.append(token)
        self.logprobs.append(logprob)
        self.ended = token in stop_ids or len(self.tokens) == self.room
        if self.matcher is not None:
            assert self.matcher.consume_token(token), "a token outside the grammar has probability 0"

    def record(self, stop_ids: frozenset[int], policy_version: int) -> TokenSample:
        return TokenSample(
            prompt_ids=self.prompt.ids,
            sampled_ids=tuple(self.tokens),
            logprobs=tuple(self.logprobs),
            finish_reason="stop" if self.tokens and self.tokens[-1] in stop_ids else "length",
            policy_version=policy_version,
        )


def _choose(logits: Tensor, uniforms: Tensor, config: SamplingConfig) -> tuple[Tensor, Tensor]:
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


def _uniforms(turns: Sequence[_Turn]) -> Tensor:
    """``(B, T)`` uniform numbers for the longest turn, each row from its prompt's own seed."""
    generator = torch.Generator()
    length = max(turn.room for turn in turns)
    return torch.stack(
        [torch.rand(length, generator=generator.manual_seed(turn.prompt.seed)) for turn in turns]
    )


def _stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Every token that ends a turn: the tokenizer's, and those of the model's generation config."""
    declared = getattr(model.generation_config, "eos_token_id", None)
    found = [tokenizer.eos_token_id, *(declared if isinstance(declared, list) else [declared])]
    return frozenset(token for token in found if token is not None)
