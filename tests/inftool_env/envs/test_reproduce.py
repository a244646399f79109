import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable

from inftool_env import open_episode
from inftool_env.core.jsonl import to_json
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.actions import render_action
from inftool_env.scenarios.author import CATEGORIES

WEATHER = "InfTool/weather-api-v0"


def solve(env_id: str, seed: int, category: str, split: str = "train") -> Trajectory:
    episode = open_episode(env_id, seed, category=category, split=split)
    for turn in episode.scenario.solution:
        episode.step(render_action(turn.content, turn.calls))
    return episode.trajectory(policy="reference")


def test_one_reference_episode_of_each_category_is_as_it_was(
    golden: Callable[[str, Iterable[object]], None],
) -> None:
    trajectories = [solve(WEATHER, seed=0, category=category) for category in CATEGORIES]
    assert [trajectory.reward for trajectory in trajectories] == [1.0] * len(CATEGORIES)
    golden("weather", trajectories)


def test_a_seed_gives_the_same_bytes_in_any_process() -> None:
    names = ("bank-api", "smart-home-api")
    here = "".join(
        to_json(solve(f"InfTool/{name}-v0", seed, category, split))
        for name in names
        for category in CATEGORIES
        for seed, split in ((0, "train"), (1, "eval"))
    )
    code = f"""
import hashlib, importlib.util
spec = importlib.util.spec_from_file_location("reproduce", {__file__!r})
this = importlib.util.module_from_spec(spec)
spec.loader.exec_module(this)
text = "".join(
    this.to_json(this.solve(f"InfTool/{{name}}-v0", seed, category, split))
    for name in {names!r} for category in this.CATEGORIES for seed, split in ((0, "train"), (1, "eval"))
)
print(hashlib.sha256(text.encode()).hexdigest())
"""
    expected = hashlib.sha256(here.encode()).hexdigest()
    for hash_seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == expected
