from collections.abc import Callable

import pytest

from inftool_env.core.errors import ConfigError
from inftool_env.core.trajectory import Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.requests import requests_for

Make = Callable[..., FailureProfile]


def test_what_fails_more_gets_more(make_profile: Make) -> None:
    profile = make_profile(multiple=(12, 20), parallel=(4, 20), simple=(20, 20))
    counts = {request.category: request.count for request in requests_for(profile, budget=100)}
    # Floors take 30; the 70 left are parted as failure rates 0.4 : 0.8 : 0 (mastered).
    assert counts == {"multiple": 33, "parallel": 57, "simple": 10}


def test_a_hopeless_category_gets_easier_and_a_mastered_one_harder(make_profile: Make) -> None:
    profile = make_profile(multiple=(0, 20), parallel=(10, 20), simple=(20, 20))
    practised = {"multiple": 3, "parallel": 3, "simple": 3}
    requests = requests_for(profile, budget=60, difficulties=practised)
    assert {request.category: request.difficulty for request in requests} == {
        "multiple": 2,
        "parallel": 3,
        "simple": 4,
    }


def test_a_hopeless_category_counts_less_than_a_learnable_one(make_profile: Make) -> None:
    profile = make_profile(multiple=(0, 20), parallel=(4, 20))
    counts = {request.category: request.count for request in requests_for(profile, budget=100)}
    assert counts["multiple"] < counts["parallel"]


def test_a_request_says_which_kind_and_tools_it_exercises_and_why(
    make_trajectory: Callable[..., Trajectory],
) -> None:
    profile = FailureProfile.from_trajectories(
        [make_trajectory("simple"), make_trajectory("simple", FailureKind.WRONG_TOOL, scenario_id="failed")],
        {"failed": ("get_order",)},
    )
    (request,) = requests_for(profile, budget=8)
    assert (request.kind, request.tools, request.count) == ("wrong_tool", ("get_order",), 8)
    assert request.why == (
        "simple: 1 of 2 (50%, 95 % interval 9% to 91%) succeed; most often wrong_tool (1 of 2); "
        "fails with get_order (1 of 1)."
    )


def test_a_mastered_category_exercises_no_kind(make_profile: Make) -> None:
    (request,) = requests_for(make_profile(simple=(19, 20)), budget=4)
    assert (request.kind, request.tools) == ("", ())


def test_a_budget_below_one_scenario_per_category_is_refused(make_profile: Make) -> None:
    with pytest.raises(ConfigError, match="budget is 1 scenarios for 2 categories"):
        requests_for(make_profile(simple=(1, 2), multiple=(1, 2)), budget=1)


def test_floors_that_exceed_the_whole_are_refused(make_profile: Make) -> None:
    with pytest.raises(ConfigError, match=r"at most 0\.5"):
        requests_for(make_profile(simple=(1, 2), multiple=(1, 2)), budget=10, floor=0.6)
