from collections.abc import Callable

import pytest

from inftool_env.core.trajectory import StopReason, Trajectory
from inftool_env.core.verdict import FailureKind, Verdict
from inftool_env.curriculum.profile import FailureProfile


def _make_trajectory(
    category: str, failure: FailureKind = FailureKind.NONE, *, scenario_id: str = "s", scorable: bool = True
) -> Trajectory:
    success = scorable and failure is FailureKind.NONE
    verdict = Verdict(
        gates=(), checks=(), score=float(success), failure=failure, why="Made by hand.", scorable=scorable
    )
    return Trajectory(
        env_id="InfTool/toy-api-v0",
        scenario_id=scenario_id,
        category=category,
        seed=0,
        tools=("get_order",),
        turns=(),
        final=(),
        stop=StopReason.SATISFIED,
        verdict=verdict,
        reward=float(success) if scorable else None,
    )


@pytest.fixture
def make_trajectory() -> Callable[..., Trajectory]:
    """An episode of a category that ended in a failure, or in success."""
    return _make_trajectory


@pytest.fixture
def make_profile() -> Callable[..., FailureProfile]:
    """A profile from (successes, tries) by category; all failures are missing calls."""

    def make(**counts: tuple[int, int]) -> FailureProfile:
        return FailureProfile.from_trajectories(
            _make_trajectory(category, FailureKind.NONE if index < successes else FailureKind.MISSING_CALL)
            for category, (successes, tries) in counts.items()
            for index in range(tries)
        )

    return make
