import json
from pathlib import Path

import pytest

from agents.commands.rollout import RolloutConfig, run
from agents.tiny import save
from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.jsonl import read_jsonl
from inftool_env.core.trajectory import Trajectory

ENVIRONMENTS = ("InfTool/weather-api-v0", "InfTool/bank-api-v0")


def test_the_folder_holds_every_trajectory_and_what_fixed_them(tmp_path: Path, capsys) -> None:
    run(ENVIRONMENTS, out=tmp_path / "run", config=RolloutConfig(episodes=3, seed=5, split="eval"))
    trajectories = list(read_jsonl(tmp_path / "run" / "trajectories.jsonl", Trajectory))
    assert [(t.env_id, t.seed) for t in trajectories] == [(e, s) for e in ENVIRONMENTS for s in (5, 6, 7)]
    assert all(trajectory.reward == 1.0 for trajectory in trajectories)
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["env_ids"], config["seed"], config["split"]) == (list(ENVIRONMENTS), 5, "eval")
    assert "100%" in capsys.readouterr().out


def test_a_model_in_a_folder_plays_too(tmp_path: Path, tokenizer, model) -> None:
    save(tmp_path / "model", model, tokenizer)
    config = RolloutConfig(agent=str(tmp_path / "model"), episodes=2, max_new_tokens=4)
    run(ENVIRONMENTS[:1], out=tmp_path / "run", config=config)
    trajectories = list(read_jsonl(tmp_path / "run" / "trajectories.jsonl", Trajectory))
    assert [trajectory.policy for trajectory in trajectories] == ["model", "model"]
    assert all(turn.sample is not None for trajectory in trajectories for turn in trajectory.turns)


def test_the_same_config_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        run(ENVIRONMENTS, out=tmp_path / name, config=RolloutConfig(agent="random", episodes=4))
    one, other = ((tmp_path / name / "trajectories.jsonl").read_bytes() for name in "ab")
    assert one == other


def test_trajectories_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "trajectories.jsonl").write_text("precious")
    with pytest.raises(ConfigError, match="another --out"):
        run(ENVIRONMENTS, out=tmp_path)
    assert (tmp_path / "trajectories.jsonl").read_text() == "precious"


def test_what_cannot_work_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no environment"):
        run((), out=tmp_path)
    with pytest.raises(ConfigError, match="episodes"):
        RolloutConfig(episodes=0)
    with pytest.raises(CheckpointError, match="nowhere"):
        run(ENVIRONMENTS, out=tmp_path, config=RolloutConfig(agent=str(tmp_path / "nowhere")))
    assert list(tmp_path.iterdir()) == []
