"""What the curriculum chooses, as rollouts take it."""

from dataclasses import replace

from agents.rollout import EpisodeRequest, open_request
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Split
from inftool_env.curriculum.sampler import PracticeSampler, Purpose, episode_seed

ATTEMPTS = 8


def practice_requests(practice: PracticeSampler, step: int, count: int) -> tuple[EpisodeRequest, ...]:
    """The scenarios of one training step, all from the training side of the wall."""
    return tuple(
        writable(
            EpisodeRequest(env_id=task.env_id, seed=task.seed, category=task.category, split=Split.TRAIN),
            Purpose.PRACTICE,
        )
        for task in practice.choose(step, count)
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
