"""What the curriculum chooses, as rollouts take it."""

from agents.rollout import EpisodeRequest
from inftool_env.core.scenario import Split
from inftool_env.curriculum.sampler import PracticeSampler


def practice_requests(practice: PracticeSampler, step: int, count: int) -> tuple[EpisodeRequest, ...]:
    """The scenarios of one training step, all from the training side of the wall."""
    return tuple(
        EpisodeRequest(env_id=task.env_id, seed=task.seed, category=task.category, split=Split.TRAIN)
        for task in practice.choose(step, count)
    )
