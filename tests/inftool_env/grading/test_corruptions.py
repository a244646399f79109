"""Reference solutions of real scenarios, as they are and spoiled: only what means the same is paid."""

from collections.abc import Sequence
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Scenario, SolutionTurn, Split
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.apis import catalogue_apis, load_toolset
from inftool_env.grading.matching import fulfils
from inftool_env.grading.reward import RewardConfig, Scheme, reward
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.solve import replay

CATEGORIES = ("simple", "multiple", "parallel", "missing_param", "irrelevance", "multi_step")
APIS = catalogue_apis()
SHARE = RewardConfig(scheme=Scheme.SHARE)


@lru_cache(maxsize=1024)
def scenario_of(api: str, category: str, seed: int) -> tuple[Toolset, Scenario]:
    toolset = load_toolset(api)
    request = ScenarioRequest(category=category, difficulty=1 + seed % 5)
    return toolset, TemplateAuthor().write(toolset, request, seed, list(Split)[seed % 2])


def scenarios(*categories: str) -> st.SearchStrategy[tuple[Toolset, Scenario]]:
    return st.builds(scenario_of, st.sampled_from(APIS), st.sampled_from(categories), st.integers(0, 7))


ACTING = tuple(category for category in CATEGORIES if category != "irrelevance")


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("api", APIS)
def test_every_reference_solution_passes_every_gate(api: str, category: str) -> None:
    for seed in range(4):
        toolset, scenario = scenario_of(api, category, seed)
        verdict = replay(scenario, toolset, scenario.solution)
        assert verdict.success, verdict.explain()
        assert verdict.gates_open, verdict.explain()
        assert verdict.economy == 1.0


def calls_of(turns: Sequence[SolutionTurn]) -> list[ToolCall]:
    return [call for turn in turns for call in turn.calls]


def with_calls(turns: Sequence[SolutionTurn], calls: Sequence[ToolCall | None]) -> tuple[SolutionTurn, ...]:
    """The turns with these calls in place of their own, None for one left out."""
    rest = iter(calls)
    return tuple(
        SolutionTurn(
            content=turn.content or "One moment.",
            calls=tuple(call for call in [next(rest) for _ in turn.calls] if call is not None),
        )
        for turn in turns
    )


def is_equivalent(made: Sequence[ToolCall], scenario: Scenario, toolset: Toolset) -> bool:
    """Whether the calls are the expected ones, one to one, whatever their order: decided without the grader."""
    wanted = [check.call for check in scenario.checks if check.call is not None]
    rest = list(made)
    for want in wanted:
        tool = toolset.get(want.name)
        at = next((at for at, call in enumerate(rest) if fulfils(call, want, tool)), None)
        if at is None:
            return False
        del rest[at]
    return not rest


def spoil(value: JsonValue, data: st.DataObject) -> JsonValue:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + data.draw(st.sampled_from([1, -1, 0.5, 100, 10**6]))
        case str():
            return data.draw(
                st.sampled_from([value + "x", "x" + value, value[1:], "Zorkville", "", value * 2])
            )
        case list():
            return data.draw(
                st.sampled_from([[*value, *value], value[:-1], [spoil(value[0], data)] if value else [0]])
            )
        case dict():
            return {**value, "zork": 1} if data.draw(st.booleans()) else dict(list(value.items())[1:])
        case _:
            return "Zorkville"


@settings(max_examples=200)
@given(scenarios(*ACTING), st.data())
def test_a_spoiled_solution_is_paid_only_where_it_means_the_same(
    case: tuple[Toolset, Scenario], data: st.DataObject
) -> None:
    toolset, scenario = case
    calls: list[ToolCall | None] = list(calls_of(scenario.solution))
    at = data.draw(st.integers(0, len(calls) - 1))
    call = calls[at]
    assert call is not None
    names = list(call.arguments)
    match data.draw(
        st.sampled_from(["value", "value", "leave out", "add", "rename", "tool", "drop", "twice"])
    ):
        case "value" if names:
            name = data.draw(st.sampled_from(names))
            spoiled = spoil(call.arguments[name], data)
            calls[at] = ToolCall(name=call.name, arguments={**call.arguments, name: spoiled})
        case "leave out" if names:
            name = data.draw(st.sampled_from(names))
            rest = {key: value for key, value in call.arguments.items() if key != name}
            calls[at] = ToolCall(name=call.name, arguments=rest)
        case "add":
            calls[at] = ToolCall(name=call.name, arguments={**call.arguments, "zork": 1})
        case "rename" if names:
            arguments = {
                name + "s" if name == names[0] else name: value for name, value in call.arguments.items()
            }
            calls[at] = ToolCall(name=call.name, arguments=arguments)
        case "tool":
            other = data.draw(st.sampled_from([*scenario.tools, "zork"]))
            calls[at] = ToolCall(name=other, arguments=call.arguments)
        case "drop":
            calls[at] = None
        case "twice":
            turns = with_calls(scenario.solution, calls)
            turns = (SolutionTurn(calls=(call,)), *turns)
            assert reward(replay(scenario, toolset, turns)) == 0.0
            return
    verdict = replay(scenario, toolset, with_calls(scenario.solution, calls))
    made = [call for call in calls if call is not None]
    if is_equivalent(made, scenario, toolset):
        assert verdict.failure in (FailureKind.NONE, FailureKind.WRONG_STATE), verdict.explain()
    else:
        assert reward(verdict) == 0.0, verdict.explain()
        assert verdict.failure is not FailureKind.NONE
        assert verdict.divergence is not None or not verdict.gates_open
    if not verdict.gates_open:
        assert reward(verdict, SHARE) == 0.0


@settings(max_examples=30)
@given(scenarios("parallel"), st.data())
def test_independent_calls_may_come_in_any_order(case: tuple[Toolset, Scenario], data: st.DataObject) -> None:
    toolset, scenario = case
    first, *rest = scenario.solution
    shuffled = SolutionTurn(calls=tuple(data.draw(st.permutations(first.calls))))
    one_by_one = tuple(SolutionTurn(calls=(call,)) for call in shuffled.calls)
    assert replay(scenario, toolset, (shuffled, *rest)).success
    assert replay(scenario, toolset, (*one_by_one, *rest)).success


@settings(max_examples=30)
@given(scenarios(*ACTING), st.text(min_size=1, max_size=200))
def test_words_alone_never_earn_anything_where_something_had_to_be_done(
    case: tuple[Toolset, Scenario], words: str
) -> None:
    toolset, scenario = case
    assert reward(replay(scenario, toolset, (SolutionTurn(content=words),))) == 0.0


def test_a_wrong_state_names_the_rows_that_differ() -> None:
    for seed in range(40):
        toolset, scenario = scenario_of("shop-api", "simple", seed)
        if any(check.kind == "state" for check in scenario.checks):
            verdict = replay(scenario, toolset, scenario.solution[1:])
            assert verdict.differences, verdict.explain()
            assert replay(scenario, toolset, scenario.solution).differences == ()
            return
    pytest.fail("no scenario changes anything")
