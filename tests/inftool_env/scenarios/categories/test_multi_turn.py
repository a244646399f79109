from dataclasses import replace

from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.scenarios.author import obstacles
from inftool_env.scenarios.categories.multi_turn import LENGTHS
from inftool_env.scenarios.solve import replay
from inftool_env.users.phrasing import spell


def test_there_are_more_requests_the_harder_it_is(write) -> None:
    for difficulty, (fewest, most) in enumerate(LENGTHS, start=1):
        for scenario in write("multi_turn", 4, difficulty):
            assert fewest <= 1 + len(scenario.follow_ups) <= most
            assert sum(len(turn.calls) for turn in scenario.solution) == 1 + len(scenario.follow_ups)


def test_some_request_can_only_be_understood_from_what_came_before(write) -> None:
    for scenario in write("multi_turn"):
        calls = [turn.calls[0] for turn in scenario.solution if turn.calls]
        unsaid = [
            value
            for said, call in zip(scenario.follow_ups, calls[1:], strict=True)
            for value in call.arguments.values()
            if spell(value) not in said.text
        ]
        words = " ".join(said.text for said in scenario.follow_ups)
        assert unsaid or "same" in words or "once more" in words


def test_a_later_request_is_not_known_from_the_opening(write) -> None:
    for scenario in write("multi_turn"):
        for said in scenario.follow_ups:
            assert said.text not in scenario.opening


def test_a_request_that_is_skipped_costs_everything(write, shop: Toolset) -> None:
    for scenario in write("multi_turn", 6):
        at = [number for number, turn in enumerate(scenario.solution) if turn.calls]
        for skipped in at:
            turns = [turn for number, turn in enumerate(scenario.solution) if number != skipped]
            assert not replay(scenario, shop, turns).success


def test_what_is_done_before_it_is_asked_for_or_only_afterwards_is_not_paid(write, shop: Toolset) -> None:
    kinds = set()
    for scenario in write("multi_turn", 8):
        calls = [turn for turn in scenario.solution if turn.calls]
        ends = [turn for turn in scenario.solution if not turn.calls]
        early = replay(scenario, shop, [*calls, *ends])
        late = replay(scenario, shop, [*ends[:-1], *calls, ends[-1]])
        assert not early.success
        assert not late.success
        kinds |= {early.failure, late.failure}
    assert FailureKind.OUT_OF_TURN in kinds


def test_a_conversation_that_ends_halfway_is_not_paid(write, shop: Toolset) -> None:
    for scenario in write("multi_turn", 5):
        assert not replay(scenario, shop, scenario.solution[:2]).success


def test_calls_in_one_message_with_a_claim_are_judged_by_their_time_alone(write, shop: Toolset) -> None:
    (scenario,) = write("multi_turn", 1)
    talkative = [
        replace(turn, content="Let me see.")
        if turn.calls
        else SolutionTurn(content="All done, as you wished.")
        for turn in scenario.solution
    ]
    assert replay(scenario, shop, talkative).success


def test_where_nothing_can_be_varied_it_is_said_why(shop: Toolset) -> None:
    bare = shop.subset(["get_product"])
    assert obstacles(bare)["multi_turn"] is None
    ping = replace(bare.tools[0], name="ping", parameters={"type": "object"})
    reason = obstacles(replace(bare, tools=(ping,)))["multi_turn"]
    assert reason == "no request could refer to an earlier one: no parameter can be varied and told"
