"""Trajectories of one scenario, each with its advantage over the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from inftool_env.core.trajectory import Trajectory
from trainers.advantages import group_advantages
from trainers.config import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutGroup:
    """The scorable trajectories of one scenario."""

    trajectories: tuple[Trajectory, ...]
    advantages: tuple[float, ...]
    """One for each trajectory; 0 for all when their rewards are equal, or when there is but one."""

    @property
    def has_signal(self) -> bool:
        """Whether some did better than others: a group without a difference teaches nothing."""
        return any(self.advantages)


def form_groups(
    trajectories: Sequence[Trajectory],
    group_size: int,
    *,
    baseline: Baseline = Baseline.MEAN,
    divide_by_std: bool = True,
) -> list[RolloutGroup]:
    """Cut a rollout into groups of members that stand together; unscorable ones are left out.

    Args:
        trajectories: The members of each group one after the other.
        group_size: Divides their number.
        baseline: See ``group_advantages``.
        divide_by_std: See there, too.
    """
    assert len(trajectories) % group_size == 0, "every scenario was rolled out group_size times"
    return [
        _form_group(trajectories[start : start + group_size], baseline, divide_by_std=divide_by_std)
        for start in range(0, len(trajectories), group_size)
    ]


def _form_group(members: Sequence[Trajectory], baseline: Baseline, *, divide_by_std: bool) -> RolloutGroup:
    assert len({(member.env_id, member.seed, member.scenario_id) for member in members}) == 1, (
        "a group's members tried the same scenario"
    )
    scorable = [member for member in members if member.reward is not None]
    rewards = [member.reward for member in scorable]
    if len(rewards) < 2:
        return RolloutGroup(trajectories=tuple(scorable), advantages=(0.0,) * len(rewards))
    advantages = group_advantages(
        torch.tensor([rewards], dtype=torch.float64), baseline=baseline, divide_by_std=divide_by_std
    )
    return RolloutGroup(trajectories=tuple(scorable), advantages=tuple(advantages[0].tolist()))
