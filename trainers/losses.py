"""What a token costs, and what it weighs in the whole."""

import torch
from torch import Tensor

from trainers.config import Averaging, KlEstimator, PolicyLoss, RatioLevel


def importance_ratios(logprobs: Tensor, old_logprobs: Tensor, rows: Tensor, level: RatioLevel) -> Tensor:
    """How much likelier each token has become, as its own ratio or as that of its sequence.

    Args:
        logprobs: ``(N,)``, of the policy that learns, in nats.
        old_logprobs: ``(N,)``, of the policy that acted; no gradient flows into them.
        rows: ``(N,)`` int64, which sequence each token is of.
        level: For a sequence, ``exp(mean(logprobs - old_logprobs))`` over its tokens (GSPO, arXiv 2507.18071,
            equation 7).

    Returns:
        ``(N,)``, above 0; gradients flow through ``logprobs``.
    """
    differences = logprobs - old_logprobs
    if level is RatioLevel.SEQUENCE:
        ones = torch.ones_like(differences)
        zeros = differences.new_zeros(int(rows.max()) + 1)
        counts = zeros.index_add(0, rows, ones).clamp(min=1)
        differences = (zeros.index_add(0, rows, differences) / counts)[rows]
    return torch.exp(differences)


def surrogate_losses(ratios: Tensor, advantages: Tensor, *, clip_low: float, clip_high: float) -> Tensor:
    """The clipped surrogate of every token (PPO, arXiv 1707.06347, equation 7), to be minimised.

    ``-min(ratio * A, clip(ratio, 1 - clip_low, 1 + clip_high) * A)``: once a token is as much likelier (or
    unlikelier) as it may become, its gradient stops.

    Args:
        ratios: See ``importance_ratios``; all arguments have one shape.
        advantages: Of the tokens' trajectories.
        clip_low: The ratio's room below 1.
        clip_high: The ratio's room above 1.
    """
    clipped = ratios.clamp(1 - clip_low, 1 + clip_high)
    return -torch.minimum(ratios * advantages, clipped * advantages)


def is_clipped(ratios: Tensor, advantages: Tensor, *, clip_low: float, clip_high: float) -> Tensor:
    """Whether clipping stops a token's gradient."""
    return ((ratios < 1 - clip_low) & (advantages < 0)) | ((ratios > 1 + clip_high) & (advantages > 0))


def kl_estimates(
    logprobs: Tensor,
    old_logprobs: Tensor,
    reference_logprobs: Tensor,
    estimator: KlEstimator = KlEstimator.K3_WEIGHTED,
) -> Tensor:
    """Each token's estimate of the policy's divergence from the reference, in nats; see ``KlEstimator``.

    The ratio of ``K3_WEIGHTED`` is that of ``old_logprobs``, which the other estimators do not look at.
    """
    difference = reference_logprobs - logprobs
    match estimator:
        case KlEstimator.K1:
            return -difference
        case KlEstimator.K2:
            return difference.square() / 2
        case KlEstimator.K3:
            return torch.exp(difference) - difference - 1
        case KlEstimator.K3_WEIGHTED:
            return torch.exp(logprobs - old_logprobs) * (torch.exp(difference) - difference - 1)


def mismatch_weights(old_logprobs: Tensor, sampled_logprobs: Tensor, cap: float) -> Tensor:
    """What makes up for a sampler that computes otherwise than the trainer: truncated importance weights.

    ``min(exp(old - sampled), cap)``; 1 where nothing was sampled (NaN), as in demonstrations. No gradient flows
    through them.
    """
    weights = torch.exp(old_logprobs - sampled_logprobs).clamp(max=cap)
    return torch.where(sampled_logprobs.isnan(), 1.0, weights).detach()


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
