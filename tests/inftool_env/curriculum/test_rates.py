import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.curriculum.rates import measure_rate


@given(st.integers(0, 500).flatmap(lambda tries: st.tuples(st.integers(0, tries), st.just(tries))))
def test_the_interval_holds_the_value_and_stays_in_zero_to_one(counts: tuple[int, int]) -> None:
    rate = measure_rate(*counts)
    assert 0.0 <= rate.low <= rate.value <= rate.high <= 1.0


def test_eight_of_ten_gives_the_interval_of_the_textbook() -> None:
    rate = measure_rate(8, 10)
    assert (rate.low, rate.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_without_tries_anything_is_possible() -> None:
    rate = measure_rate(0, 0)
    assert (rate.low, rate.high) == (0.0, 1.0)


def test_more_tries_at_the_same_rate_are_surer() -> None:
    few, many = measure_rate(5, 10), measure_rate(50, 100)
    assert few.low < many.low < many.high < few.high
