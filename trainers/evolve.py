"""THE CLOSED LOOP: train, see what fails, grow environments for it, train again."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inftool_env.core.jsonl import to_json, write_atomic, write_jsonl
from inftool_env.core.seeds import derive_seed
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.grow import GrownEnvironment, grow, register_grown
from inftool_env.curriculum.requests import requests_for
from inftool_env.curriculum.sampler import PracticeSampler
from inftool_env.scenarios.request import ScenarioRequest
from trainers.exam import Exam, judge_round
from trainers.generation import demonstrations_in, learn_generation, probe
from trainers.grounds import Ground, practice_sources, prepare
from trainers.learner import Learner
from trainers.logbook import StepMetrics, without_tokens
from trainers.progress import Progress, silent
from trainers.run_folder import EvolveConfig, EvolveReport, StageReport, open_run, read_stage

logger = logging.getLogger(__name__)


def evolve(
    config: EvolveConfig, learner: Learner, *, resume: bool = False, on_progress: Progress = silent
) -> EvolveReport:
    """Run the closed loop, or finish one that was interrupted.

    Args:
        config: Fixes the run.
        learner: Takes the weights named by ``config.policy`` first.
        resume: Go on after the last finished stage of the folder; the config must be the same.
        on_progress: Called often.

    Raises:
        ConfigError: The folder holds another run, or the options cannot work.
    """
    started = time.perf_counter()
    run = Path(config.out)
    grounds = tuple(prepare(env_id, config.categories) for env_id in config.env_ids)
    weights = config.policy
    learner.load(weights)
    open_run(config, run, resume=resume)
    write_atomic(run / "grounds.json", to_json(grounds))
    exam = Exam(
        grounds,
        probe_per_category=config.probe_per_category,
        eval_per_category=config.eval_per_category,
        seed=config.seed,
        on_progress=on_progress,
    )

    teaching = PracticeSampler(practice_sources(grounds, ()), seed=derive_seed(config.seed, "demonstrations"))
    demonstrations = demonstrations_in(run / "demonstrations.jsonl", config, teaching, on_progress)

    stages: list[StageReport] = []
    for name in stage_names(config):
        folder = run / name
        stage = read_stage(folder)
        if stage is None:
            stage = _run_stage(
                name, config, grounds, exam, demonstrations, learner, stages, folder, on_progress
            )
            write_atomic(folder / "stage.json", to_json(stage))
        register_grown(stage.environments)
        stages.append(stage)
        write_jsonl(run / "environments.jsonl", [grown for one in stages for grown in one.environments])
        write_jsonl(run / "metrics.jsonl", [_metrics(step, one) for step, one in enumerate(stages)])
        if stage.accepted and name != "base":
            weights = str(folder / "checkpoint")
        # From the file even when the weights are at hand: a resumed run then goes the very same way.
        learner.load(weights)
        logger.info("%s: %s", name, stage.why)
    report = EvolveReport(
        grounds=grounds, stages=tuple(stages), policy=weights, seconds=time.perf_counter() - started
    )
    write_atomic(run / "report.json", to_json(report))
    return report


def _run_stage(
    name: str,
    config: EvolveConfig,
    grounds: Sequence[Ground],
    exam: Exam,
    demonstrations: Sequence[Trajectory],
    learner: Learner,
    before: Sequence[StageReport],
    folder: Path,
    on_progress: Progress,
) -> StageReport:
    """Learn, unless it is the first stage; probe; keep or drop; examine what was kept."""
    started = time.perf_counter()
    environments: tuple[GrownEnvironment, ...] = ()
    if name in ("base", "sft"):
        if name == "sft":
            cold_start = replace(config.sft, seed=derive_seed(config.seed, name))
            learner.imitate(demonstrations, cold_start, folder, on_progress)
        probed = probe(learner, exam, f"{name}: probe")
    else:
        requests, environments = _grow_all(config, grounds, before, int(name.removeprefix("generation-")))
        write_jsonl(folder / "requests.jsonl", requests)
        grown = [one for stage in before for one in stage.environments]
        sources = practice_sources(grounds, [*grown, *environments])
        probed = learn_generation(
            name, config, learner, exam, sources, _shares(requests), folder, on_progress
        )
    if name != "base":
        learner.save(folder / "checkpoint")
    profiles = probed.profiles
    write_jsonl(folder / "probe.jsonl", [without_tokens(trajectory) for trajectory in probed.trajectories])
    write_atomic(folder / "profile.json", to_json(profiles))
    accepted, why = True, "The policy before any training."
    if before:
        # A policy that refuses everything is perfect on impossible wishes: the cold start may trade that away.
        accepted, why = judge_round(before[-1].profiles, profiles, guard_categories=name != "sft")
        why += probed.note
    if accepted:
        held_out, held_out_tools = exam.examine(learner.policy(), name)
    else:  # the weights kept are those of the stage before, and so is all that they reach
        held_out, held_out_tools, profiles = (
            before[-1].held_out,
            before[-1].held_out_tools,
            before[-1].profiles,
        )
    write_atomic(
        folder / "evaluation.json", to_json({"held_out": held_out, "held_out_tools": held_out_tools})
    )
    return StageReport(
        name=name,
        accepted=accepted,
        why=why,
        held_out=held_out,
        held_out_tools=held_out_tools,
        profiles=profiles,
        environments=environments,
        seconds=time.perf_counter() - started,
    )


def stage_names(config: EvolveConfig) -> tuple[str, ...]:
    """The stages in order, as their folders are called."""
    return ("base", "sft", *(f"generation-{number}" for number in range(1, config.generations + 1)))


def _grow_all(
    config: EvolveConfig, grounds: Sequence[Ground], before: Sequence[StageReport], generation: int
) -> tuple[list[ScenarioRequest], tuple[GrownEnvironment, ...]]:
    """Requests and new environments for every API, from what failed last."""
    requests: list[ScenarioRequest] = []
    environments: list[GrownEnvironment] = []
    for ground in grounds:
        profile = before[-1].profiles[ground.api]
        budget = config.grpo.steps * config.scenarios_per_step // len(grounds)
        practised = {
            one.category: int(one.kwargs["difficulty"])
            for stage in before
            for one in stage.environments
            if one.parent == ground.practice_id
        }
        asked = requests_for(profile, budget=max(budget, len(profile.categories)), difficulties=practised)
        requests += asked
        environments += grow(
            asked,
            api=ground.api,
            name=ground.name,
            parting=ground.parting,
            parent=ground.practice_id,
            generation=generation,
        )
    return requests, tuple(environments)


def _shares(requests: Sequence[ScenarioRequest]) -> dict[str, float]:
    """How much of the practice each category gets."""
    shares: dict[str, float] = {}
    for request in requests:
        shares[request.category] = shares.get(request.category, 0.0) + request.count
    return shares


def _metrics(step: int, stage: StageReport) -> StepMetrics:
    """One line of the run's ``metrics.jsonl``; a stage is a step."""
    metrics = {"stage/accepted": float(stage.accepted), "time/stage_s": stage.seconds}
    for area, report in (("held_out", stage.held_out), ("held_out_tools", stage.held_out_tools)):
        if report is not None:
            metrics[f"{area}/success_rate"] = report.overall.value
            metrics |= {f"{area}/{name}_rate": rate.value for name, rate in report.categories.items()}
    return StepMetrics(step=step, metrics=metrics)
