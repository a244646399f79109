"""What a token costs, and what it weighs in the whole."""

import torch
from torch import Tensor

from trainers.config import Averaging, PolicyLoss


def surrogate_losses(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, *, clip_low: float, clip_high: float
) -> Tensor:
    """The clipped surrogate of every token (PPO, arXiv 1707.06347, equation 7), to be minimised.

    ``-min(ratio * A, clip(ratio, 1 - clip_low, 1 + clip_high) * A)``: once a token is as much likelier (or
    unlikelier) as it may become, its gradient stops.

    Args:
        logprobs: Of the policy that learns, in nats; all arguments have one shape.
        old_logprobs: Of the policy that acted; no gradient flows into them.
        advantages: Of the tokens' trajectories.
        clip_low: The ratio's room below 1.
        clip_high: The ratio's room above 1.
    """
    ratio = torch.exp(logprobs - old_logprobs)
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    return -torch.minimum(ratio * advantages, clipped * advantages)


def kl_estimates(logprobs: Tensor, old_logprobs: Tensor, reference_logprobs: Tensor) -> Tensor:
    """Each token's estimate of the policy's divergence from the reference, in nats; 0 or more.

    ``ratio * (exp(d) - d - 1)`` with ``d = reference - policy`` (k3 of joschu.net/blog/kl-approx.html; GRPO,
    equation 4). The ratio, even where it is 1, makes the mean's gradient that of the divergence
    (DeepSeek-V3.2, arXiv 2512.02556, section 3.1); GRPO's own equation leaves it out.
    """
    difference = reference_logprobs - logprobs
    return torch.exp(logprobs - old_logprobs) * (torch.exp(difference) - difference - 1)


def is_clipped(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, *, clip_low: float, clip_high: float
) -> Tensor:
    """Whether clipping stops a token's gradient."""
    ratio = torch.exp(logprobs - old_logprobs)
    return ((ratio < 1 - clip_low) & (advantages < 0)) | ((ratio > 1 + clip_high) & (advantages > 0))


def token_weights(mask: Tensor, loss: PolicyLoss, *, num_rows: int, num_tokens: int) -> Tensor:
    """What each token weighs in the loss of an update.

    The weights are those in the *whole* update, so the losses of its micro-batches add up to the same number
    however it is cut.

    Args:
        mask: ``(B, T)`` bool, the written tokens of a micro-batch.
        loss: Its averaging counts.
        num_rows: Sequences in the whole update.
        num_tokens: Written tokens in the whole update.

    Returns:
        ``(B, T)`` float32, 0 where nothing was written.
    """
    match loss.averaging:
        case Averaging.DAPO:
            return mask / num_tokens
        case Averaging.GRPO:
            return mask / (num_rows * mask.sum(1, keepdim=True).clamp(min=1))
        case Averaging.DR_GRPO:
            return mask / (num_rows * loss.constant_length)
