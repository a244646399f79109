"""The scenarios that every stage of a run is judged by, and when a stage's weights are kept."""

from collections.abc import Mapping, Sequence

from agents.policy import Policy
from agents.rollout import EpisodeRequest, open_request, rollout
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.sampler import Purpose
from trainers.evaluate import EvaluationReport, held_out_requests, report_of
from trainers.grounds import Ground
from trainers.progress import Progress, silent


class Exam:
    """The scenarios that every stage is judged by, chosen once."""

    def __init__(
        self,
        grounds: Sequence[Ground],
        *,
        probe_per_category: int,
        eval_per_category: int,
        seed: int,
        on_progress: Progress = silent,
    ) -> None:
        """Choose the scenarios; the probe's come from the training side, the rest from the other."""
        self._on_progress = on_progress
        self._grounds = tuple(grounds)
        self.probe = tuple(
            request
            for ground in grounds
            for request in held_out_requests(
                [ground.practice_id],
                ground.parting.categories,
                probe_per_category,
                seed,
                split=Split.TRAIN,
                purpose=Purpose.PROBE,
            )
        )
        self.held_out = tuple(
            request
            for ground in grounds
            for request in held_out_requests(
                [ground.practice_id], ground.parting.categories, eval_per_category, seed
            )
        )
        self.held_out_tools = tuple(
            request
            for ground in grounds
            if ground.held_out_tools_id is not None
            for request in held_out_requests(
                [ground.held_out_tools_id],
                ground.parting.held_out_categories,
                eval_per_category,
                seed,
            )
        )
        self._solutions = solution_tools(self.probe)

    def play(self, policy: Policy, requests: Sequence[EpisodeRequest], work: str) -> list[Trajectory]:
        """The policy's episodes; ``work`` names them where progress is shown."""
        return rollout(policy, requests, on_progress=lambda done, total: self._on_progress(work, done, total))

    def examine(self, policy: Policy, stage: str) -> tuple[EvaluationReport, EvaluationReport | None]:
        """How good the policy is on held-out scenarios, and on held-out tools where there are any."""
        scenarios = self.play(policy, self.held_out, f"{stage}: held-out scenarios")
        if not self.held_out_tools:
            return report_of(scenarios, policy=policy.name), None
        tools = self.play(policy, self.held_out_tools, f"{stage}: held-out tools")
        return report_of(scenarios, policy=policy.name), report_of(tools, policy=policy.name)

    def profiles(self, probe: Sequence[Trajectory]) -> dict[str, FailureProfile]:
        """What fails, by API."""
        return {
            ground.api: FailureProfile.from_trajectories(
                [trajectory for trajectory in probe if trajectory.env_id == ground.practice_id],
                self._solutions,
            )
            for ground in self._grounds
        }


def solution_tools(requests: Sequence[EpisodeRequest]) -> dict[str, tuple[str, ...]]:
    """The tools that the reference solutions use, by scenario id."""
    solutions: dict[str, tuple[str, ...]] = {}
    for request in requests:
        scenario = open_request(request).scenario
        solutions[scenario.id] = tuple(call.name for turn in scenario.solution for call in turn.calls)
    return solutions


def judge_round(
    before: Mapping[str, FailureProfile],
    after: Mapping[str, FailureProfile],
    *,
    guard_categories: bool = True,
) -> tuple[bool, str]:
    """Whether a round's weights are kept, and why.

    Args:
        before: By API, on training scenarios, of the weights that the round began with.
        after: The same scenarios with the round's weights.
        guard_categories: Drop the round also when one category's whole interval lies below its former one. The mean
            over the categories, which is over many more episodes, may never be lower at all.
    """
    old, new = macro(before), macro(after)
    change = f"success on training scenarios went from {old:.1%} to {new:.1%}"
    for api, profile in after.items():
        for category, rate in profile.categories.items():
            former = before[api].categories.get(category)
            if guard_categories and former is not None and rate.high < former.low:
                return False, f"Not kept: {category} of {api} fell from {former} to {rate}."
    if new < old:
        return False, f"Not kept: {change}."
    return True, f"Kept: {change}."


def macro(profiles: Mapping[str, FailureProfile]) -> float:
    """Mean success over the categories, and over the APIs."""
    return sum(profile.macro for profile in profiles.values()) / len(profiles)
