"""What a training must not pass over in silence."""

import logging

import pytest

from trainers.alarms import AlarmBell, ringing

GOOD = {
    "group/signal_rate": 0.6,
    "rollout/cut_rate": 0.0,
    "rollout/unscorable_rate": 0.0,
    "reward/mean": 0.5,
    "update/sampler_mismatch_nats": 1e-6,
    "update/clip_rate": 0.0,
    "update/entropy_nats": 0.2,
    "gate/format_open_rate": 0.98,
}


@pytest.mark.parametrize(
    ("metric", "value", "name"),
    [
        ("group/signal_rate", 0.1, "few_signals"),
        ("rollout/cut_rate", 0.3, "many_cut"),
        ("rollout/unscorable_rate", 0.2, "many_unscorable"),
        ("update/sampler_mismatch_nats", 0.5, "far_sampler"),
        ("update/clip_rate", 0.5, "ratio_drift"),
        ("update/entropy_nats", 1e-4, "entropy_collapse"),
        ("gate/format_open_rate", 0.2, "closed_format"),
    ],
)
def test_one_thing_that_is_wrong_rings_its_own_alarm(metric: str, value: float, name: str) -> None:
    assert list(ringing(GOOD)) == []
    assert [alarm.name for alarm in ringing(GOOD | {metric: value})] == [name]


def test_a_policy_that_succeeds_may_be_sure_of_itself() -> None:
    assert list(ringing(GOOD | {"update/entropy_nats": 1e-4, "reward/mean": 0.95})) == []


def test_what_was_not_measured_rings_nothing() -> None:
    assert list(ringing({})) == []


def test_an_alarm_is_told_when_it_begins_and_counted_at_every_step(caplog: pytest.LogCaptureFixture) -> None:
    bell = AlarmBell()
    with caplog.at_level(logging.WARNING):
        counts = [
            bell.ring(step, GOOD | {"rollout/cut_rate": rate})["alarm/count"]
            for step, rate in enumerate([0.5, 0.6, 0.0, 0.4])
        ]
    assert counts == [1, 1, 0, 1]
    told = [record.getMessage() for record in caplog.records]
    assert [message.split(":")[0] for message in told] == ["step 0", "step 3"]
    assert "50% of the trajectories have a turn cut off; expected 20% at most" in told[0]
