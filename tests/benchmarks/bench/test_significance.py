import pytest

from benchmarks.bench.significance import difference, mcnemar


def test_eight_wins_against_one_loss_are_significant_by_mcnemar() -> None:
    # 2 * (C(9,0) + C(9,1)) / 2^9 = 20 / 512
    assert mcnemar(8, 1) == mcnemar(1, 8) == pytest.approx(20 / 512)


def test_agents_that_win_the_same_tasks_do_not_differ() -> None:
    found = difference([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert (found.mean, found.low, found.high, found.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_tasks_that_both_win_do_not_change_the_p_value() -> None:
    lost, won = [0.0] * 8 + [1.0], [1.0] * 8 + [0.0]
    assert difference(lost, won).p_value == difference(lost + [1.0] * 90, won + [1.0] * 90).p_value
    assert difference(lost, won).mean == pytest.approx(7 / 9)


def test_several_tries_are_compared_by_sign_flips() -> None:
    first, second = [0.25, 0.5, 0.0, 0.25] * 3, [0.75, 1.0, 0.5, 0.75] * 3
    found = difference(first, second)
    assert found.test == "sign flips"
    assert found.mean == pytest.approx(0.5)
    # Of 2^12 sign patterns, 2 are as far from zero: 1 / 2048.
    assert found.p_value < 0.005
    assert difference(first, first[::-1]).p_value > 0.5


def test_nothing_to_compare_is_no_difference() -> None:
    assert difference([], []).p_value == 1.0
