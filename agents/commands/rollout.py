"""``inftool rollout``: let an agent play many episodes, and keep the trajectories."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agents.policy import Policy
from agents.rollout import EpisodeRequest, rollout
from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import write_atomic, write_jsonl
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.profile import FailureProfile


@dataclass(frozen=True, kw_only=True)
class RolloutConfig:
    """What fixes a collection of trajectories."""

    agent: str = "oracle"
    """``oracle``, ``random``, ``tiny`` for the base checkpoint that comes with InfTool, or the folder of a model."""
    episodes: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 20
    """Of each environment; their seeds count up from ``seed``."""
    seed: int = 0
    """Of the first episode, and of the agent's own chance."""
    category: str | None = None
    """Kind of scenario; the seeds choose when left out."""
    split: Literal["train", "eval"] = "train"
    """Which side of the wall the values lie on."""
    temperature: float = 1.0
    """Of a model; 0 takes the likeliest token."""
    max_new_tokens: int = 256
    """Of a model, in one turn."""
    constrained: bool = False
    """Let a model's calls name only offered tools and obey their schemas."""

    def __post_init__(self) -> None:
        if self.episodes < 1:
            raise ConfigError(f"rollout: {self.episodes} episodes; expected 1 or more. Give a larger -n.")


def run(
    env_ids: tuple[str, ...],
    *,
    out: Path,
    config: Annotated[RolloutConfig, tyro.conf.arg(name="")] = RolloutConfig(),
) -> None:
    """Play episodes of some environments, write them down, and show the success by category.

    Args:
        env_ids: As ``InfTool/weather-api-v0``; one or more.
        out: A folder for ``trajectories.jsonl`` and ``config.json``; made when absent.
        config: What fixes the trajectories.
    """
    if not env_ids:
        raise ConfigError(
            "rollout: no environment; expected one id or more. `inftool list` shows what there is."
        )
    if (out / "trajectories.jsonl").exists():
        raise ConfigError(
            f"rollout: {out / 'trajectories.jsonl'} is there already; expected a folder without trajectories. "
            "Give another --out, or delete the file."
        )
    console = Console()
    policy = load_agent(config)
    requests = [
        EpisodeRequest(
            env_id=env_id, seed=config.seed + number, category=config.category, split=Split(config.split)
        )
        for env_id in env_ids
        for number in range(config.episodes)
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("episodes", total=len(requests))
        trajectories = rollout(
            policy, requests, on_progress=lambda done, _: progress.update(bar, completed=done)
        )
    described = {"env_ids": env_ids, **asdict(config)}
    write_atomic(out / "config.json", json.dumps(described, indent=2) + "\n")
    write_jsonl(out / "trajectories.jsonl", trajectories)
    console.print(success_table(policy.name, trajectories))
    console.print(f"{len(trajectories)} trajectories in {out / 'trajectories.jsonl'}", highlight=False)


def load_agent(config: RolloutConfig) -> Policy:
    """The policy that a name or a path stands for.

    Raises:
        CheckpointError: There is no model that can be read in the folder.
    """
    if config.agent == "oracle":
        return OraclePolicy()
    if config.agent == "random":
        return RandomPolicy(config.seed)
    from agents.model_policy import ModelPolicy  # heavy: only models need torch and transformers
    from agents.sampling import SamplingConfig

    sampling = SamplingConfig(
        temperature=config.temperature or 1.0,
        greedy=config.temperature == 0,
        max_new_tokens=config.max_new_tokens,
        seed=config.seed,
        constrained=config.constrained,
    )
    return ModelPolicy.load(config.agent, sampling)


def success_table(name: str, trajectories: Sequence[Trajectory]) -> Table:
    """Success by category, with the commonest failure of each."""
    profile = FailureProfile.from_trajectories(trajectories)
    table = Table(title=f"{name}: success", title_justify="left")
    table.add_column("category")
    for column in ("episodes", "success", "95 % interval"):
        table.add_column(column, justify="right")
    table.add_column("commonest failure")
    for category, rate in profile.categories.items():
        worst = next(
            (f"{cell.kind.value} ({cell.failures.successes})" for cell in profile.kinds_of(category)), ""
        )
        interval = f"{rate.low:.0%} to {rate.high:.0%}"
        table.add_row(category, str(rate.tries), f"{rate.value:.0%}", interval, worst)
    if profile.unscorable:
        table.caption = f"{profile.unscorable} more could not be scored: a simulator broke."
    return table
