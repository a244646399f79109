import pytest

from benchmarks.speed.environments import CALLS, Script, timed


def test_both_ways_play_every_turn_of_the_same_scenarios() -> None:
    script = Script(4)
    turns = script.one_by_one()
    assert turns == script.side_by_side()
    assert turns >= 4 * (CALLS + 1)


def test_a_rate_is_turns_by_processor_time() -> None:
    speed = timed("loop", lambda: sum(1 for _ in range(200_000)))
    assert speed.turns_per_cpu_s * speed.microseconds == pytest.approx(1e6)
