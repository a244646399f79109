import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.bench.estimates import Estimate, Tally, estimate, macro_estimate, pass_at, pass_hat
from inftool_env.curriculum.rates import measure_rate


def tallies(*pairs: tuple[int, int]) -> list[Tally]:
    return [Tally(successes=successes, tries=tries) for successes, tries in pairs]


def test_pass_at_two_of_four_tries_with_one_success_is_a_half_and_pass_hat_is_none() -> None:
    # Of the 6 pairs of tries, 3 hold the success, and none holds two.
    assert pass_at(tallies((1, 4)), 2) == 0.5
    assert pass_hat(tallies((1, 4)), 2) == 0.0


def test_pass_hat_is_the_mean_over_tasks_not_over_tries() -> None:
    # 3 of 4: C(3,2)/C(4,2) = 1/2; 2 of 2: 1.
    assert pass_hat(tallies((3, 4), (2, 2)), 2) == 0.75


def test_one_try_at_each_task_gets_the_interval_of_wilson() -> None:
    rate, found = measure_rate(8, 10), estimate(tallies(*[(1, 1)] * 8, *[(0, 1)] * 2))
    assert (found.mean, found.low, found.high) == (rate.value, rate.low, rate.high)


def test_several_tries_at_a_task_are_not_taken_for_several_tasks() -> None:
    few = estimate(tallies((4, 4), (0, 4), (4, 4), (0, 4)))
    many = estimate(tallies(*[(1, 1)] * 8, *[(0, 1)] * 8))
    assert few.high - few.low > many.high - many.low


def test_tasks_that_are_all_alike_leave_an_interval_all_the_same() -> None:
    found = estimate(tallies((4, 4), (4, 4)))
    assert found.mean == 1.0
    assert found.low < 0.5


def test_no_task_at_all_says_nothing() -> None:
    assert (estimate([]).low, estimate([]).high, macro_estimate([]).high) == (0.0, 1.0, 1.0)


def test_the_mean_of_categories_counts_each_the_same_and_adds_their_doubts_in_squares() -> None:
    # Half-widths of 0.3 and 0.4 add up to 0.5, shared by two categories: 0.25.
    one, other = Estimate(mean=0.5, low=0.2, high=0.6), Estimate(mean=0.9, low=0.5, high=0.9)
    found = macro_estimate([one, other])
    assert (found.mean, found.low, found.high) == pytest.approx((0.7, 0.45, 0.75))
    assert macro_estimate([one]) == one


@given(st.lists(st.tuples(st.integers(0, 3), st.just(3)), min_size=1, max_size=6))
def test_pass_at_grows_with_k_and_pass_hat_falls(pairs: list[tuple[int, int]]) -> None:
    counted = tallies(*pairs)
    assert pass_at(counted, 1) == pytest.approx(pass_hat(counted, 1))
    assert pass_at(counted, 1) <= pass_at(counted, 2) + 1e-12 <= pass_at(counted, 3) + 2e-12
    assert pass_hat(counted, 1) >= pass_hat(counted, 2) - 1e-12 >= pass_hat(counted, 3) - 2e-12
