"""From one policy to a better one on given APIs: a cold start on demonstrations, then GRPO.

The environments stay as they are; ``trainers.evolve`` grows new ones and parts the tools.
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from inftool_env.core.jsonl import from_json, to_json, write_atomic
from inftool_env.core.seeds import derive_seed
from inftool_env.curriculum.sampler import PracticeSampler, PracticeSource
from inftool_env.envs.registry import load_toolset, resolve
from inftool_env.scenarios.author import admitted_categories
from trainers.evaluate import EvaluationReport, evaluate, held_out_requests
from trainers.learner import Learner
from trainers.practice import Practice, demonstrate
from trainers.progress import Progress, silent
from trainers.run_folder import TrainConfig, open_run


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """How good the policy was after each stage, on values and seeds that training never saw."""

    stages: dict[str, EvaluationReport]
    """``before``, ``sft`` and ``grpo``."""
    policy: str
    """Folder of the trained weights."""
    seconds: float


def train(
    config: TrainConfig, learner: Learner, *, resume: bool = False, on_progress: Progress = silent
) -> TrainReport:
    """Run the training, or finish one that was interrupted.

    Args:
        config: Fixes the run.
        learner: Takes the weights named by ``config.policy`` first.
        resume: Go on with what the folder holds; the config must be the same.
        on_progress: Called often.

    Raises:
        ConfigError: The folder holds another run, or the options cannot work.
    """
    started = time.perf_counter()
    run = Path(config.out)
    sources = [
        PracticeSource(env_id=env_id, categories=_categories(env_id, config)) for env_id in config.env_ids
    ]
    open_run(config, run, resume=resume)
    learner.load(config.policy)

    # Made again when resumed: the same seed gives the same episodes, in less time than their file takes to write.
    teaching = PracticeSampler(sources, seed=derive_seed(config.seed, "demonstrations"))
    demonstrations = demonstrate(config.teacher(), teaching, config.demonstrations, on_progress)
    practice = Practice(
        sampler=PracticeSampler(sources, seed=derive_seed(config.seed, "grpo")),
        scenarios_per_step=config.scenarios_per_step,
        demonstrations=tuple(demonstrations),
    )

    stages: dict[str, EvaluationReport] = {}
    for name in ("before", "sft", "grpo"):
        folder = run / name
        report = folder / "evaluation.json"
        if not report.exists():
            seed = derive_seed(config.seed, name)
            if name == "sft":
                learner.imitate(demonstrations, replace(config.sft, seed=seed), folder, on_progress)
            elif name == "grpo":
                learner.practise(practice, replace(config.grpo, seed=seed), folder, on_progress)
            if name != "before":
                learner.save(folder / "checkpoint")
            write_atomic(report, to_json(_examine(config, learner, sources, name, on_progress)))
        stages[name] = from_json(report.read_bytes(), EvaluationReport, where=str(report))
        if name != "before":
            # From the file even when the weights are at hand: a resumed run then goes the very same way.
            learner.load(str(folder / "checkpoint"))
    seconds = time.perf_counter() - started
    return TrainReport(stages=stages, policy=str(run / "grpo" / "checkpoint"), seconds=seconds)


def _categories(env_id: str, config: TrainConfig) -> tuple[str, ...]:
    """What the environment asks for; when it does not say, what its tools admit of the config's."""
    kwargs = resolve(env_id)
    if kwargs.get("categories"):
        return tuple(kwargs["categories"])
    admitted = admitted_categories(load_toolset(str(kwargs["api"])))
    return tuple(name for name in admitted if name in config.categories)


def _examine(
    config: TrainConfig,
    learner: Learner,
    sources: list[PracticeSource],
    stage: str,
    on_progress: Progress,
) -> EvaluationReport:
    """The policy on the run's held-out scenarios, the same after every stage."""
    requests = [
        request
        for source in sources
        for request in held_out_requests(
            [source.env_id], source.categories, config.eval_per_category, config.seed
        )
    ]
    return evaluate(
        learner.policy(),
        requests,
        on_progress=lambda done, total: on_progress(f"{stage}: evaluation", done, total),
    )
