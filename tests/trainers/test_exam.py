from collections.abc import Iterator

import pytest

from agents.rollout import EpisodeRequest, open_request
from inftool_env.core.jsonl import to_json
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.schema import JsonValue
from inftool_env.curriculum.profile import FailureProfile
from inftool_env.curriculum.rates import measure_rate
from inftool_env.curriculum.sampler import PracticeSampler
from inftool_env.envs.registry import load_toolset
from inftool_env.world.wall import is_open, split_of
from trainers.exam import Exam, judge_round
from trainers.grounds import Ground, practice_sources, prepare
from trainers.practice import practice_requests


@pytest.fixture(scope="module")
def ground() -> Ground:
    return prepare("InfTool/trips-api-v0")


@pytest.fixture(scope="module")
def exam(ground: Ground) -> Exam:
    return Exam([ground], probe_per_category=4, eval_per_category=8, seed=0)


@pytest.fixture(scope="module")
def practised(ground: Ground) -> list[Scenario]:
    sampler = PracticeSampler(practice_sources([ground], []), seed=0)
    return scenarios_of(practice_requests(sampler, 0, 48))


def scenarios_of(requests: tuple[EpisodeRequest, ...]) -> list[Scenario]:
    return [open_request(request).scenario for request in requests]


def solution_tools_of(scenarios: list[Scenario]) -> set[str]:
    return {call.name for scenario in scenarios for turn in scenario.solution for call in turn.calls}


def leaves(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    else:
        yield value


def open_values_of(scenarios: list[Scenario]) -> dict[JsonValue, Split]:
    """Every value of the solutions' calls that is not from a closed set, with its side of the wall."""
    calls = [call for scenario in scenarios for turn in scenario.solution for call in turn.calls]
    schemas = {tool.name: tool.properties for tool in load_toolset("trips-api").tools}
    values = [
        leaf
        for call in calls
        for name, value in call.arguments.items()
        if is_open(schemas[call.name][name])
        for leaf in leaves(value)
    ]
    return {value: side for value in values if (side := split_of(value)) is not None}


def test_training_and_evaluation_share_no_scenario(exam: Exam, practised: list[Scenario]) -> None:
    examined = scenarios_of(exam.held_out + exam.held_out_tools)
    assert not {scenario.id for scenario in practised} & {scenario.id for scenario in examined}
    # Words alone may be the same: "Could you please find hotels?", where the user keeps the values to themselves.
    assert not {asked_of(scenario) for scenario in practised} & {
        asked_of(scenario) for scenario in examined if scenario.category != "irrelevance"
    }


def asked_of(scenario: Scenario) -> str:
    """What is asked for, and what fulfils it."""
    return to_json([scenario.opening, scenario.facts, scenario.solution])


def test_training_neither_shows_nor_uses_a_held_out_tool(ground: Ground, practised: list[Scenario]) -> None:
    held_out = set(ground.parting.held_out)
    assert not held_out & {name for scenario in practised for name in scenario.tools}
    assert not held_out & solution_tools_of(practised)


def test_the_evaluation_on_held_out_tools_uses_them_alone(ground: Ground, exam: Exam) -> None:
    examined = scenarios_of(exam.held_out_tools)
    assert solution_tools_of(examined) <= set(ground.parting.held_out)
    assert solution_tools_of(examined)


def test_training_and_evaluation_share_no_open_value(exam: Exam, practised: list[Scenario]) -> None:
    trained = open_values_of(practised)
    examined = open_values_of(scenarios_of(exam.held_out + exam.held_out_tools))
    assert trained
    assert examined
    assert not set(trained) & set(examined)


def test_the_probe_is_on_the_training_side_and_yet_never_practised(
    exam: Exam, practised: list[Scenario]
) -> None:
    probe = scenarios_of(exam.probe)
    assert {scenario.split for scenario in probe} == {Split.TRAIN}
    assert not {scenario.id for scenario in practised} & {scenario.id for scenario in probe}


def profile_of(**successes: int) -> dict[str, FailureProfile]:
    categories = {name: measure_rate(count, 40) for name, count in successes.items()}
    profile = FailureProfile(episodes=80, unscorable=0, categories=categories, cells=(), tools=())
    return {"toy-api": profile}


@pytest.mark.parametrize(
    ("before", "after", "accepted"),
    [
        ((20, 20), (24, 20), True),
        ((20, 20), (20, 20), True),
        ((20, 20), (20, 19), False),  # the mean fell
        ((2, 38), (30, 20), False),  # the mean rose, and a mastered category was lost
        ((2, 38), (30, 34), True),  # the mean rose, and the loss may be chance
    ],
)
def test_a_round_is_kept_unless_something_got_worse(
    before: tuple[int, int], after: tuple[int, int], accepted: bool
) -> None:
    old = profile_of(parallel=before[0], simple=before[1])
    new = profile_of(parallel=after[0], simple=after[1])
    assert judge_round(old, new)[0] is accepted


def test_the_cold_start_may_trade_a_category_but_not_the_mean() -> None:
    refuses_all, acts = profile_of(simple=2, irrelevance=38), profile_of(simple=30, irrelevance=20)
    assert judge_round(refuses_all, acts, guard_categories=False)[0]
    assert not judge_round(acts, refuses_all, guard_categories=False)[0]
