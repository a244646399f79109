import json

import pytest

from inftool_env.core.errors import ScenarioError
from inftool_env.core.jsonl import to_json
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import CheckKind, Scenario, SolutionTurn, Split
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.grading.answers import tells
from inftool_env.grading.reading import clocks_in, has_relative_day
from inftool_env.scenarios.author import CATEGORIES, TemplateAuthor, admitted_categories, obstacles
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.solve import replay
from inftool_env.users.phrasing import spell
from inftool_env.world.wall import split_of

AUTHOR = TemplateAuthor()
WEATHER = load_toolset("weather-api")


def write(category: str, seed: int = 0, difficulty: int = 1, split: Split = Split.TRAIN) -> Scenario:
    return AUTHOR.write(WEATHER, ScenarioRequest(category=category, difficulty=difficulty), seed, split)


NOT_ADMITTED = {("trips-api", "clarify")}
"""No two bookings of one passenger are alike."""


@pytest.mark.parametrize("api", catalogue_apis())
def test_every_api_of_the_catalogue_admits_every_category_but_those_known_not_to_be(api: str) -> None:
    left_out = set(CATEGORIES) - set(admitted_categories(load_toolset(api)))
    assert left_out == {category for one, category in NOT_ADMITTED if one == api}


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("difficulty", [1, 3, 5])
def test_the_same_seed_writes_the_same_scenario_and_another_seed_another(
    category: str, difficulty: int
) -> None:
    first = write(category, 3, difficulty)
    assert to_json(first) == to_json(write(category, 3, difficulty))
    assert (
        first.opening != write(category, 4, difficulty).opening
        or first.tools != write(category, 4, difficulty).tools
    )


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_reference_succeeds_and_claiming_to_be_done_fails(category: str) -> None:
    for seed in range(10):
        scenario = write(category, seed, 1 + seed % 5)
        assert replay(scenario, WEATHER, scenario.solution).success
        idle = replay(scenario, WEATHER, (SolutionTurn(content="I am done."),))
        assert not idle.success


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_call_that_nobody_asked_for_fails(category: str) -> None:
    scenario = write(category, 5)
    stray = SolutionTurn(calls=(ToolCall(name=scenario.tools[0], arguments={"never": "asked"}),))
    assert not replay(scenario, WEATHER, (stray, *scenario.solution)).success


@pytest.mark.parametrize("category", ["simple", "multiple", "parallel", "missing_param"])
def test_every_argument_is_told_by_the_user(category: str) -> None:
    for seed in range(10):
        scenario = write(category, seed, 1 + seed % 5)
        said = scenario.opening + " " + " ".join(fact.reveal for fact in scenario.facts if not fact.told)
        for turn in scenario.solution:
            for call in turn.calls:
                assert all(_is_said(value, said) for value in call.arguments.values())


def _is_said(value: JsonValue, text: str) -> bool:
    """Whether a text tells a value; yes and no have words of their own, and a day may be told by its distance."""
    hours = {hour for hour, _ in clocks_in(text)}
    return isinstance(value, bool) or tells(text, value) or has_relative_day(text) or value in hours


def test_what_was_left_out_is_in_no_opening_and_must_be_asked_for() -> None:
    for seed in range(20):
        scenario = write("missing_param", seed)
        (hidden,) = [fact for fact in scenario.facts if not fact.told]
        if all(fact.value != hidden.value for fact in scenario.facts if fact.told):
            assert not tells(scenario.opening, hidden.value)
        assert [check.fact for check in scenario.checks if check.kind is CheckKind.ASKED] == [hidden.name]
        guess = replay(scenario, WEATHER, scenario.solution[1:])
        assert guess.failure is FailureKind.DID_NOT_ASK


def test_the_linking_value_of_two_steps_is_in_no_message_of_the_user() -> None:
    for seed in range(20):
        scenario = write("multi_step", seed)
        first, second = scenario.solution[0].calls[0], scenario.solution[1].calls[0]
        told = {json.dumps(value) for value in first.arguments.values()}
        (link,) = [
            value
            for name, value in second.arguments.items()
            if json.dumps(value) not in told and name not in {fact.name for fact in scenario.facts}
        ]
        assert spell(link) not in scenario.opening.split()


def test_the_solution_uses_only_the_tools_that_the_request_allows() -> None:
    allowed = ("get_current_weather", "get_daily_forecast")
    for seed in range(10):
        request = ScenarioRequest(category="multiple", tools=allowed)
        scenario = AUTHOR.write(WEATHER, request, seed, Split.TRAIN)
        assert scenario.solution[0].calls[0].name in allowed


def test_training_and_evaluation_never_share_an_open_value() -> None:
    seen: dict[Split, set[str]] = {Split.TRAIN: set(), Split.EVAL: set()}
    for split in Split:
        for category in CATEGORIES:
            for seed in range(15):
                facts = write(category, seed, 1 + seed % 5, split).facts
                leaves = [
                    item
                    for fact in facts
                    for item in (fact.value if isinstance(fact.value, list) else [fact.value])
                ]
                seen[split] |= {
                    json.dumps(leaf)
                    for leaf in leaves
                    if split_of(leaf) is not None and isinstance(leaf, str)
                }
    closed = {
        json.dumps(value)
        for tool in WEATHER.tools
        for schema in tool.properties.values()
        for value in schema.get("enum", ())
    }
    shared = (seen[Split.TRAIN] & seen[Split.EVAL]) - closed
    assert len(seen[Split.EVAL]) > 30
    assert not shared


def test_an_impossible_order_says_why() -> None:
    bare = Toolset(
        name="bare",
        title="Bare",
        tools=(ToolSpec(name="ping", description="Ping.", parameters={"type": "object"}),),
    )
    assert obstacles(bare)["multi_step"] == "no tool's result is another's argument"
    alone = {"simple", "irrelevance", "error_recovery", "relevance", "missing_function", "long_context"}
    assert alone <= set(admitted_categories(bare))
    assert not {"multiple", "parallel", "missing_param", "parallel_multiple"} & set(admitted_categories(bare))
    with pytest.raises(ScenarioError, match=r"bare: no parallel scenario .*Leave this category out"):
        AUTHOR.write(bare, ScenarioRequest(category="parallel"), 0, Split.TRAIN)


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (ScenarioRequest(category="simpel"), "'simpel' is unknown"),
        (ScenarioRequest(category="simple", difficulty=6), "difficulty 6"),
    ],
)
def test_a_request_that_cannot_be_is_refused_at_once(request_: ScenarioRequest, found: str) -> None:
    with pytest.raises(ScenarioError, match=found):
        AUTHOR.write(WEATHER, request_, 0, Split.TRAIN)
