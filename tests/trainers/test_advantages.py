import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from trainers.advantages import group_advantages
from trainers.config import Baseline

rewards = st.lists(st.floats(0, 1, width=32), min_size=2, max_size=12)


def test_one_success_in_four_is_worth_the_root_of_three() -> None:
    # Mean 1/4, variance 3/16: (1 - 1/4) / (sqrt(3) / 4) = sqrt(3), and the others -1 / sqrt(3).
    found = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]], dtype=torch.float64), eps=0)
    assert found.tolist()[0] == pytest.approx([3**0.5, -(3**-0.5), -(3**-0.5), -(3**-0.5)])


def test_without_division_it_is_the_difference_from_the_mean() -> None:
    found = group_advantages(torch.tensor([[1.0, 0.0, 0.0, 0.0]]), divide_by_std=False)
    assert found.tolist() == [[0.75, -0.25, -0.25, -0.25]]


@pytest.mark.parametrize("reward", [0.0, 0.1, 1 / 3, 1.0])
def test_equal_rewards_have_no_advantage_at_all(reward: float) -> None:
    assert group_advantages(torch.full((1, 7), reward)).tolist() == [[0.0] * 7]


@given(rewards)
def test_advantages_of_a_group_sum_to_nothing(values: list[float]) -> None:
    found = group_advantages(torch.tensor([values], dtype=torch.float64))
    assert found.sum().item() == pytest.approx(0, abs=1e-6)


@given(rewards, st.floats(0, 1, width=32))
def test_raising_one_reward_never_lowers_its_own_advantage(values: list[float], raised: float) -> None:
    assume(raised > values[0])
    before = group_advantages(torch.tensor([values], dtype=torch.float64))
    after = group_advantages(torch.tensor([[raised, *values[1:]]], dtype=torch.float64))
    assert after[0, 0] >= before[0, 0] - 1e-9


@pytest.mark.parametrize("shape", [(4,), (4, 1), (2, 2, 2)])
def test_a_group_of_one_or_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected \\(N, G\\)"):
        group_advantages(torch.zeros(shape))


def test_leaving_oneself_out_compares_with_the_mean_of_the_others() -> None:
    rewards = torch.tensor([[1.0, 0.0, 0.5, 0.0]], dtype=torch.float64)
    found = group_advantages(rewards, baseline=Baseline.LEAVE_ONE_OUT, divide_by_std=False)
    assert found[0].tolist() == pytest.approx([1 - 0.5 / 3, -1.5 / 3, 0.5 - 1 / 3, -1.5 / 3])
