"""A reward compared with those of the same scenario: the only baseline that GRPO has."""

import torch
from torch import Tensor

from trainers.config import Baseline


def group_advantages(
    rewards: Tensor, *, baseline: Baseline = Baseline.MEAN, divide_by_std: bool = True, eps: float = 1e-6
) -> Tensor:
    """Compare every reward with the others in its group.

    ``A[n, g] = (r[n, g] - mean_g) / (std_g + eps)``, mean and population std over
    axis G (GRPO, arXiv 2402.03300, section 4.1.2). Against the mean of the others alone,
    ``r - (sum_g - r) / (G - 1)``, the difference is ``G / (G - 1)`` times as large (RLOO, arXiv 2402.14740).

    Args:
        rewards: ``(N, G)`` float, N scenarios with G trajectories each, in [0, 1].
        baseline: What a reward is compared with.
        divide_by_std: False leaves the difference from the mean (Dr. GRPO, arXiv 2503.20783): then a
            scenario that is nearly always solved, or nearly never, weighs no more than the others.
        eps: Keeps a group of equal rewards at advantage 0 rather than NaN.

    Returns:
        ``(N, G)`` float; every row sums to 0 up to rounding.

    Raises:
        ValueError: ``rewards`` is not two-dimensional, or G < 2.
    """
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(f"rewards have shape {tuple(rewards.shape)}; expected (N, G) with G of 2 or more")
    # Exactly 0 for equal rewards: rounding of the mean must not become an advantage.
    differs = rewards != rewards[:, :1]
    centred = torch.where(differs.any(1, keepdim=True), rewards - rewards.mean(1, keepdim=True), 0.0)
    if baseline is Baseline.LEAVE_ONE_OUT:
        centred = centred * (rewards.shape[1] / (rewards.shape[1] - 1))
    if not divide_by_std:
        return centred
    return centred / (rewards.std(1, correction=0, keepdim=True) + eps)
