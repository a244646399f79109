from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.errors import ConfigError
from inftool_env.curriculum.sampler import PracticeSampler, PracticeSource, Purpose, episode_seed

CATEGORIES = ("irrelevance", "missing_param", "multi_step", "multiple", "parallel", "simple")


def make_sampler(seed: int = 0, **weights: float) -> PracticeSampler:
    base = PracticeSource(env_id="InfTool/toy-api-practice-v0", categories=CATEGORIES)
    grown = PracticeSource(env_id="InfTool/toy-api-parallel-v1", categories=("parallel",))
    return PracticeSampler([base, grown], seed=seed, weights=weights)


@given(step=st.integers(0, 1000), count=st.integers(6, 64))
def test_every_category_is_a_tenth_of_every_batch(step: int, count: int) -> None:
    tasks = make_sampler(parallel=100.0, simple=0.0).choose(step, count)
    counts = Counter(task.category for task in tasks)
    assert len(tasks) == count
    least = min(count / 10, count // 6)  # six categories of eleven scenarios cannot all have two
    assert all(counts[category] >= least for category in CATEGORIES)


def test_what_has_more_weight_is_practised_more() -> None:
    sampler = make_sampler(
        parallel=9.0, simple=1.0, irrelevance=0.0, missing_param=0.0, multi_step=0.0, multiple=0.0
    )
    counts = Counter(task.category for step in range(50) for task in sampler.choose(step, 16))
    # 2 of 16 are everyone's floor; the 4 left go 9 : 1.
    assert counts["parallel"] > 2 * counts["simple"] > 2 * counts["multiple"] == 200


def test_a_small_batch_takes_the_categories_in_turn() -> None:
    sampler = make_sampler()
    seen = [task.category for step in range(3) for task in sampler.choose(step, 4)]
    assert Counter(seen) == dict.fromkeys(CATEGORIES, 2)


def test_a_grown_environment_is_practised_for_its_category_alone() -> None:
    tasks = [task for step in range(20) for task in make_sampler().choose(step, 12)]
    grown = [task for task in tasks if task.env_id.endswith("v1")]
    assert grown
    assert {task.category for task in grown} == {"parallel"}


def test_the_same_step_draws_the_same_scenarios_and_another_seed_draws_others() -> None:
    assert make_sampler(1).choose(7, 16) == make_sampler(1).choose(7, 16)
    assert not set(make_sampler(1).choose(7, 16)) & set(make_sampler(2).choose(7, 16))


def test_seeds_of_different_purposes_never_meet() -> None:
    seeds = {purpose: {episode_seed(purpose, 0, index) for index in range(2000)} for purpose in Purpose}
    assert not seeds[Purpose.PRACTICE] & seeds[Purpose.EVALUATION]
    assert {seed % 3 for seed in seeds[Purpose.PROBE]} == {Purpose.PROBE.value}
    assert all(0 <= seed < 2**32 for drawn in seeds.values() for seed in drawn)


def test_no_source_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match="inftool inspect"):
        PracticeSampler([], seed=0)
