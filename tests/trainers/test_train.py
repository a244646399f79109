import json
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest

from agents import tiny
from inftool_env.__main__ import main
from inftool_env.core.errors import ConfigError
from inftool_env.envs.registry import register_variant
from trainers.config import GrpoConfig, SftConfig
from trainers.model_learner import ModelLearner
from trainers.run_folder import TrainConfig
from trainers.train import train


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = tiny.make_tokenizer(["book a trip"], vocab_size=300)
    tiny.save(folder, tiny.make_model(tokenizer, seed=0), tokenizer)
    return str(folder)


@pytest.fixture(scope="module")
def env_id() -> Iterator[str]:
    """One category, so that an evaluation is one episode."""
    name = "InfTool/train-test-v0"
    yield register_variant(name, {"api": "trips-api", "categories": ["simple"]})
    gymnasium.registry.pop(name)


def make_config(env_id: str, weights: str, out: Path) -> TrainConfig:
    return TrainConfig(
        env_ids=(env_id,),
        out=str(out),
        policy=weights,
        demonstrations=4,
        scenarios_per_step=1,
        eval_per_category=1,
        sft=SftConfig(steps=2, tokens_per_step=1000),
        grpo=GrpoConfig(steps=1, group_size=2, max_new_tokens=4),
    )


def test_a_run_leaves_what_explains_it(env_id: str, weights: str, tmp_path: Path) -> None:
    config = make_config(env_id, weights, tmp_path)
    report = train(config, ModelLearner(max_new_tokens=4))
    assert list(report.stages) == ["before", "sft", "grpo"]
    assert json.loads((tmp_path / "config.json").read_text())["seed"] == 0
    assert (tmp_path / "sft" / "metrics.jsonl").read_text().count("\n") == 2
    assert (tmp_path / "grpo" / "metrics.jsonl").read_text().count("\n") == 1
    tiny.load(report.policy)
    with pytest.raises(ConfigError, match="holds a run already"):
        train(config, ModelLearner())


def test_a_run_stopped_by_the_user_goes_on(env_id: str, weights: str, tmp_path: Path) -> None:
    config = make_config(env_id, weights, tmp_path)

    def interrupt(work: str, done: int, total: int) -> None:
        if work == "grpo: updates":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, ModelLearner(max_new_tokens=4), on_progress=interrupt)
    before = (tmp_path / "sft" / "evaluation.json").stat().st_mtime_ns
    report = train(config, ModelLearner(max_new_tokens=4), resume=True)
    assert (tmp_path / "sft" / "evaluation.json").stat().st_mtime_ns == before
    assert list(report.stages) == ["before", "sft", "grpo"]


def test_the_command_names_an_environment_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "InfTool/no-such-api-v0", "--out", str(tmp_path / "run")]) == 2
    assert "no-such-api" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
