"""Beginnings of prompts that a model has read, so that the next prompt that begins so need not be read from the start."""

from collections import Counter, OrderedDict

import torch

from agents.samplers.decoder import Decoder, RowCache


class PrefixCache:
    """Remembers rows of caches by the tokens that they have read; the least recently used go first.

    A model with convolutions can go on only from where a row was remembered, so that is all that is looked for.

    Args:
        max_bytes: Memory for all rows together; a row that is larger is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rows: OrderedDict[tuple[int, ...], RowCache] = OrderedDict()
        self._lengths: Counter[int] = Counter()
        self._bytes = 0
        self.tokens_found = 0
        """Tokens that needed not be read again, since the start."""

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def num_bytes(self) -> int:
        """Memory in use."""
        return self._bytes

    def longest(self, ids: tuple[int, ...]) -> RowCache | None:
        """One row that has read the longest known beginning of the tokens, but not all of them."""
        for length in sorted(self._lengths, reverse=True):
            if length >= len(ids):
                continue
            beginning = ids[:length]
            row = self._rows.get(beginning)
            if row is not None:
                self._rows.move_to_end(beginning)
                self.tokens_found += length
                return row
        return None

    def keep(self, ids: tuple[int, ...], decoder: Decoder, cache: RowCache, row: int) -> None:
        """Remember a copy of a row that has read these tokens."""
        if ids in self._rows:
            self._rows.move_to_end(ids)
            return
        copy = decoder.empty(1, len(ids))
        if copy.num_bytes > self._max_bytes:
            return
        device = copy.lengths.device
        copy.put(torch.tensor([0], device=device), cache, torch.tensor([row], device=device))
        self._rows[ids] = copy
        self._lengths[len(ids)] += 1
        self._bytes += copy.num_bytes
        while self._bytes > self._max_bytes:
            self._forget()

    def clear(self) -> None:
        """Forget all: the weights have changed."""
        while self._rows:
            self._forget()

    def _forget(self) -> None:
        ids, row = self._rows.popitem(last=False)
        self._bytes -= row.num_bytes
        self._lengths[len(ids)] -= 1
        if not self._lengths[len(ids)]:
            del self._lengths[len(ids)]
