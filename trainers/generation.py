"""One generation's learning: demonstrations aimed at what failed, then rewards, and the better of the two is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inftool_env.core.jsonl import read_jsonl, write_jsonl
from inftool_env.core.seeds import derive_seed
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.sampler import PracticeSampler, PracticeSource
from trainers.exam import Exam, macro
from trainers.learner import Learner
from trainers.practice import Practice, demonstrate
from trainers.progress import Progress
from trainers.run_folder import EvolveConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """How a policy did on the training scenarios by which rounds are judged."""

    trajectories: tuple[Trajectory, ...]
    profiles: dict[str, FailureProfile]
    """By API."""
    note: str = ""
    """What the stage's report should add; empty or a sentence after a space."""


def probe(learner: Learner, exam: Exam, work: str) -> Probed:
    """Let the current weights play the probe."""
    played = exam.play(learner.policy(), exam.probe, work)
    return Probed(trajectories=tuple(played), profiles=exam.profiles(played))


def learn_generation(
    name: str,
    config: EvolveConfig,
    learner: Learner,
    exam: Exam,
    sources: Sequence[PracticeSource],
    shares: Mapping[str, float],
    folder: Path,
    on_progress: Progress,
) -> Probed:
    """Change the learner's weights by one generation.

    Where every sample of a group fails, rewards teach nothing: there the aimed demonstrations do, first alone.

    Args:
        name: Of the stage.
        config: Of the run.
        learner: Holds the weights of the stage before.
        exam: Has the probe.
        sources: Environments to practise in, the ones just grown among them.
        shares: How much of the practice each category gets.
        folder: The stage's.
        on_progress: Called often.

    Returns:
        How the weights that the learner then holds did on the probe.
    """
    seed = derive_seed(config.seed, name)
    teaching = PracticeSampler(sources, seed=derive_seed(seed, "demonstrations"), weights=shares)
    aimed = demonstrations_in(folder / "demonstrations.jsonl", config, teaching, on_progress)
    checkpoint = folder / "aimed" / "checkpoint"
    learner.imitate(aimed, replace(config.aimed, seed=seed), folder / "aimed", on_progress)
    learner.save(checkpoint)
    imitated = probe(learner, exam, f"{name}: probe after imitation")

    practice = Practice(
        sampler=PracticeSampler(sources, seed=seed, weights=shares),
        scenarios_per_step=config.scenarios_per_step,
        demonstrations=tuple(aimed),
    )
    learner.practise(practice, replace(config.grpo, seed=seed), folder, on_progress)
    rewarded = probe(learner, exam, f"{name}: probe")
    if macro(imitated.profiles) <= macro(rewarded.profiles):
        return rewarded
    # Not kept is what rewards made worse; what was imitated before them may be worth keeping.
    learner.load(str(checkpoint))
    note = f" Learning from rewards then led to {macro(rewarded.profiles):.1%} and was dropped."
    return replace(imitated, note=note)


def demonstrations_in(
    path: Path, config: EvolveConfig, sampler: PracticeSampler, on_progress: Progress
) -> list[Trajectory]:
    """Verified episodes of the reference solver: made once, and read again when the run is resumed."""
    if not path.exists():
        write_jsonl(path, demonstrate(config.teacher(), sampler, config.demonstrations, on_progress))
    return list(read_jsonl(path, Trajectory))
