import pytest
import torch

from agents.samplers.mixed import choose_mixed
from agents.samplers.turns import choose
from agents.sampling import SamplingConfig


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values)[:, None]


def test_rows_that_are_alike_get_the_tokens_and_log_probabilities_of_choose() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn((50, 30), generator=generator)
    uniforms = torch.rand((50, 1), generator=generator)
    expected = choose(logits, uniforms, SamplingConfig(temperature=0.7))
    found = choose_mixed(logits, uniforms, column(*[0.7] * 50), column(*[1.0] * 50))
    assert torch.equal(found[0], expected[0])
    assert torch.equal(found[1], expected[1])


def test_each_row_has_its_own_temperature() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0]]).repeat(2, 1)
    chosen, _ = choose_mixed(logits, column(0.99, 0.99), column(0.0, 1.0), column(1.0, 1.0))
    assert chosen[:, 0].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("top_p", "tokens"), [(1.0, {0, 1, 2, 3}), (0.9, {0, 1, 2}), (0.7, {0, 1}), (0.3, {0})]
)
def test_the_nucleus_is_the_fewest_likeliest_tokens_that_reach_top_p(top_p: float, tokens: set[int]) -> None:
    logits = torch.tensor([0.4, 0.35, 0.2, 0.05]).log().repeat(200, 1)
    uniforms = torch.linspace(0, 0.999, 200)[:, None]
    chosen, logprobs = choose_mixed(logits, uniforms, column(*[1.0] * 200), column(*[top_p] * 200))
    assert set(chosen[:, 0].tolist()) == tokens
    assert logprobs[0].exp().item() == pytest.approx(0.4)


def test_a_token_that_may_not_come_never_comes() -> None:
    logits = torch.tensor([[-torch.inf, 0.0, -torch.inf]]).repeat(3, 1)
    chosen, _ = choose_mixed(logits, column(0.0, 0.5, 0.9999), column(1.0, 0.01, 0.0), column(1.0, 0.5, 1.0))
    assert chosen[:, 0].tolist() == [1, 1, 1]
