"""What a round of training practises, as rollouts take it."""

from dataclasses import dataclass, replace

from agents.policy import Policy
from agents.rollout import EpisodeRequest, open_request, rollout
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.sampler import PracticeSampler, Purpose, episode_seed
from trainers.progress import Progress, silent

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What a round of reinforcement learning works on."""

    sampler: PracticeSampler
    scenarios_per_step: int
    demonstrations: tuple[Trajectory, ...]
    """To replay a few of, so that nothing is forgotten."""

    def requests(self, step: int, attempt: int = 0) -> tuple[EpisodeRequest, ...]:
        """The scenarios of one attempt at a step, once each, all from the training side of the wall."""
        return practice_requests(self.sampler, step, self.scenarios_per_step, attempt)


def practice_requests(
    sampler: PracticeSampler, step: int, count: int, attempt: int = 0
) -> tuple[EpisodeRequest, ...]:
    """What the curriculum chooses for a step, as rollouts take it."""
    return tuple(
        writable(
            EpisodeRequest(env_id=task.env_id, seed=task.seed, category=task.category, split=Split.TRAIN),
            Purpose.PRACTICE,
        )
        for task in sampler.choose(step, count, attempt)
    )


def writable(request: EpisodeRequest, purpose: Purpose) -> EpisodeRequest:
    """The request, or one like it with another seed of the same purpose if its scenario cannot be written.

    Raises:
        ScenarioError: None of a few seeds will do.
    """
    for attempt in range(ATTEMPTS):
        try:
            open_request(request)
        except ScenarioError:
            request = replace(request, seed=episode_seed(purpose, request.seed, attempt))
        else:
            return request
    open_request(request)
    return request


def demonstrate(
    teacher: Policy, sampler: PracticeSampler, count: int, on_progress: Progress = silent
) -> list[Trajectory]:
    """The teacher's episodes on training scenarios; only verified successes.

    Raises:
        ScenarioError: Not one of them succeeds.
    """
    played = rollout(
        teacher,
        practice_requests(sampler, 0, count),
        on_progress=lambda done, total: on_progress("demonstrations", done, total),
    )
    verified = [trajectory for trajectory in played if trajectory.verdict.success]
    if not verified:
        raise ScenarioError(
            f"{played[0].env_id}: none of {len(played)} demonstrations succeeds; expected nearly all. "
            f"Ask for more demonstrations, or choose another API (the first one: {played[0].verdict.why})."
        )
    return verified
