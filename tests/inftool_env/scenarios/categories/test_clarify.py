from dataclasses import replace

from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.referring import listed_rows
from inftool_env.scenarios.solve import replay
from inftool_env.users.phrasing import spell
from inftool_env.world.backend import StatefulBackend

END = SolutionTurn(content="It is done.")


def rows_shown(scenario: Scenario, shop: Toolset) -> list[dict[str, object]]:
    backend = StatefulBackend(shop, scenario.world_seed, scenario.split)
    return listed_rows(backend.call(scenario.solution[0].calls[0]).data)


def test_the_answer_tells_one_row_from_all_others_and_is_in_no_opening(write, shop: Toolset) -> None:
    for scenario in write("clarify"):
        (hidden,) = [fact for fact in scenario.facts if not fact.told]
        fitting = [row for row in rows_shown(scenario, shop) if hidden.value in row.values()]
        (call,) = scenario.solution[2].calls
        assert [call.arguments[hidden.name] in row.values() for row in fitting] == [True]
        assert f"{hidden.phrase} {spell(hidden.value)}" not in scenario.opening


def test_the_question_names_both_and_the_opening_fits_both(write, shop: Toolset) -> None:
    for scenario in write("clarify"):
        assert "There are two that fit" in scenario.solution[1].content
        assert len(rows_shown(scenario, shop)) >= 2


def test_who_does_not_ask_or_takes_the_other_one_is_not_paid(write, shop: Toolset) -> None:
    for scenario in write("clarify"):
        look, ask, act, end = scenario.solution
        assert replay(scenario, shop, (look, act, end)).failure is FailureKind.DID_NOT_ASK
        assert replay(scenario, shop, (look, act, ask, end)).failure is FailureKind.DID_NOT_ASK
        (call,) = act.calls
        (hidden,) = [fact for fact in scenario.facts if not fact.told]
        keys = [
            value
            for row in rows_shown(scenario, shop)
            for value in row.values()
            if type(value) is type(call.arguments[hidden.name]) and value != call.arguments[hidden.name]
        ]
        for key in keys[:3]:
            other = replace(call, arguments={**call.arguments, hidden.name: key})
            assert not replay(scenario, shop, (look, ask, SolutionTurn(calls=(other,)), end)).success


def test_who_asks_first_and_looks_then_or_looks_more_often_is_paid(write, shop: Toolset) -> None:
    for scenario in write("clarify", 6):
        look, ask, act, end = scenario.solution
        assert replay(scenario, shop, (ask, look, act, end)).success
        again = SolutionTurn(calls=(*look.calls, *look.calls))
        assert replay(scenario, shop, (again, ask, act, end)).success


def test_who_does_it_twice_is_not_paid(write, shop: Toolset) -> None:
    for scenario in write("clarify", 6):
        look, ask, act, end = scenario.solution
        verdict = replay(scenario, shop, (look, ask, SolutionTurn(calls=(*act.calls, *act.calls)), end))
        assert verdict.failure in (FailureKind.REPEATED_CALL, FailureKind.UNWANTED_CHANGE)


def test_where_no_two_rows_can_be_alike_it_is_said_why() -> None:
    reason = obstacles(load_toolset("trips-api"))["clarify"]
    assert reason is not None
    assert "can be alike" in reason
