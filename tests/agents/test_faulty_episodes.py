"""What the reference solver and chance make of faults."""

from functools import partial

import pytest

from agents.rollout import play
from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.categories import FIRST_CATEGORIES

SEEDS = range(40)


@pytest.mark.parametrize(("api", "faults"), [("trips-api", None), ("calendar-api", 1.0)])
def test_the_oracle_gets_over_every_fault_and_chance_over_hardly_any(api: str, faults: float | None) -> None:
    env = ToolEnv(api, faults=faults)
    categories = ["error_recovery"] if faults is None else FIRST_CATEGORIES
    openers = [partial(env.open, seed, category=categories[seed % len(categories)]) for seed in SEEDS]
    assert all(trajectory.reward == 1.0 for trajectory in play(OraclePolicy(), openers))
    assert sum(trajectory.reward == 1.0 for trajectory in play(RandomPolicy(0), openers)) <= 1
