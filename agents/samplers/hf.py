"""Sampling in process with any transformers model: one decode loop, no ``generate``."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.growing_cache import make_cache, select_rows
from agents.samplers.turn_sampler import TurnSampler
from agents.samplers.turns import Rows, Turn

_COMPACT = 0.75
"""Finished rows are dropped once the rest is at most this share of the batch."""


class HfSampler(TurnSampler):
    """Runs the model as its library does.

    Equal prompts (a group's first turn) are read once. Rows are padded on the left and leave the batch
    when they end.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        super().__init__(model, tokenizer)
        self._pad_id = (
            tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        )

    def begin(self, turns: Sequence[Turn]) -> tuple[Sequence[Turn], "_HfRows", Tensor]:
        """Read the prompts, padded on the left."""
        prompts = [turn.prompt.ids for turn in turns]
        places = {ids: place for place, ids in enumerate(dict.fromkeys(prompts))}
        length = max(map(len, places))
        device = self.model.device
        ids = torch.tensor(
            [[self._pad_id] * (length - len(one)) + list(one) for one in places], device=device
        )
        mask = torch.tensor([[0] * (length - len(one)) + [1] * len(one) for one in places], device=device)
        rows = _HfRows(self.model, mask)
        logits = rows.read(ids)
        chosen = torch.tensor([places[ids] for ids in prompts], device=device)
        if len(places) < len(prompts):
            rows.select(chosen)
        return turns, rows, logits[chosen]


class _HfRows:
    """The library's cache, and which of its places are padding."""

    def __init__(self, model: PreTrainedModel, mask: Tensor) -> None:
        self._model = model
        self._mask = mask
        self._position = (mask.cumsum(1) - 1).clamp(min=0)
        self._cache: DynamicCache = make_cache(model.config)

    def read(self, ids: Tensor) -> Tensor:
        """Logits ``(B, V)`` after the last of the new tokens ``(B, T)``, which the cache takes in."""
        output = self._model(
            input_ids=ids,
            attention_mask=self._mask,
            position_ids=self._position,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self._position = self._position[:, -1:]
        return cast("Tensor", output.logits[:, -1])

    def select(self, rows: Tensor) -> None:
        """Go on with these rows, in this order; a row may be taken more than once."""
        select_rows(self._cache, rows)
        self._mask, self._position = self._mask[rows], self._position[rows]

    def drop(self, ended: Sequence[int]) -> Sequence[int]:
        batch = len(self._mask)
        if batch - len(ended) > _COMPACT * batch:
            return range(batch)
        gone = frozenset(ended)
        going = [row for row in range(batch) if row not in gone]
        self.select(torch.tensor(going, device=self._mask.device))
        return going

    def join(self, other: Rows) -> bool:  # noqa: ARG002 - the protocol's
        """Never: the library's caches of different kinds of layers have no common way to be put together."""
        return False

    def step(self, tokens: Tensor) -> Tensor:
        self._position = self._position + 1
        self._mask = torch.cat([self._mask, self._mask.new_ones((len(tokens), 1))], dim=1)
        return self.read(tokens)
