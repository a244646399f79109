"""A policy with two tokens and logits (0, ln 3), so with probabilities 1/4 and 3/4."""

import math

import pytest
import torch
from torch import Tensor

from trainers.config import Averaging, KlEstimator, PolicyLoss, RatioLevel
from trainers.losses import (
    importance_ratios,
    is_clipped,
    kl_estimates,
    mismatch_weights,
    surrogate_losses,
    token_weights,
)

CLIP = {"clip_low": 0.2, "clip_high": 0.2}


@pytest.fixture
def logits() -> Tensor:
    return torch.tensor([0.0, math.log(3)], dtype=torch.float64, requires_grad=True)


def gradient(loss: Tensor, logits: Tensor) -> list[float]:
    (found,) = torch.autograd.grad(loss, logits, retain_graph=True)
    return [round(value, 9) for value in found.tolist()]


def test_the_first_gradient_is_that_of_reinforce(logits: Tensor) -> None:
    logprobs = logits.log_softmax(0)  # token 0 was sampled and did well, token 1 was sampled and did badly
    ratios = importance_ratios(logprobs, logprobs.detach(), torch.tensor([0, 1]), RatioLevel.TOKEN)
    losses = surrogate_losses(ratios, torch.tensor([1.0, -1.0]), **CLIP)
    # Token 0: -(1 - 1/4, -3/4). Token 1: (-1/4, 1 - 3/4). The mean of both: (-1/2, 1/2).
    assert gradient(losses.mean(), logits) == [-0.5, 0.5]


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected", "stopped"),
    [
        (1.5, 1.0, [0.0, 0.0], True),  # likelier already by more than a fifth: enough
        (1.5, -1.0, [1.125, -1.125], False),  # likelier, but bad: 1.5 * (3/4, -3/4)
        (0.5, -1.0, [0.0, 0.0], True),  # unlikelier already by more than a fifth: enough
        (0.5, 1.0, [-0.375, 0.375], False),  # unlikelier, but good: -0.5 * (3/4, -3/4)
        (1.1, 1.0, [-0.825, 0.825], False),  # within bounds
    ],
)
def test_a_gradient_stops_once_the_ratio_has_moved_its_way(
    logits: Tensor, ratio: float, advantage: float, expected: list[float], stopped: bool
) -> None:
    logprob = logits.log_softmax(0)[:1]
    old = logprob.detach() - math.log(ratio)
    advantages = torch.tensor([advantage])
    ratios = importance_ratios(logprob, old, torch.tensor([0]), RatioLevel.TOKEN)
    losses = surrogate_losses(ratios, advantages, **CLIP)
    assert gradient(losses.sum(), logits) == expected
    assert is_clipped(ratios, advantages, **CLIP).tolist() == [stopped]


def test_a_sequence_has_the_geometric_mean_of_its_tokens_ratios() -> None:
    logprobs = torch.tensor([1.0, 4.0, 9.0]).log()
    old, rows = torch.zeros(3), torch.tensor([0, 0, 2])
    assert importance_ratios(logprobs, old, rows, RatioLevel.SEQUENCE).tolist() == pytest.approx([2, 2, 9])
    assert importance_ratios(logprobs, old, rows, RatioLevel.TOKEN).tolist() == pytest.approx([1, 4, 9])


def test_a_token_that_the_sampler_found_likelier_weighs_less_and_no_token_weighs_more_than_the_cap() -> None:
    old = torch.tensor([0.1, 0.4, 0.5]).log()
    sampled = torch.tensor([0.2, 0.1, math.nan]).log()
    assert mismatch_weights(old, sampled, 2.0).tolist() == pytest.approx([0.5, 2.0, 1.0])


@pytest.mark.parametrize("estimator", [KlEstimator.K1, KlEstimator.K3])
def test_estimators_without_bias_have_the_divergence_as_their_mean(
    logits: Tensor, estimator: KlEstimator
) -> None:
    logprobs = logits.log_softmax(0).detach()
    reference = torch.tensor([0.5, 0.5], dtype=torch.float64).log()
    estimates = kl_estimates(logprobs, logprobs, reference, estimator)
    mean = (logprobs.exp() * estimates).sum().item()
    assert mean == pytest.approx((logprobs.exp() * (logprobs - reference)).sum().item())


def test_half_the_square_has_the_gradient_of_the_divergence(logits: Tensor) -> None:
    logprobs = logits.log_softmax(0)
    reference = torch.tensor([0.5, 0.5], dtype=torch.float64).log()
    estimates = kl_estimates(logprobs, logprobs.detach(), reference, KlEstimator.K2)
    true_kl = (logprobs.exp() * (logprobs - reference)).sum()
    assert gradient((logprobs.detach().exp() * estimates).sum(), logits) == gradient(true_kl, logits)


def test_the_divergence_is_priced_with_its_true_gradient(logits: Tensor) -> None:
    logprobs = logits.log_softmax(0)
    reference = torch.tensor([0.5, 0.5], dtype=torch.float64).log()
    estimates = kl_estimates(logprobs, logprobs.detach(), reference)
    probabilities = logprobs.detach().exp()
    true_kl = (logprobs.exp() * (logprobs - reference)).sum()
    # The expectation over what the policy samples is exact, for the value and for the gradient.
    assert (probabilities * estimates).sum().item() == pytest.approx(true_kl.item())
    assert gradient((probabilities * estimates).sum(), logits) == gradient(true_kl, logits)


def test_no_divergence_costs_nothing(logits: Tensor) -> None:
    logprobs = logits.log_softmax(0)
    assert kl_estimates(logprobs, logprobs.detach(), logprobs.detach()).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("averaging", "expected"),
    [
        (Averaging.DAPO, [[0.25, 0, 0.25, 0.25], [0.25, 0, 0, 0]]),
        (Averaging.GRPO, [[1 / 6, 0, 1 / 6, 1 / 6], [1 / 2, 0, 0, 0]]),
        (Averaging.DR_GRPO, [[0.05, 0, 0.05, 0.05], [0.05, 0, 0, 0]]),
    ],
)
def test_every_token_weighs_what_its_averaging_says(
    averaging: Averaging, expected: list[list[float]]
) -> None:
    mask = torch.tensor([[1, 0, 1, 1], [1, 0, 0, 0]], dtype=torch.bool)
    loss = PolicyLoss(averaging=averaging, constant_length=10)
    weights = token_weights(mask, loss, num_rows=2, num_tokens=4)
    assert torch.allclose(weights, torch.tensor(expected))
