"""Several episodes behind one prompt: the tools are encoded, and attended to, once.

Episodes of one toolset share the system block. Here it becomes a trunk and each episode a branch; a
branch attends to the trunk and to itself, with the positions it would have alone.

Convolutions look back at whatever stands before, so before a branch the end of the trunk is repeated
as an echo, which nothing attends to. Without it a model tells the first branch from the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

PADDING = -1
ECHO = -2
TRUNK = 0
ECHO_TOKENS = 4
"""How far back two convolutions of three tokens, one above the other, look together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Episodes that begin with the same tokens."""

    trunk: tuple[int, ...]
    branches: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    """Token ids and mask (1: written by the policy) of each episode after the trunk."""

    @property
    def num_tokens(self) -> int:
        """Tokens in the row that this pack becomes."""
        echoes = min(ECHO_TOKENS, len(self.trunk)) * max(0, len(self.branches) - 1)
        return len(self.trunk) + echoes + sum(len(ids) for ids, _ in self.branches)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBatch:
    """Packs as right-padded rows; every field is (B, T)."""

    tokens: Tensor
    mask: Tensor
    """True where the policy wrote the token."""
    positions: Tensor
    branch: Tensor
    """0 in the trunk, 1... in the branches, -2 in the echoes of the trunk's end, -1 in the padding."""

    def attention(self) -> Tensor:
        """(B, 1, T, T) bool: which key a query sees."""
        query, key = self.branch.unsqueeze(2), self.branch.unsqueeze(1)
        length = self.tokens.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        in_reach = self.positions.unsqueeze(1) <= self.positions.unsqueeze(2)  # an echo sees what it echoes
        seen = causal & (((key == TRUNK) & in_reach) | ((key == query) & (key > TRUNK)))
        return seen.unsqueeze(1)


def pack(examples: Sequence[tuple[Sequence[int], Sequence[int]]], trunk_tokens: int) -> Pack:
    """Episodes (ids, mask) that share their first ``trunk_tokens`` tokens, as one pack.

    Raises:
        ValueError: They do not share them.
    """
    trunk = tuple(examples[0][0][:trunk_tokens])
    if any(tuple(ids[:trunk_tokens]) != trunk for ids, _ in examples):
        raise ValueError(f"the episodes' first {trunk_tokens} tokens differ; expected one common prompt")
    return Pack(
        trunk=trunk,
        branches=tuple((tuple(ids[trunk_tokens:]), tuple(mask[trunk_tokens:])) for ids, mask in examples),
    )


def collate(packs: Sequence[Pack], pad_id: int) -> PackedBatch:
    """Packs as one batch."""
    length = max(item.num_tokens for item in packs)
    shape = (len(packs), length)
    tokens = torch.full(shape, pad_id, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.bool)
    positions = torch.zeros(shape, dtype=torch.long)
    branch = torch.full(shape, PADDING, dtype=torch.long)
    for row, item in enumerate(packs):
        start = len(item.trunk)
        tokens[row, :start] = torch.tensor(item.trunk)
        positions[row, :start] = torch.arange(start)
        branch[row, :start] = TRUNK
        end = start
        for number, (ids, marks) in enumerate(item.branches, start=1):
            if number > 1:
                echo = min(ECHO_TOKENS, start)
                tokens[row, end : end + echo] = torch.tensor(item.trunk[-echo:])
                positions[row, end : end + echo] = torch.arange(start - echo, start)
                branch[row, end : end + echo] = ECHO
                end += echo
            begin, end = end, end + len(ids)
            tokens[row, begin:end] = torch.tensor(ids)
            mask[row, begin:end] = torch.tensor(marks, dtype=torch.bool)
            positions[row, begin:end] = torch.arange(start, start + len(ids))
            branch[row, begin:end] = number
    return PackedBatch(tokens=tokens, mask=mask, positions=positions, branch=branch)
