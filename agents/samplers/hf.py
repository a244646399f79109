"""Sampling in process with any transformers model: one decode loop, no ``generate``."""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.kv import make_cache, select_rows
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.trajectory import TokenSample

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

    def sample(self, prompts: Sequence[Prompt], config: SamplingConfig) -> list[TokenSample]:
        """One turn for every prompt, in order; float32 log-probabilities of what was sampled."""
        fitting = [prompt for prompt in prompts if len(prompt.ids) < config.max_context_tokens]
        tokens, logprobs = self._decode(fitting, config) if fitting else ([], [])
        written = iter(zip(tokens, logprobs, strict=True))
        return [
            self._record(
                prompt, *(next(written) if len(prompt.ids) < config.max_context_tokens else ([], []))
            )
            for prompt in prompts
        ]

    def _record(self, prompt: Prompt, tokens: list[int], logprobs: list[float]) -> TokenSample:
        ended = bool(tokens) and tokens[-1] in self._stop_ids
        return TokenSample(
            prompt_ids=prompt.ids,
            sampled_ids=tuple(tokens),
            logprobs=tuple(logprobs),
            finish_reason="stop" if ended else "length",
            policy_version=self.policy_version,
        )

    @torch.inference_mode()
    def _decode(
        self, prompts: Sequence[Prompt], config: SamplingConfig
    ) -> tuple[list[list[int]], list[list[float]]]:
        """Tokens and log-probabilities of every prompt's turn (``B`` rows, dropped as they end)."""
        was_training = self.model.training
        self.model.eval()
        device = self.model.device
        unique = list(dict.fromkeys(prompt.ids for prompt in prompts))
        rows = torch.tensor([unique.index(prompt.ids) for prompt in prompts], device=device)
        ids, mask = self._pad(unique)
        cache = make_cache(self.model.config)
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        output = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        if len(unique) < len(prompts):
            select_rows(cache, rows)
        logits, mask, position = output.logits[rows, -1], mask[rows], positions[rows, -1:]

        room = [min(config.max_new_tokens, config.max_context_tokens - len(prompt.ids)) for prompt in prompts]
        uniforms = _uniforms(prompts, max(room)).to(device)
        tokens: list[list[int]] = [[] for _ in prompts]
        logprobs: list[list[float]] = [[] for _ in prompts]
        alive = list(range(len(prompts)))  # the prompt that each row of the batch belongs to
        for step in range(max(room)):
            chosen, chosen_logprobs = _choose(logits.float(), uniforms[:, step : step + 1], config)
            going: list[int] = []
            pairs = zip(chosen.flatten().tolist(), chosen_logprobs.flatten().tolist(), strict=True)
            for row, (token, logprob) in enumerate(pairs):
                index = alive[row]
                if len(tokens[index]) == room[index] or (
                    tokens[index] and tokens[index][-1] in self._stop_ids
                ):
                    continue  # ended before, and not yet dropped
                tokens[index].append(token)
                logprobs[index].append(logprob)
                if token not in self._stop_ids and len(tokens[index]) < room[index]:
                    going.append(row)
            if not going:
                break
            if len(going) <= _COMPACT * len(alive):
                kept = torch.tensor(going, device=device)
                select_rows(cache, kept)
                chosen, mask, position, uniforms = chosen[kept], mask[kept], position[kept], uniforms[kept]
                alive = [alive[row] for row in going]
            position = position + 1
            mask = torch.cat([mask, mask.new_ones((len(alive), 1))], dim=1)
            output = self.model(
                input_ids=chosen,
                attention_mask=mask,
                position_ids=position,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            logits = output.logits[:, -1]
        self.model.train(was_training)
        return tokens, logprobs

    def _pad(self, prompts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Token ids and attention mask ``(B, T)``, padded on the left."""
        length = max(map(len, prompts))
        ids = [[self._pad_id] * (length - len(prompt)) + list(prompt) for prompt in prompts]
        mask = [[0] * (length - len(prompt)) + [1] * len(prompt) for prompt in prompts]
        device = self.model.device
        return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


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


def _uniforms(prompts: Sequence[Prompt], length: int) -> Tensor:
    """``(B, length)`` uniform numbers, each row from its prompt's own seed."""
    generator = torch.Generator()
    return torch.stack(
        [torch.rand(length, generator=generator.manual_seed(prompt.seed)) for prompt in prompts]
    )


def _stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Every token that ends a turn: the tokenizer's, and those of the model's generation config."""
    declared = getattr(model.generation_config, "eos_token_id", None)
    found = [tokenizer.eos_token_id, *(declared if isinstance(declared, list) else [declared])]
    return frozenset(token for token in found if token is not None)
