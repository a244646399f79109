"""A run's folder on disk: what fixes the run, and which stages of a closed loop are finished.

It holds one folder for each stage (``base``, ``sft``, ``generation-1``, ...). A stage's last file, ``stage.json``,
is written in one step: where it exists, the stage is finished.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from tyro.conf import Positional

from agents.policy import Policy
from agents.scripted import OraclePolicy
from agents.teacher import TeacherPolicy
from agents.tiny import TINY
from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.jsonl import from_json, to_json, write_atomic
from inftool_env.curriculum.grow import GrownEnvironment
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.scenarios.categories import FIRST_CATEGORIES, REGISTRY
from trainers.config import GrpoConfig, SftConfig
from trainers.evaluate import EvaluationReport
from trainers.grounds import Ground


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """What fixes a training on some APIs; the same config gives the same run."""

    env_ids: Positional[tuple[str, ...]]
    """Environments of the APIs to become good at."""
    out: str = "runs/train"
    """The run's folder."""
    policy: str = TINY
    """``tiny`` for the base checkpoint that comes with InfTool, or a folder in Hugging Face format."""
    seed: int = 0
    """Fixes scenarios and training; the seeds of ``sft`` and ``grpo`` follow from it."""
    categories: tuple[str, ...] = FIRST_CATEGORIES
    """Kinds of scenarios to practise, as far as an API admits them."""
    demonstrations: int = 768
    """Episodes of the reference solver that the cold start learns from."""
    think_aloud: bool = True
    """Whether they say, before each call, what the tool needs and what of it is given; the base policy does."""
    scenarios_per_step: int = 16
    """Groups of each GRPO step."""
    eval_per_category: int = 40
    """Held-out scenarios that each stage is reported on."""
    sft: SftConfig = field(default_factory=SftConfig)
    grpo: GrpoConfig = field(default_factory=GrpoConfig)

    def teacher(self) -> Policy:
        """Plays the demonstrations."""
        return TeacherPolicy() if self.think_aloud else OraclePolicy()

    def __post_init__(self) -> None:
        if not self.env_ids:
            raise ConfigError(
                "no environment; expected one or more ids, as InfTool/weather-api-v0. "
                "`inftool list` shows what there is."
            )
        unknown = [name for name in self.categories if name not in REGISTRY]
        if unknown or not self.categories:
            raise ConfigError(
                f"categories: found {', '.join(unknown) or 'none'}; expected some of {', '.join(REGISTRY)}. Correct them."
            )
        for name in ("demonstrations", "scenarios_per_step", "eval_per_category"):
            self._check_least(name, 1)

    def _check_least(self, name: str, least: int) -> None:
        if getattr(self, name) < least:
            raise ConfigError(f"{name} is {getattr(self, name)}; expected {least} or more. Raise it.")


@dataclass(frozen=True, kw_only=True)
class EvolveConfig(TrainConfig):
    """What fixes a closed loop; the same config gives the same run."""

    out: str = "runs/evolve"
    """The run's folder."""
    generations: int = 2
    """Rounds of growth and GRPO after the cold start."""
    probe_per_category: int = 24
    """Training scenarios by which a round is accepted and failures are found."""
    aimed: SftConfig = field(default_factory=lambda: SftConfig(steps=40))
    """How a generation learns from its own demonstrations, aimed at what failed, before it learns from rewards."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_least("generations", 0)
        self._check_least("probe_per_category", 1)


AnyConfig = TypeVar("AnyConfig", bound=TrainConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """What one stage did, and how good the policy kept after it is."""

    name: str
    accepted: bool
    """Whether the stage's weights were kept."""
    why: str
    held_out: EvaluationReport
    """On practised tools, with values and seeds that training never saw."""
    held_out_tools: EvaluationReport | None
    """On tools that training never saw; None when no API has tools to spare."""
    profiles: dict[str, FailureProfile]
    """By API, on training scenarios."""
    environments: tuple[GrownEnvironment, ...]
    """Environments that the stage added."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolveReport:
    """The whole run."""

    grounds: tuple[Ground, ...]
    stages: tuple[StageReport, ...]
    policy: str
    """Folder of the weights that were kept last."""
    seconds: float

    @property
    def environments(self) -> tuple[GrownEnvironment, ...]:
        """Everything that was grown, in order."""
        return tuple(environment for stage in self.stages for environment in stage.environments)


def open_run(config: AnyConfig, run: Path, *, resume: bool) -> None:
    """Claim the folder for this config, or find that it is this config's."""
    path = run / "config.json"
    if path.exists() and not resume:
        raise ConfigError(
            f"{run}: holds a run already; expected a new folder. Choose another --out, or go on with --resume."
        )
    if resume and path.exists():
        saved = from_json(path.read_bytes(), type(config), where=str(path))
        if replace(saved, out=config.out) != config:
            raise ConfigError(
                f"{path}: the run was started with other options ({saved}); expected the same ({config}). "
                "Give the same options, or choose another --out."
            )
    write_atomic(path, to_json(config))


def read_stage(folder: Path) -> StageReport | None:
    """The finished stage, or None when it has yet to be run or to be finished."""
    path = folder / "stage.json"
    if not path.exists():
        return None
    stage = from_json(path.read_bytes(), StageReport, where=str(path))
    if stage.accepted and stage.name != "base" and not (folder / "checkpoint").is_dir():
        raise CheckpointError(
            f"{folder}: the stage is finished and its weights were kept, but checkpoint/ is missing; expected it. "
            "Delete the stage's folder, and resume."
        )
    return stage
