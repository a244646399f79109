"""The forward pass of common decoder-only models over rows of different lengths, straight on their weights.

A model of a few million parameters spends most of a token's time in its library's bookkeeping. Here is the same
arithmetic alone, for the architectures that differ only in where their parts are named: Llama, Qwen2, Qwen3, and
LFM2 with its short convolutions (arXiv 2511.23404).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

LLAMA_LIKE = ("llama", "qwen2", "qwen3")
LFM2 = "lfm2"
STATIC_ROPE = ("default", "linear", "llama3", "yarn")
"""Rotary embeddings in which an angle depends on the position alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Norm:
    weight: Tensor
    eps: float

    def __call__(self, values: Tensor) -> Tensor:
        return functional.rms_norm(values, self.weight.shape, self.weight, self.eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attention:
    query: nn.Linear
    key: nn.Linear
    value: nn.Linear
    out: nn.Linear
    query_norm: _Norm | None
    key_norm: _Norm | None
    heads: int
    key_heads: int
    head_dim: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShortConv:
    taken_in: nn.Linear
    conv: nn.Conv1d
    out: nn.Linear

    @property
    def reach(self) -> int:
        """Tokens before its own that a token looks at."""
        return self.conv.kernel_size[0] - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    norm: _Norm
    mixer: _Attention | _ShortConv
    mlp_norm: _Norm
    gate: nn.Linear
    up: nn.Linear
    down: nn.Linear


@dataclass(slots=True, kw_only=True)
class RowCache:
    """What ``B`` rows have read: each begins at place 0 of ``T``, and ends after its own length."""

    lengths: Tensor
    """``(B,)`` int64."""
    layers: list[tuple[Tensor, ...]]
    """Of an attention: keys and values, each ``(B, H, T, D)``. Of a convolution: what it last took in, ``(B, C, K)``."""

    def put(self, rows: Tensor, other: "RowCache", sources: Tensor) -> None:
        """Overwrite these rows with those of another cache, which may not be longer."""
        used = int(other.lengths[sources].max())
        self.lengths[rows] = other.lengths[sources]
        for mine, theirs in zip(self.layers, other.layers, strict=True):
            for tensor, source in zip(mine, theirs, strict=True):
                if tensor.dim() == 3:
                    tensor[rows] = source[sources]
                else:
                    tensor[rows, :, :used] = source[sources, :, :used]

    def swap(self, one: int, other: int) -> None:
        """Exchange two rows."""
        for tensor in (self.lengths, *(tensor for tensors in self.layers for tensor in tensors)):
            kept = tensor[one].clone()
            tensor[one] = tensor[other]
            tensor[other] = kept

    @property
    def rows(self) -> int:
        """How many rows there is place for."""
        return len(self.lengths)

    @property
    def room(self) -> int:
        """Tokens ``T`` that a row may have; 0 where no layer keeps them all."""
        return max((tensors[0].shape[2] for tensors in self.layers if len(tensors) == 2), default=0)

    @property
    def num_bytes(self) -> int:
        """Memory that it holds."""
        return sum(tensor.nbytes for tensors in self.layers for tensor in tensors)


class Decoder:
    """A model's weights, read where they lie: they may change between calls."""

    def __init__(self, model: PreTrainedModel, layers: Sequence[_Layer], norm: _Norm) -> None:
        self._model = model
        self._layers = tuple(layers)
        self._norm = norm
        self._rotary = model.get_submodule("model.rotary_emb")
        self._embedding = cast("nn.Embedding", model.get_input_embeddings())
        self._head = cast("nn.Linear", model.get_output_embeddings())
        self._angles: tuple[Tensor, Tensor] | None = None

    @classmethod
    def of(cls, model: PreTrainedModel) -> Self | None:
        """The decoder of a model, or None where its architecture is none of those known here."""
        config = model.config
        kinds = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers
        rope = (getattr(config, "rope_parameters", None) or {}).get("rope_type", "default")
        activation = getattr(config, "hidden_act", "silu")
        known = config.model_type in (*LLAMA_LIKE, LFM2) and set(kinds) <= {"full_attention", "conv"}
        if not known or rope not in STATIC_ROPE or activation != "silu":
            return None
        body: Any = model.get_submodule("model")
        read = _lfm2_layer if config.model_type == LFM2 else _llama_layer
        layers = [
            read(layer, config.num_attention_heads, config.num_key_value_heads) for layer in body.layers
        ]
        linears = [module for layer in layers for module in _linears(layer)]
        if not all(type(module) is nn.Linear for module in linears):
            return None  # adapters or quantised weights: the model itself knows how to apply them
        return cls(model, layers, _norm(body.embedding_norm if config.model_type == LFM2 else body.norm))

    def empty(self, rows: int, room: int) -> RowCache:
        """A cache of rows that have read nothing."""
        weight = self._embedding.weight

        def zeros(*shape: int) -> Tensor:
            return torch.zeros(shape, dtype=weight.dtype, device=weight.device)

        layers: list[tuple[Tensor, ...]] = []
        for layer in self._layers:
            mixer = layer.mixer
            if isinstance(mixer, _Attention):
                shape = (rows, mixer.key_heads, room, mixer.head_dim)
                layers.append((zeros(*shape), zeros(*shape)))
            else:
                layers.append((zeros(rows, mixer.conv.in_channels, mixer.reach),))
        lengths = torch.zeros(rows, dtype=torch.long, device=weight.device)
        return RowCache(lengths=lengths, layers=layers)

    def read(self, cache: RowCache, tokens: Tensor, counts: Tensor, *, fresh: bool = False) -> Tensor:
        """Let the first ``B`` rows of a cache read on.

        Args:
            cache: Takes the tokens in; has room for them, and for one more unless it is fresh: that is where padding goes.
            tokens: ``(B, N)``, padded on the right.
            counts: ``(B,)``: how many of them are no padding, 1 or more.
            fresh: Whether none of these rows has read anything yet, which is faster.

        Returns:
            Logits ``(B, V)`` after the last token of each row.
        """
        batch, width = tokens.shape
        past = cache.lengths[:batch]
        positions = past[:, None] + torch.arange(width, device=tokens.device)
        cosine, sine = self._rotation(positions, cache)
        longest = width if fresh else int((past + counts).max())
        mask = None
        if not fresh:
            places = torch.arange(longest, device=tokens.device)
            mask = (places <= positions[:, :, None])[:, None]
        hidden = functional.embedding(tokens, self._embedding.weight)
        for layer, kept in zip(self._layers, cache.layers, strict=True):
            taken = layer.norm(hidden)
            if isinstance(layer.mixer, _Attention):
                rotation = (cosine, sine, positions)
                mixed = _attend(layer.mixer, taken, rotation, mask, longest, kept)
            else:
                mixed = _convolve(layer.mixer, taken, counts, kept[0])
            hidden = hidden + mixed
            taken = layer.mlp_norm(hidden)
            gated = functional.silu(_linear(layer.gate, taken)) * _linear(layer.up, taken)
            hidden = hidden + _linear(layer.down, gated)
        cache.lengths[:batch] = past + counts
        last = hidden[:, 0] if width == 1 else hidden[torch.arange(batch, device=tokens.device), counts - 1]
        return _linear(self._head, self._norm(last))

    def _rotation(self, positions: Tensor, cache: RowCache) -> tuple[Tensor, Tensor]:
        """Cosines and sines ``(B, 1, N, D)`` of the positions."""
        needed = max(1, cache.room)
        if self._angles is None or len(self._angles[0]) < needed:
            cosine, sine = self._rotary(
                self._embedding.weight, torch.arange(needed, device=positions.device)[None]
            )
            self._angles = cosine[0], sine[0]
        places = positions.clamp(max=len(self._angles[0]) - 1)  # padding may lie behind the end
        return self._angles[0][places][:, None], self._angles[1][places][:, None]


def _attend(
    attention: _Attention,
    taken: Tensor,
    rotation: tuple[Tensor, Tensor, Tensor],
    mask: Tensor | None,
    longest: int,
    kept: tuple[Tensor, ...],
) -> Tensor:
    """Attention of the new tokens ``(B, N, C)`` to themselves and all before, whose keys and values are kept."""
    cosine, sine, positions = rotation
    batch, width, _ = taken.shape

    def heads(linear: nn.Linear, count: int, norm: _Norm | None) -> Tensor:
        split = _linear(linear, taken).view(batch, width, count, attention.head_dim)
        return (split if norm is None else norm(split)).transpose(1, 2)

    query = _rotate(heads(attention.query, attention.heads, attention.query_norm), cosine, sine)
    key = _rotate(heads(attention.key, attention.key_heads, attention.key_norm), cosine, sine)
    value = heads(attention.value, attention.key_heads, None)
    keys, values = kept
    if mask is None:
        keys[:batch, :, :width], values[:batch, :, :width] = key, value
        seen_keys, seen_values = key, value
    else:
        # Padding is written too, behind the row's end: the row's next tokens overwrite it.
        places = positions.clamp(max=keys.shape[2] - 1)
        row = torch.arange(batch, device=taken.device)[:, None]
        keys[row, :, places], values[row, :, places] = key.transpose(1, 2), value.transpose(1, 2)
        seen_keys, seen_values = keys[:batch, :, :longest], values[:batch, :, :longest]
    mixed = functional.scaled_dot_product_attention(
        query,
        seen_keys,
        seen_values,
        attn_mask=mask,
        is_causal=mask is None,
        enable_gqa=attention.heads != attention.key_heads,
    )
    return _linear(attention.out, mixed.transpose(1, 2).reshape(batch, width, -1))


def _convolve(short: _ShortConv, taken: Tensor, counts: Tensor, kept: Tensor) -> Tensor:
    """The gated short convolution over the new tokens ``(B, N, C)`` and the few before them."""
    batch, width, _ = taken.shape
    before, after, inner = _linear(short.taken_in, taken).transpose(1, 2).chunk(3, dim=1)
    line = torch.cat([kept[:batch], before * inner], dim=2)  # (B, C, K + N)
    weight, bias = short.conv.weight, short.conv.bias
    if width == 1:
        mixed = (line * weight[:, 0]).sum(-1, keepdim=True)
        mixed = mixed if bias is None else mixed + bias[:, None]
        kept[:batch] = line[:, :, 1:]
    else:
        mixed = functional.conv1d(line, weight, bias, groups=len(weight))
        last = counts[:, None] + torch.arange(short.reach, device=taken.device)
        kept[:batch] = line.gather(2, last[:, None].expand(-1, line.shape[1], -1))
    return _linear(short.out, (after * mixed).transpose(1, 2))


def _rotate(values: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = values.chunk(2, dim=-1)
    return values * cosine + torch.cat([-second, first], dim=-1) * sine


def _linear(module: nn.Linear, values: Tensor) -> Tensor:
    return functional.linear(values, module.weight, module.bias)


def _norm(module: Any) -> _Norm:
    return _Norm(weight=module.weight, eps=module.variance_epsilon)


def _optional_norm(module: Any, name: str) -> _Norm | None:
    found = getattr(module, name, None)
    return None if found is None else _norm(found)


def _attention(module: Any, out: nn.Linear, norms: tuple[str, str], heads: int, key_heads: int) -> _Attention:
    return _Attention(
        query=module.q_proj,
        key=module.k_proj,
        value=module.v_proj,
        out=out,
        query_norm=_optional_norm(module, norms[0]),
        key_norm=_optional_norm(module, norms[1]),
        heads=heads,
        key_heads=key_heads,
        head_dim=module.head_dim,
    )


def _llama_layer(layer: Any, heads: int, key_heads: int) -> _Layer:
    attention = layer.self_attn
    return _Layer(
        norm=_norm(layer.input_layernorm),
        mixer=_attention(attention, attention.o_proj, ("q_norm", "k_norm"), heads, key_heads),
        mlp_norm=_norm(layer.post_attention_layernorm),
        gate=layer.mlp.gate_proj,
        up=layer.mlp.up_proj,
        down=layer.mlp.down_proj,
    )


def _lfm2_layer(layer: Any, heads: int, key_heads: int) -> _Layer:
    mixer: _Attention | _ShortConv
    if layer.is_attention_layer:
        attention = layer.self_attn
        mixer = _attention(attention, attention.out_proj, ("q_layernorm", "k_layernorm"), heads, key_heads)
    else:
        mixer = _ShortConv(taken_in=layer.conv.in_proj, conv=layer.conv.conv, out=layer.conv.out_proj)
    return _Layer(
        norm=_norm(layer.operator_norm),
        mixer=mixer,
        mlp_norm=_norm(layer.ffn_norm),
        gate=layer.feed_forward.w1,
        up=layer.feed_forward.w3,
        down=layer.feed_forward.w2,
    )


def _linears(layer: _Layer) -> tuple[nn.Module, ...]:
    mixer = layer.mixer
    inner: tuple[nn.Module, ...]
    if isinstance(mixer, _Attention):
        inner = (mixer.query, mixer.key, mixer.value, mixer.out)
    else:
        inner = (mixer.taken_in, mixer.out)
    return (*inner, layer.gate, layer.up, layer.down)
