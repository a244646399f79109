from dataclasses import replace

from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.solve import replay


def test_who_acts_without_looking_or_before_the_answer_has_come_fails(write, shop: Toolset) -> None:
    acting = [one for one in write("state_dependent", 20) if len(one.solution) == 3]
    assert acting
    for scenario in acting:
        look, act, end = scenario.solution
        assert replay(scenario, shop, (act, end)).failure is FailureKind.MISSING_CALL
        at_once = SolutionTurn(calls=(*look.calls, *act.calls))
        verdict = replay(scenario, shop, (at_once, end))
        assert verdict.failure is FailureKind.DID_NOT_LOOK
        assert verdict.why.endswith("was called before its condition had been looked at.")
        assert replay(scenario, shop, (look, end)).failure is FailureKind.MISSING_CALL


def test_where_no_case_holds_nothing_is_done_and_the_user_is_told_why(write, shop: Toolset) -> None:
    idle = [one for one in write("state_dependent", 30) if len(one.solution) == 2]
    assert idle
    for scenario in idle:
        look, end = scenario.solution
        assert replay(scenario, shop, (end,)).failure is FailureKind.MISSING_CALL
        assert not replay(scenario, shop, (look, replace(end, content="I am finished."))).success


def test_the_conditions_come_out_either_way(write) -> None:
    lengths = [len(one.solution) for one in write("state_dependent", 40) if one.difficulty in (1, 4, 5)]
    assert 3 <= lengths.count(2) <= len(lengths) - 3


def test_without_an_answer_that_decides_it_is_said_why(shop: Toolset) -> None:
    assert obstacles(shop.subset(["cancel_order"]))["state_dependent"] == (
        "no reading tool's result has a choice, a truth value or a number that could decide what to do"
    )
    assert obstacles(shop.subset(["get_product"]))["state_dependent"] == (
        "there is no second tool whose call could depend on the first"
    )
