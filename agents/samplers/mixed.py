"""One token a row, where every row is sampled in a way of its own."""

import torch
from torch import Tensor


def choose_mixed(
    logits: Tensor, uniforms: Tensor, temperatures: Tensor, top_p: Tensor
) -> tuple[Tensor, Tensor]:
    """One token a row and its log-probability, both ``(B, 1)``; as ``turns.choose`` where all rows are alike.

    Args:
        logits: ``(B, V)`` float32; -inf where a token may not come.
        uniforms: ``(B, 1)`` in [0, 1).
        temperatures: ``(B, 1)``; 0 takes the likeliest token.
        top_p: ``(B, 1)`` in (0, 1]: only the likeliest tokens are drawn from, the fewest that have this probability
            together (nucleus sampling, arXiv 1904.09751).

    Returns:
        The tokens; and their log-probabilities at the temperature, before the nucleus is cut out.
    """
    greedy = temperatures == 0
    logprobs = (logits / temperatures.masked_fill(greedy, 1.0)).log_softmax(-1)
    probabilities = logprobs.exp()
    if bool((top_p < 1).any()):
        probabilities = probabilities.masked_fill(~_nucleus(probabilities, top_p), 0.0)
    cumulative = probabilities.cumsum(-1)
    total = cumulative[:, -1:]
    target = torch.minimum(uniforms * total, total.nextafter(torch.zeros_like(total)))
    drawn = torch.searchsorted(cumulative, target, right=True)  # right: never a token of probability 0
    chosen = torch.where(greedy, logits.argmax(-1, keepdim=True), drawn)
    return chosen, logprobs.gather(1, chosen)


def _nucleus(probabilities: Tensor, top_p: Tensor) -> Tensor:
    """``(B, V)`` bool: the likeliest tokens up to the one with which ``top_p`` is reached."""
    ordered, places = torch.sort(probabilities, dim=-1, descending=True, stable=True)
    before = ordered.cumsum(-1) - ordered
    kept = before < top_p
    return torch.zeros_like(kept).scatter(1, places, kept)
