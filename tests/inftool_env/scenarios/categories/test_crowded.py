"""The categories whose scenarios show tools of other APIs, or call several of their own."""

from collections.abc import Iterator

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Scenario, SolutionTurn, Split
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import TemplateAuthor, obstacles
from inftool_env.scenarios.categories import long_context, relevance
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.solve import replay
from inftool_env.scenarios.strangers import StrangerWorld, in_sight, strangers
from inftool_env.world.rows import FULL_WORLD

END = SolutionTurn(content="Here is what I found.")


def calls_of(scenario: Scenario) -> Iterator[ToolCall]:
    return (call for turn in scenario.solution for call in turn.calls)


def test_one_tool_fits_among_more_of_them_the_harder_it_is(write, shop: Toolset) -> None:
    for scenario in write("relevance"):
        assert len(scenario.tools) == len(set(scenario.tools)) == relevance.SIZES[scenario.difficulty - 1]
        (call,) = calls_of(scenario)
        assert call.name in shop.names
        other = next(name for name in scenario.tools if name != call.name)
        stray = SolutionTurn(calls=(ToolCall(name=other, arguments={}),))
        assert not replay(scenario, shop, (stray, *scenario.solution)).success


def test_a_stranger_answers_when_it_is_called_and_earns_nothing(write, shop: Toolset) -> None:
    scenario, other = next(
        (scenario, tool)
        for scenario in write("relevance")
        for tool in Episode(scenario, shop).visible.tools
        if tool.name not in shop.names and not tool.required
    )
    episode = Episode(scenario, shop)
    episode.step(render_action("", [ToolCall(name=other.name, arguments={})]))
    answer = episode.observation["messages"][-1]
    assert answer["name"] == other.name
    assert "error" not in answer["content"]
    for turn in scenario.solution:
        outcome = episode.step(render_action(turn.content, turn.calls))
    assert outcome.reward == 0.0
    assert episode.verdict.failure is FailureKind.EXTRA_CALL


def test_there_is_much_to_read_in_a_long_context(write, shop: Toolset) -> None:
    for scenario in write("long_context"):
        assert len(scenario.tools) >= min(120, long_context.SIZES[scenario.difficulty - 1])
        assert scenario.world_seed & FULL_WORLD
        for calls in ([next(calls_of(scenario))], []):
            turns = (*(SolutionTurn(calls=(call,)) for call in calls), END)
            assert replay(scenario, shop, turns).success == (len(scenario.solution) == 2 and bool(calls))


def test_a_row_stands_on_a_later_page_where_lists_have_pages() -> None:
    tickets = load_toolset("tickets-api")
    request = ScenarioRequest(category="long_context", difficulty=3, tools=("search_tickets", "get_ticket"))
    author = TemplateAuthor()
    pages = [len(author.write(tickets, request, seed, Split.TRAIN).solution) - 2 for seed in range(6)]
    assert max(pages) > 1


def test_parallel_calls_are_all_of_different_tools_and_all_needed(write, shop: Toolset) -> None:
    for scenario in write("parallel_multiple"):
        calls = list(calls_of(scenario))
        assert len({call.name for call in calls}) == len(calls) == (2, 2, 3, 3, 4)[scenario.difficulty - 1]
        one_by_one = [SolutionTurn(calls=(call,)) for call in reversed(calls)]
        assert replay(scenario, shop, (SolutionTurn(calls=tuple(reversed(calls))), END)).success
        assert not replay(scenario, shop, (*one_by_one[1:], END)).success
    assert obstacles(shop.subset(["get_product"]))["parallel_multiple"] == (
        "there are no two tools for different wishes that can be told in a few words"
    )


def test_strangers_share_no_name_and_no_api_with_the_toolset(shop: Toolset) -> None:
    others = strangers(shop)
    assert len(others) > 100
    assert not set(others) & set(shop.names)
    part = shop.subset(["get_product"])
    assert "place_order" not in strangers(part)
    renamed = Toolset(name="my-shop", title="Mine", tools=part.tools)
    assert "place_order" not in strangers(renamed)


def test_tools_in_sight_come_in_the_order_asked_for_or_not_at_all(shop: Toolset) -> None:
    names = ("list_labels", "get_product", "get_card")
    assert in_sight(shop, names).names == names
    assert in_sight(shop, ["get_product"]).digest == shop.subset(["get_product"]).digest
    with pytest.raises(KeyError):
        in_sight(shop, ["no_such_tool"])


def test_strangers_keep_their_state_within_an_episode(shop: Toolset) -> None:
    world = StrangerWorld(shop, 7, Split.TRAIN)
    made = world.call(ToolCall(name="create_label", arguments={"caption": "Blue", "color": "blue"}))
    assert not made.is_error
    assert "Blue" in world.call(ToolCall(name="list_labels", arguments={})).content
    fresh = StrangerWorld(shop, 7, Split.TRAIN)
    assert "Blue" not in fresh.call(ToolCall(name="list_labels", arguments={})).content
