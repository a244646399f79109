import pytest

from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.grading.answers import declines
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.solve import replay

END = SolutionTurn(content="It is done.")


@pytest.fixture
def unknown(write) -> list[Scenario]:
    return [one for one in write("no_hallucination", 30) if not any(turn.calls for turn in one.solution)]


@pytest.fixture
def found(write) -> list[Scenario]:
    return [one for one in write("no_hallucination", 30) if any(turn.calls for turn in one.solution)]


def test_what_nobody_knows_must_be_asked_for_before_the_wish_is_refused(
    unknown: list[Scenario], shop: Toolset
) -> None:
    assert unknown
    for scenario in unknown:
        assert replay(scenario, shop, scenario.solution[-1:]).failure is FailureKind.DID_NOT_ASK
        silent = replay(scenario, shop, (*scenario.solution[:-1], END))
        assert silent.failure is FailureKind.NOT_DECLINED


def test_the_user_says_that_they_do_not_know_without_refusing_anything(unknown: list[Scenario]) -> None:
    for scenario in unknown:
        for fact in scenario.facts:
            if not fact.told:
                assert fact.value is None
                assert fact.phrase in fact.reveal
                assert not declines(fact.reveal)


def test_a_row_that_the_user_describes_must_be_looked_up(found: list[Scenario], shop: Toolset) -> None:
    assert found
    for scenario in found:
        look, act, end = scenario.solution
        assert replay(scenario, shop, (act, end)).failure is FailureKind.INVENTED_VALUE
        assert not replay(scenario, shop, (look, end)).success
        asked = SolutionTurn(content=f"What is the {scenario.facts[-1].phrase}?")
        assert replay(scenario, shop, (asked, look, act, end)).success
        assert replay(scenario, shop, (look, look, act, end)).success
        assert not replay(scenario, shop, (look, look, act, act, end)).success


def test_what_is_to_be_looked_up_is_in_no_message(found: list[Scenario]) -> None:
    for scenario in found:
        told = {str(fact.value) for fact in scenario.facts if fact.told}
        keys = {str(value) for value in scenario.solution[1].calls[0].arguments.values()} - told
        assert keys
        assert not keys & set(scenario.opening.replace(".", " ").replace(",", " ").split())


def test_where_every_value_is_a_choice_nothing_could_be_made_up(shop: Toolset) -> None:
    reason = obstacles(shop.subset(["search_products"]))["no_hallucination"]
    assert reason == "no tool has a required parameter whose value would have to be made up"
