from collections import Counter

import pytest

from benchmarks.load.mcp_abuse import Outcome
from benchmarks.load.mcp_sessions import Round, calls_of, is_good, measure


@pytest.mark.slow
def test_a_few_sessions_at_once_neither_fail_nor_leak(tmp_path):
    (shown,) = measure(sessions=6, calls=4, rounds=1, log=tmp_path / "log")
    assert (shown.errors, shown.leaks, len(shown.latencies_s)) == (0, 0, 24)
    assert shown.open_mib > 0


def test_no_two_neighbours_make_the_same_calls():
    plays = [calls_of(number, 10) for number in range(100)]
    assert all(len(play) == 10 for play in plays)
    assert not any(plays[number] == plays[number + 1] for number in range(99))


@pytest.mark.parametrize(
    ("last", "good"),
    [
        (Round(closed_mib=105), True),
        (Round(closed_mib=111), False),
        (Round(errors=1), False),
        (Round(leaks=1), False),
    ],
)
def test_errors_leaks_and_growth_are_not_good(last, good):
    assert is_good([Round(closed_mib=100), last]) is good


@pytest.mark.parametrize(
    ("answers", "logged", "is_alive", "good"),
    [
        ({421: 2}, 2, True, True),
        ({421: 2}, 1, True, False),
        ({421: 2}, 2, False, False),
        ({421: 1, 200: 1}, 2, True, False),
        ({}, 0, True, False),
    ],
)
def test_abuse_must_be_refused_written_down_and_survived(answers, logged, is_alive, good):
    outcome = Outcome(
        name="Host",
        answers=Counter(answers),
        expected=frozenset({421}),
        logged=logged,
        is_alive=is_alive,
        resident_mib=1.0,
    )
    assert outcome.is_good is good
