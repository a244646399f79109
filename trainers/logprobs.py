"""How likely a model finds the tokens that were written."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel

from inftool_env.core.errors import ConfigError
from trainers.batch import Batch

LOGITS_AT_ONCE = 2**27
"""Logits, of all tokens of the vocabulary together, that are held at one time: 512 MiB in float32."""
Head = Callable[[Tensor], Tensor]
"""An output layer."""


def written_logprobs(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> tuple[Tensor, Tensor]:
    """Log-probabilities of the written tokens, and the entropies of their distributions.

    Only those tokens reach the output layer: prompts and tool results, most of a row, cost no logits.

    Args:
        model: Any causal language model that ``check_head`` accepts.
        batch: ``N`` of its tokens are written.
        temperature: Divides the logits, as it did in sampling.

    Returns:
        Two ``(N,)`` float32 in nats, in the order of ``batch.mask``; gradients flow through the first alone.
    """
    # Padding stands on the right, where no token of a causal model sees it: no attention mask is needed.
    hidden = model.get_decoder()(input_ids=batch.tokens, use_cache=False).last_hidden_state
    predicting = hidden[:, :-1][batch.mask[:, 1:]]
    targets = batch.tokens[batch.mask]
    embedding = cast("nn.Embedding", model.get_input_embeddings())
    rows = max(1, LOGITS_AT_ONCE // embedding.weight.shape[0])
    if len(targets) <= rows:
        return _scores(_head(model), predicting, targets, temperature)
    parts = [
        # The logits of a part are computed again for the gradient, rather than kept.
        checkpoint(_scores, _head(model), inner, wanted, temperature, use_reentrant=False)
        for inner, wanted in zip(torch.split(predicting, rows), torch.split(targets, rows), strict=True)
    ]
    return torch.cat([logprobs for logprobs, _ in parts]), torch.cat([entropies for _, entropies in parts])


def _scores(head: Head, predicting: Tensor, targets: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """Log-probabilities ``(N,)`` of the targets, and entropies ``(N,)``, after hidden states ``(N, C)``."""
    logits = head(predicting).float() / temperature
    logprobs = -functional.cross_entropy(logits, targets, reduction="none")
    with torch.no_grad():
        distribution = logits.log_softmax(-1)
        entropies = -(distribution.exp() * distribution).sum(-1)
    return logprobs, entropies


def check_head(model: PreTrainedModel) -> None:
    """Make sure that the model's logits are its output layer's, with nothing done to them after.

    Raises:
        ConfigError: They are scaled or capped, as in Gemma 2.
    """
    tokens = torch.tensor([[1, 2]], device=model.device)  # token 0 is often padding, which is all zeros
    with torch.no_grad():
        hidden = model.get_decoder()(input_ids=tokens, use_cache=False).last_hidden_state
        ours, theirs = _head(model)(hidden), model(input_ids=tokens, use_cache=False).logits
    if ours.shape != theirs.shape or not torch.allclose(ours, theirs, rtol=1e-4, atol=1e-6):
        raise ConfigError(
            f"{type(model).__name__}: its logits are not the output of its last layer; expected them unchanged "
            "after get_output_embeddings(). Train a model of another architecture."
        )


def _head(model: PreTrainedModel) -> Head:
    return cast("Head", model.get_output_embeddings())  # a causal model has one
