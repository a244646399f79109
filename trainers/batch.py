"""Episodes as tensors: which tokens there are, which of them the policy wrote, and what they earned."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inftool_env.core.trajectory import Trajectory

Example = tuple[Sequence[int], Sequence[int]]
"""Token ids, and a mask of equal length: 1 where the policy is to write the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One episode to learn from."""

    ids: tuple[int, ...]
    mask: tuple[bool, ...]
    """Whether the policy wrote the token; never the first one."""
    advantage: float
    logprobs: tuple[float, ...]
    """Of each token when it was sampled, in nats; NaN where nothing was sampled."""

    def __post_init__(self) -> None:
        assert len(self.ids) == len(self.mask) == len(self.logprobs), (
            "one mark and one number for every token"
        )
        assert not self.mask[0], "the first token has nothing before it to be predicted from"

    @property
    def num_written(self) -> int:
        """Tokens that the policy wrote."""
        return sum(self.mask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows padded on the right; every field is ``(B, T)``: B sequences of T tokens."""

    tokens: Tensor
    """int64."""
    mask: Tensor
    """bool; True where the policy wrote the token, so False in prompts, tool results and padding."""
    advantages: Tensor
    """float32; the sequence's own at each of its written tokens, 0 elsewhere."""
    old_logprobs: Tensor
    """float32, in nats, as they were sampled; NaN where the sampler's are unknown."""

    def to(self, device: torch.device) -> "Batch":
        """The batch on another device."""
        return Batch(
            tokens=self.tokens.to(device),
            mask=self.mask.to(device),
            advantages=self.advantages.to(device),
            old_logprobs=self.old_logprobs.to(device),
        )


def trajectory_row(trajectory: Trajectory, advantage: float) -> Row | None:
    """An episode with its tokens as they were sampled; None when the policy wrote no token.

    The turns make one sequence: each turn's prompt begins with all the tokens before it.
    """
    ids: tuple[int, ...] = ()
    mask: list[bool] = []
    logprobs: list[float] = []
    for number, turn in enumerate(trajectory.turns):
        sample = turn.sample
        assert sample is not None, f"turn {number} of {trajectory.scenario_id} keeps its sampled tokens"
        assert sample.prompt_ids[: len(ids)] == ids, (
            f"the prompt of turn {number} begins with what was before"
        )
        read = len(sample.prompt_ids) - len(ids)
        ids = sample.prompt_ids + sample.sampled_ids
        mask += [False] * read + [True] * len(sample.sampled_ids)
        logprobs += [math.nan] * read + list(sample.logprobs)
    if not any(mask):
        return None
    return Row(ids=ids, mask=tuple(mask), advantage=advantage, logprobs=tuple(logprobs))


def example_row(example: Example, advantage: float = 1.0) -> Row:
    """A demonstration: to imitate it is to give each of its tokens the advantage 1."""
    ids, mask = example
    return Row(
        ids=tuple(ids),
        mask=tuple(mark == 1 for mark in mask),
        advantage=advantage,
        logprobs=(math.nan,) * len(ids),
    )


def make_batch(rows: Sequence[Row], pad_id: int) -> Batch:
    """Rows as tensors, padded to the longest."""
    shape = (len(rows), max(len(row.ids) for row in rows))
    tokens = torch.full(shape, pad_id)
    mask = torch.zeros(shape, dtype=torch.bool)
    old_logprobs = torch.full(shape, math.nan)
    for index, row in enumerate(rows):
        length = len(row.ids)
        tokens[index, :length] = torch.tensor(row.ids)
        mask[index, :length] = torch.tensor(row.mask)
        old_logprobs[index, :length] = torch.tensor(row.logprobs)
    advantages = mask * torch.tensor([[row.advantage] for row in rows])
    return Batch(tokens=tokens, mask=mask, advantages=advantages, old_logprobs=old_logprobs)


def micro_batches(rows: Iterable[Row], max_tokens: int, pad_id: int) -> list[Batch]:
    """Rows of like length together, in batches of at most ``max_tokens`` tokens with the padding.

    A row that is longer than that is a batch by itself.
    """
    batches: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: len(row.ids), reverse=True):
        # The first row of a batch is its longest.
        if batches and len(batches[-1][0].ids) * (len(batches[-1]) + 1) <= max_tokens:
            batches[-1].append(row)
        else:
            batches.append([row])
    return [make_batch(batch, pad_id) for batch in batches]
