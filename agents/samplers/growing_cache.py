"""A key-value cache that grows without being copied at every token."""

from typing import cast

from torch import LongTensor, Tensor
from transformers import DynamicCache, PretrainedConfig
from transformers.cache_utils import DynamicLayer

_ROOM = 64
"""Tokens of room that a growing buffer gains beyond what it needs."""


class GrowingLayer(DynamicLayer):
    """Keys and values ``(B, H, T, D)`` of one layer, in buffers with room for more tokens.

    The library's own layer concatenates, which copies the whole cache for every sampled token.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._buffers: tuple[Tensor, Tensor] | None = None

    def update(
        self, key_states: Tensor, value_states: Tensor, *_args: object, **_kwargs: object
    ) -> tuple[Tensor, Tensor]:
        """Append the new tokens; returns all keys and values so far."""
        if self._buffers is None:
            self.lazy_initialization(key_states, value_states)
            self._buffers = key_states[:, :, :0], value_states[:, :, :0]
        keys, values = self._buffers
        old = self.get_seq_length()
        new = old + key_states.shape[2]
        if new > keys.shape[2]:
            keys, values = (_enlarge(buffer, old, new + _ROOM) for buffer in (keys, values))
            self._buffers = keys, values
        keys[:, :, old:new] = key_states
        values[:, :, old:new] = value_states
        self.keys, self.values = keys[:, :, :new], values[:, :, :new]
        return self.keys, self.values

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Keep these rows, in this order; a row may be taken more than once."""
        if self._buffers is not None:
            length = self.get_seq_length()
            keys, values = (buffer.index_select(0, beam_idx) for buffer in self._buffers)
            self._buffers = keys, values
            self.keys, self.values = keys[:, :, :length], values[:, :, :length]


def make_cache(config: PretrainedConfig) -> DynamicCache:
    """An empty cache for a model; layers of other kinds (convolutions, sliding windows) stay the library's."""
    cache = DynamicCache(config=config)
    cache.layers = [GrowingLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def select_rows(cache: DynamicCache, rows: Tensor) -> None:
    """Keep these rows of the batch, in this order; a row may be taken more than once."""
    cache.reorder_cache(cast("LongTensor", rows))  # any integer tensor does


def _enlarge(buffer: Tensor, used: int, length: int) -> Tensor:
    larger = buffer.new_empty((*buffer.shape[:2], length, buffer.shape[3]))
    larger[:, :, :used] = buffer[:, :, :used]
    return larger
