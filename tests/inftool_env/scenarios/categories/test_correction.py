from dataclasses import replace

from inftool_env.core.scenario import CheckKind, SolutionTurn
from inftool_env.core.tool import Effect, Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.solve import replay
from inftool_env.users.phrasing import spell

END = SolutionTurn(content="It is done.")


def test_the_user_changes_their_mind_with_an_answer_or_after_a_call(write) -> None:
    scenarios = write("correction", 20)
    assert {scenario.follow_ups[0].with_answer for scenario in scenarios} == {True, False}
    assert {len(scenario.follow_ups) for scenario in scenarios if scenario.difficulty >= 4} == {2}


def test_the_new_value_is_in_no_opening_and_the_old_one_is(write) -> None:
    for scenario in write("correction"):
        old = {fact.name: fact.value for fact in scenario.facts}
        for said in scenario.follow_ups:
            (fact,) = said.facts
            assert spell(fact.value) in said.text
            assert spell(old[fact.name]) in said.text
            old[fact.name] = fact.value


def test_who_keeps_to_the_old_value_is_not_paid(write, shop: Toolset) -> None:
    for scenario in write("correction"):
        calls = [turn for turn in scenario.solution if turn.calls]
        ends = [END] * (1 + len(scenario.follow_ups))
        if not scenario.follow_ups[0].with_answer:
            assert not replay(scenario, shop, (calls[0], *ends)).success
            assert not replay(
                scenario, shop, (calls[0], END, *([calls[0], END] * len(scenario.follow_ups)))
            ).success
            assert not replay(scenario, shop, (calls[-1], *ends)).success
            continue
        (stale,) = [check for check in scenario.checks if check.kind is CheckKind.NOT_STALE]
        (call,) = calls[0].calls
        old = replace(call, arguments={**call.arguments, stale.fact: stale.value})
        verdict = replay(scenario, shop, (scenario.solution[0], SolutionTurn(calls=(old,)), END))
        assert verdict.failure is FailureKind.STALE_VALUE
        assert replay(scenario, shop, scenario.solution[1:]).failure is FailureKind.DID_NOT_ASK


def test_only_what_can_be_done_over_is_corrected_after_the_call(write, shop: Toolset) -> None:
    for scenario in write("correction"):
        if not scenario.follow_ups[0].with_answer:
            tool = shop.get(scenario.solution[0].calls[0].name)
            assert tool is not None
            assert tool.effect in (Effect.READ, Effect.UPDATE)


def test_where_nothing_can_be_corrected_it_is_said_why(shop: Toolset) -> None:
    reason = obstacles(shop.subset(["cancel_order"]))["correction"]
    assert reason == "no tool can be called again with another value that a user can tell"
