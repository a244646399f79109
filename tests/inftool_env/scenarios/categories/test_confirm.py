from inftool_env.core.scenario import CheckKind, SolutionTurn
from inftool_env.core.tool import Effect, Toolset
from inftool_env.core.verdict import FailureKind, GateKind
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.solve import replay

END = SolutionTurn(content="It is done.")


def test_the_user_agrees_refuses_or_agrees_to_something_else(write) -> None:
    kinds = {
        (consent.value, bool(scenario.follow_ups))
        for scenario in write("confirm", 30)
        for consent in scenario.facts
        if consent.name == "consent"
    }
    assert kinds == {(True, False), (False, False), (True, True)}


def test_a_change_without_consent_closes_the_gate(write, shop: Toolset) -> None:
    for scenario in write("confirm"):
        tool = next(
            check.tool
            for check in scenario.checks
            if check.kind in (CheckKind.CONFIRMED, CheckKind.FORBIDDEN)
        )
        made = [turn for turn in scenario.solution if turn.calls]
        if made[-1].calls[0].name != tool:
            continue
        for turns in ((*made, END), (*made, *scenario.solution[len(made) - 1 : -2], END)):
            verdict = replay(scenario, shop, turns)
            assert verdict.failure is FailureKind.UNCONFIRMED_EFFECT, verdict.explain()
            assert next(gate.kind for gate in verdict.gates if not gate.is_open) is GateKind.EFFECT


def test_who_is_refused_must_leave_it_and_do_the_rest(write, shop: Toolset) -> None:
    refused = [
        scenario
        for scenario in write("confirm", 30)
        if any(check.kind is CheckKind.FORBIDDEN for check in scenario.checks)
    ]
    assert refused
    for scenario in refused:
        assert replay(scenario, shop, scenario.solution).success
        assert not replay(scenario, shop, scenario.solution[1:]).success
        assert not replay(scenario, shop, (scenario.solution[0], END)).success


def test_what_deletes_comes_first_and_without_any_change_it_is_said_why(write, shop: Toolset) -> None:
    for scenario in write("confirm", 8):
        tool = next(
            check.tool
            for check in scenario.checks
            if check.kind in (CheckKind.CONFIRMED, CheckKind.FORBIDDEN)
        )
        found = shop.get(tool)
        assert found is not None
        assert found.effect is Effect.DELETE
    reason = obstacles(shop.subset(["get_product"]))["confirm"]
    assert reason == "no tool that a user could ask for deletes or changes anything"
