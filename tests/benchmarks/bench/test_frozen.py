"""The frozen suites are what their files say."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from agents.rollout import play
from agents.scripted import OraclePolicy
from benchmarks.bench import frozen
from benchmarks.bench.frozen import FrozenSuite, digest, renew
from benchmarks.bench.suites import SUITES
from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.envs.episode import Episode
from inftool_env.scenarios.author import CATEGORIES
from trainers.base_stream import HELD_OUT_APIS


def opened(name: str) -> FrozenSuite:
    suite = SUITES[name]()
    assert isinstance(suite, FrozenSuite)
    return suite


@pytest.mark.slow
@pytest.mark.parametrize("name", ["held-out", "conversations"])
def test_every_scenario_is_the_one_that_the_hash_was_taken_of(name: str) -> None:
    suite = opened(name)
    assert suite.freeze().hashes.keys() == set(suite.categories)
    for category in suite.categories:
        tasks = suite.tasks(category)
        assert len({task.id for task in tasks}) == len(tasks) == suite.per_category
        assert {task.scenario.split for task in tasks} == {Split.EVAL}


def test_the_held_out_suite_has_every_category_and_no_api_of_the_training() -> None:
    suite = opened("held-out")
    assert suite.categories == CATEGORIES
    toolsets = [task.toolset.name for task in suite.tasks("simple")]
    invented = [name for name in toolsets if name not in HELD_OUT_APIS]
    assert len(invented) == len(toolsets) / 2
    assert len(set(invented)) > 5


def test_reference_solutions_solve_their_tasks() -> None:
    tasks = opened("conversations").tasks("confirm")
    openers = [partial(Episode, task.scenario, task.toolset) for task in tasks]
    assert all(one.verdict.success for one in play(OraclePolicy(), openers))


def test_scenarios_that_have_changed_are_refused_until_the_version_is_raised(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suite = replace(opened("conversations"), categories=("clarify",), per_category=4)
    monkeypatch.setattr(frozen, "digest", lambda _: "other")
    with pytest.raises(
        ConfigError, match=r"raise the version with `python -m benchmarks\.bench\.freeze conversations`"
    ):
        suite.tasks("clarify")
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    assert renew(suite).version == "conversations-1"
    assert renew(suite).version == "conversations-2"
    assert suite.tasks("clarify")


def test_a_hash_knows_scenarios_apart() -> None:
    tasks = opened("conversations").write("confirm")
    assert digest(tasks) == digest(tasks) != digest(tasks[1:]) != digest(tasks[::-1][1:])


def test_what_should_not_be_in_training_data_is_told() -> None:
    texts = opened("conversations").tasks("correction")[0].texts
    assert len(texts["question"]) > 1
    assert texts["function"]
