"""THE LOOP: try every scenario several times, compare, and do more of what worked better.

Group Relative Policy Optimization (arXiv 2402.03300) over whole episodes: the tokens of all turns of a
trajectory share its advantage, and what the policy only read (prompts, tool results, the user) has none.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from agents.policy import Policy
from agents.rollout import EpisodeRequest, rollout
from inftool_env.core.seeds import derive_seed, generator
from inftool_env.core.trajectory import StopReason, Trajectory
from inftool_env.core.verdict import GateKind
from trainers.ahead import Ahead
from trainers.alarms import AlarmBell
from trainers.batch import Row, trajectory_row
from trainers.config import GrpoConfig, Overlong
from trainers.engines.engine import Engine, UpdateReport
from trainers.groups import RolloutGroup, form_groups
from trainers.logbook import Logbook

PolicyMaker = Callable[[int], Policy]
"""The current weights as a policy whose random numbers derive from a seed."""
ScenarioChooser = Callable[[int, int], Sequence[EpisodeRequest]]
"""The scenarios of a step, others at each attempt; every category in every step, since one left out is forgotten."""


def train_grpo(
    engine: Engine,
    make_policy: PolicyMaker,
    choose: ScenarioChooser,
    config: GrpoConfig,
    logbook: Logbook,
    *,
    demonstrations: Sequence[Row] = (),
    first_step: int = 0,
    on_step: Callable[[int, Mapping[str, float]], object] | None = None,
    publish: Callable[[], None] = lambda: None,
) -> None:
    """Learn from rewards.

    Args:
        engine: Holds the weights.
        make_policy: Acts with the engine's weights as they were last published.
        choose: What to practise.
        config: See ``GrpoConfig``.
        logbook: Gets the numbers of every step, and one trajectory of each group.
        demonstrations: Verified episodes to replay; none are replayed when there are none.
        first_step: Steps that were done before an interruption.
        on_step: Called after each step with the number of steps done, and its metrics; may save a checkpoint.
        publish: Gives the engine's weights to the policies that are made from then on; nothing where they share them.
    """
    bell = AlarmBell()
    with Ahead(lambda step: collect(step, make_policy, choose, config), publish) as rollouts:
        for step in range(first_step, config.steps):
            started = time.perf_counter()
            trajectories, groups = rollouts.take(step)
            rollout_s = time.perf_counter() - started
            if config.plays_ahead(step + 1):
                rollouts.begin(step + 1)

            rows = [
                row
                for group in groups
                if group.has_signal
                for trajectory, advantage in zip(group.trajectories, group.advantages, strict=True)
                if config.overlong is Overlong.KEEP or not was_cut(trajectory)
                if (row := trajectory_row(trajectory, advantage)) is not None
            ]
            reports: list[UpdateReport] = []
            if rows:  # else every group is of one mind, and there is nothing to learn
                replayed = draw_replay(demonstrations, rows, config, step)
                reports = engine.reinforce([*rows, *replayed], config.loss, progress=step / config.steps)

            metrics = rollout_metrics(trajectories, groups) | update_metrics(reports)
            metrics |= bell.ring(step, metrics)
            logbook.write_metrics(step, metrics | {"time/rollout_s": rollout_s})
            logbook.write_trajectories(step, trajectories[:: config.group_size])
            if on_step is not None:
                on_step(step + 1, metrics)


def collect(
    step: int, make_policy: PolicyMaker, choose: ScenarioChooser, config: GrpoConfig
) -> tuple[list[Trajectory], list[RolloutGroup]]:
    """The rollouts of one step: one, and ``config.extra_rollouts`` more while groups of one mind leave it short."""
    trajectories: list[Trajectory] = []
    groups: list[RolloutGroup] = []
    wanted = 0
    for attempt in range(1 + config.extra_rollouts):
        scenarios = choose(step, attempt)
        wanted = wanted or len(scenarios)
        missing = min(wanted - sum(group.has_signal for group in groups), len(scenarios))
        if missing == 0:
            break
        place = (step, attempt) if attempt else (step,)
        if missing < len(scenarios):
            scenarios = generator(config.seed, "missing", *place).sample(scenarios, missing)
        requests = [scenario for scenario in scenarios for _ in range(config.group_size)]
        policy = make_policy(derive_seed(config.seed, "rollout", *place))
        played = rollout(policy, requests, num_slots=config.num_slots)
        trajectories += played
        groups += form_groups(
            played, config.group_size, baseline=config.baseline, divide_by_std=config.divide_by_std
        )
    return trajectories, groups


def draw_replay(
    demonstrations: Sequence[Row], rows: Sequence[Row], config: GrpoConfig, step: int
) -> list[Row]:
    """Demonstrations that make up ``config.replay_share`` of the update's written tokens.

    A demonstration's advantage is 1, so its gradient is that of supervised learning.
    """
    wanted = config.replay_share / (1 - config.replay_share) * sum(row.num_written for row in rows)
    order = list(demonstrations)
    generator(config.seed, "replay", step).shuffle(order)
    drawn: list[Row] = []
    for row in order:
        if wanted <= 0:
            break
        drawn.append(row)
        wanted -= row.num_written
    return drawn


def rollout_metrics(trajectories: Sequence[Trajectory], groups: Sequence[RolloutGroup]) -> dict[str, float]:
    """How the episodes of a step went; unscorable ones count in ``rollout/unscorable_rate`` alone."""
    scorable = [trajectory for trajectory in trajectories if trajectory.reward is not None]
    metrics = {
        "rollout/unscorable_rate": 1 - len(scorable) / len(trajectories),
        "group/signal_rate": fmean(group.has_signal for group in groups),
    }
    if not scorable:
        return metrics
    metrics["reward/mean"] = fmean(trajectory.reward or 0.0 for trajectory in scorable)
    metrics["rollout/turns_mean"] = fmean(len(trajectory.turns) for trajectory in scorable)
    metrics["rollout/written_tokens_mean"] = fmean(_written_tokens(trajectory) for trajectory in scorable)
    metrics["rollout/cut_rate"] = fmean(map(was_cut, scorable))
    metrics["rollout/turn_limit_rate"] = fmean(
        trajectory.stop is StopReason.MAX_TURNS for trajectory in scorable
    )
    tries = Counter(trajectory.category for trajectory in scorable)
    successes = Counter(trajectory.category for trajectory in scorable if trajectory.verdict.success)
    for category in sorted(tries):
        metrics[f"success/{category}_rate"] = successes[category] / tries[category]
    for kind in GateKind:
        metrics[f"gate/{kind}_open_rate"] = fmean(_is_open(trajectory, kind) for trajectory in scorable)
    return metrics


def update_metrics(reports: Sequence[UpdateReport]) -> dict[str, float]:
    """What the updates of a step did: the last pass, but for the first pass's mismatch with the sampler."""
    if not reports:
        return {}
    last = reports[-1]
    return {
        "update/loss": last.loss,
        "update/kl_nats": last.kl,
        "update/clip_rate": last.clip_fraction,
        "update/entropy_nats": last.entropy,
        "update/gradient_norm": last.gradient_norm,
        "update/learning_rate": last.learning_rate,
        "update/trained_tokens": last.num_tokens,
        "update/sampler_mismatch_nats": reports[0].mismatch,
        "time/update_s": sum(report.seconds for report in reports),
    }


def was_cut(trajectory: Trajectory) -> bool:
    """Whether one of its turns ended for want of tokens."""
    return any(turn.sample is not None and turn.sample.finish_reason == "length" for turn in trajectory.turns)


def _written_tokens(trajectory: Trajectory) -> int:
    return sum(len(turn.sample.sampled_ids) for turn in trajectory.turns if turn.sample is not None)


def _is_open(trajectory: Trajectory, kind: GateKind) -> bool:
    return all(gate.is_open for gate in trajectory.verdict.gates if gate.kind is kind)
