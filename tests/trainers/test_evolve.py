import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agents.policy import Policy, PolicyAction
from agents.scripted import OraclePolicy
from inftool_env.core.errors import ConfigError, RegistrationError
from inftool_env.core.jsonl import from_json, read_jsonl
from inftool_env.core.scenario import Scenario
from inftool_env.core.seeds import generator
from inftool_env.core.trajectory import Trajectory
from inftool_env.curriculum.grow import GrownEnvironment
from inftool_env.envs.observe import Observation
from trainers.config import GrpoConfig, SftConfig
from trainers.evolve import evolve
from trainers.practice import Practice
from trainers.progress import Progress
from trainers.run_folder import EvolveConfig, EvolveReport, StageReport


class SkilledPolicy:
    """Knows the answer to a share of the scenarios, and else says something idle."""

    name = "skilled"

    def __init__(self, skill: float) -> None:
        self._skill = skill
        self._oracle = OraclePolicy()
        self._able: dict[int, bool] = {}

    def start(self, episodes: int) -> None:
        self._oracle.start(episodes)

    def watch(self, slot: int, scenario: Scenario) -> None:
        self._able[slot] = generator("skill", scenario.id).random() < self._skill
        self._oracle.watch(slot, scenario)

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        actions = self._oracle.act(observations)
        return {
            slot: action if self._able[slot] else PolicyAction(action="<tool_call>oops</tool_call>")
            for slot, action in actions.items()
        }


class ScriptedLearner:
    """Its one weight is its skill; every update changes it by what the test says."""

    def __init__(self, *changes: float, aimed: float = 0.0) -> None:
        self.skill = 0.0
        self.calls: list[str] = []
        self._changes = {"aimed": aimed} | dict(
            zip(("sft", "generation-1", "generation-2"), changes, strict=True)
        )

    def load(self, weights: str) -> None:
        self.skill = 0.2 if weights == "tiny" else float((Path(weights) / "skill.txt").read_text())

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "skill.txt").write_text(str(self.skill))

    def policy(self) -> Policy:
        return SkilledPolicy(self.skill)

    def imitate(
        self, demonstrations: Sequence[Trajectory], config: SftConfig, folder: Path, on_progress: Progress
    ) -> None:
        assert all(trajectory.verdict.success for trajectory in demonstrations)
        self._learn(folder.name)

    def practise(self, practice: Practice, config: GrpoConfig, folder: Path, on_progress: Progress) -> None:
        assert len(practice.requests(0)) == practice.scenarios_per_step
        self._learn(folder.name)

    def _learn(self, stage: str) -> None:
        self.calls.append(stage)
        self.skill += self._changes[stage]


def make_config(out: Path) -> EvolveConfig:
    return EvolveConfig(
        env_ids=("InfTool/trips-api-v0",),
        out=str(out),
        generations=2,
        demonstrations=12,
        scenarios_per_step=12,
        grpo=GrpoConfig(steps=1),
        probe_per_category=6,
        eval_per_category=4,
    )


def comparable(report: EvolveReport) -> list[tuple[object, ...]]:
    """A report but for its times."""
    return [
        (stage.name, stage.accepted, stage.why, stage.held_out, stage.profiles) for stage in report.stages
    ]


def test_the_loop_trains_profiles_grows_and_trains_again(tmp_path: Path) -> None:
    report = evolve(make_config(tmp_path), ScriptedLearner(0.3, 0.2, 0.2))
    assert [stage.name for stage in report.stages] == ["base", "sft", "generation-1", "generation-2"]
    means = [stage.held_out.macro for stage in report.stages]
    assert means == sorted(means)
    assert means[0] < means[-1]
    versions = {environment.env_id.rsplit("-", 1)[1] for environment in report.environments}
    assert versions == {"v1", "v2"}


def test_the_folder_explains_every_stage(tmp_path: Path) -> None:
    report = evolve(make_config(tmp_path), ScriptedLearner(0.3, 0.2, 0.2))
    for name in ("config.json", "grounds.json", "report.json", "metrics.jsonl"):
        assert json.loads((tmp_path / name).read_text().splitlines()[-1])
    assert list(read_jsonl(tmp_path / "environments.jsonl", GrownEnvironment)) == list(report.environments)
    generation = tmp_path / "generation-1"
    for name in ("evaluation.json", "profile.json", "requests.jsonl", "probe.jsonl", "checkpoint"):
        assert (generation / name).exists(), name
    assert (
        from_json((generation / "stage.json").read_bytes(), StageReport).held_out == report.stages[2].held_out
    )


def test_a_round_that_lowers_success_is_not_kept(tmp_path: Path) -> None:
    report = evolve(make_config(tmp_path), ScriptedLearner(0.5, -0.6, 0.6, aimed=-0.3))
    assert [stage.accepted for stage in report.stages] == [True, True, False, True]
    assert report.stages[2].why.startswith("Not kept")
    assert report.stages[2].held_out == report.stages[1].held_out
    # The next round starts from the weights before the bad one: 0.2 + 0.5 - 0.3 + 0.6.
    assert float((tmp_path / "generation-2" / "checkpoint" / "skill.txt").read_text()) == pytest.approx(1.0)


def test_what_rewards_made_worse_is_dropped_and_what_was_imitated_is_kept(tmp_path: Path) -> None:
    report = evolve(make_config(tmp_path), ScriptedLearner(0.1, -0.6, 0.2, aimed=0.2))
    generation = report.stages[2]
    assert generation.accepted
    assert "was dropped" in generation.why
    assert float((tmp_path / "generation-1" / "checkpoint" / "skill.txt").read_text()) == pytest.approx(0.5)
    assert generation.held_out.macro > report.stages[1].held_out.macro


def test_an_interrupted_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    whole = evolve(make_config(tmp_path / "whole"), ScriptedLearner(0.3, -0.4, 0.2))

    class Interrupted(ScriptedLearner):
        def practise(
            self, practice: Practice, config: GrpoConfig, folder: Path, on_progress: Progress
        ) -> None:
            if folder.name == "generation-2":
                raise KeyboardInterrupt
            super().practise(practice, config, folder, on_progress)

    config = make_config(tmp_path / "broken")
    with pytest.raises(KeyboardInterrupt):
        evolve(config, Interrupted(0.3, -0.4, 0.2))
    learner = ScriptedLearner(0.3, -0.4, 0.2)
    resumed = evolve(config, learner, resume=True)
    assert learner.calls == ["aimed", "generation-2"]
    assert comparable(resumed) == comparable(whole)
    assert resumed.environments == whole.environments


def test_another_run_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    evolve(make_config(tmp_path), ScriptedLearner(0.3, 0.2, 0.2))
    with pytest.raises(ConfigError, match="holds a run already"):
        evolve(make_config(tmp_path), ScriptedLearner(0.3, 0.2, 0.2))


def test_a_mistyped_environment_claims_no_folder(tmp_path: Path) -> None:
    config = replace(make_config(tmp_path / "run"), env_ids=("InfTool/trip-api-v0",))
    with pytest.raises(RegistrationError, match="Did you mean"):
        evolve(config, ScriptedLearner(0.3, 0.2, 0.2))
    assert not (tmp_path / "run").exists()


def test_resuming_with_other_options_is_refused(tmp_path: Path) -> None:
    evolve(make_config(tmp_path), ScriptedLearner(0.3, 0.2, 0.2))
    with pytest.raises(ConfigError, match="other options"):
        evolve(replace(make_config(tmp_path), seed=1), ScriptedLearner(0.3, 0.2, 0.2), resume=True)
