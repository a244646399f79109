"""How often a policy succeeds on scenarios that nothing learns from."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agents.policy import Policy
from agents.rollout import EpisodeRequest, rollout
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.rates import Rate, measure_rate
from inftool_env.curriculum.sampler import Purpose, episode_seed
from trainers.practice import writable


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """Success of one policy; unscorable episodes count nowhere but in ``unscorable``."""

    policy: str
    overall: Rate
    """Over all episodes."""
    macro: float
    """Mean of the categories' success rates: every category counts the same."""
    categories: dict[str, Rate]
    failures: dict[str, dict[str, int]]
    """How often each category failed in each way."""
    unscorable: int


def held_out_requests(
    env_ids: Iterable[str],
    categories: Iterable[str],
    per_category: int,
    seed: int,
    *,
    split: Split = Split.EVAL,
    purpose: Purpose = Purpose.EVALUATION,
) -> tuple[EpisodeRequest, ...]:
    """The same scenarios for every policy that is compared: ``per_category`` of each environment's categories.

    Their values come from the evaluation side of the wall and their seeds are never practised.
    """
    names = tuple(categories)
    return tuple(
        writable(
            EpisodeRequest(
                env_id=env_id,
                seed=episode_seed(purpose, seed, env_id, category, index),
                category=category,
                split=split,
            ),
            purpose,
        )
        for env_id in env_ids
        for category in names
        for index in range(per_category)
    )


def evaluate(
    policy: Policy,
    requests: Sequence[EpisodeRequest],
    *,
    num_slots: int = 64,
    on_progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Let the policy try every scenario once, and count."""
    trajectories = rollout(policy, requests, num_slots=num_slots, on_progress=on_progress)
    return report_of(trajectories, policy=policy.name)


def report_of(trajectories: Iterable[Trajectory], *, policy: str = "") -> EvaluationReport:
    """Count the successes of episodes that were played already."""
    profile = FailureProfile.from_trajectories(trajectories)
    failures: dict[str, Counter[str]] = {}
    for cell in profile.cells:
        failures.setdefault(cell.category, Counter())[cell.kind.value] = cell.failures.successes
    successes = sum(rate.successes for rate in profile.categories.values())
    return EvaluationReport(
        policy=policy,
        overall=measure_rate(successes, profile.episodes),
        macro=profile.macro,
        categories=profile.categories,
        failures={category: dict(kinds) for category, kinds in failures.items()},
        unscorable=profile.unscorable,
    )
