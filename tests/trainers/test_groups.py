from dataclasses import replace

import pytest

from inftool_env.core.trajectory import StopReason, Trajectory
from inftool_env.core.verdict import FailureKind, Verdict
from trainers.groups import form_groups


def members(*rewards: float | None, seed: int = 0) -> list[Trajectory]:
    verdict = Verdict(gates=(), checks=(), score=1.0, failure=FailureKind.NONE, why="")
    first = Trajectory(
        env_id="InfTool/toy-api-v0",
        scenario_id=f"toy-{seed}",
        category="simple",
        seed=seed,
        tools=(),
        turns=(),
        final=(),
        stop=StopReason.SATISFIED,
        verdict=verdict,
        reward=None,
    )
    return [replace(first, reward=reward) for reward in rewards]


def test_each_group_is_compared_with_itself_alone() -> None:
    easy, hard = form_groups(members(1.0, 1.0, 0.0, seed=1) + members(0.0, 0.0, 0.0, seed=2), 3)
    assert easy.advantages == pytest.approx((0.5**0.5, 0.5**0.5, -(2**0.5)), abs=1e-5)
    assert easy.has_signal
    assert hard.advantages == (0.0, 0.0, 0.0)
    assert not hard.has_signal


def test_an_unscorable_member_is_left_out_and_moves_no_baseline() -> None:
    (group,) = form_groups(members(1.0, None, 0.0), 3)
    assert [member.reward for member in group.trajectories] == [1.0, 0.0]
    assert group.advantages == pytest.approx((1.0, -1.0), abs=1e-5)


def test_a_lone_scorable_member_has_nothing_to_be_compared_with() -> None:
    (group,) = form_groups(members(1.0, None, None), 3)
    assert group.advantages == (0.0,)
    assert not group.has_signal


def test_members_of_different_scenarios_are_no_group() -> None:
    with pytest.raises(AssertionError, match="same scenario"):
        form_groups(members(1.0, seed=1) + members(0.0, seed=2), 2)
