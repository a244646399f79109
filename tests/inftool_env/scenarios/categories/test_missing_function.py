from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.scenarios.solve import replay

END = SolutionTurn(content="It is done.")


def test_the_needed_tool_is_not_there_until_the_assistant_says_so(write, shop: Toolset) -> None:
    for scenario in write("missing_function"):
        (call,) = scenario.solution[1].calls
        episode = Episode(scenario, shop)
        names = [tool["function"]["name"] for tool in episode.observation["tools"]]
        assert call.name not in names
        episode.step("None of my tools can do that.")
        grown = [tool["function"]["name"] for tool in episode.observation["tools"]]
        assert grown[: len(names)] == names
        assert call.name in grown[len(names) :]
        assert call.name in episode.visible.names
        assert f'"name": "{call.name}"' in episode.observation["messages"][-1]["content"]
        for turn in scenario.solution[1:]:
            outcome = episode.step(render_action(turn.content, turn.calls))
        assert outcome.reward == 1.0
        assert episode.first_visible.names == scenario.tools == episode.trajectory().tools


def test_a_tool_that_is_not_there_yet_cannot_be_called(write, shop: Toolset) -> None:
    for scenario in write("missing_function"):
        call = scenario.solution[1]
        for turns in ((call, END), (call, *scenario.solution)):
            verdict = replay(scenario, shop, turns)
            assert verdict.failure is FailureKind.UNKNOWN_TOOL
            assert verdict.why.endswith("was called before it was there.")
        episode = Episode(scenario, shop)
        episode.step(render_action("", call.calls))
        assert "there is no tool" in episode.observation["messages"][-1]["content"]


def test_who_gives_up_or_claims_success_has_not_done_it(write, shop: Toolset) -> None:
    for scenario in write("missing_function"):
        refusal = scenario.solution[0]
        assert replay(scenario, shop, (refusal, refusal)).failure is FailureKind.MISSING_CALL
        assert replay(scenario, shop, (END,)).failure is FailureKind.MISSING_CALL


def test_nothing_in_sight_at_first_does_what_the_later_tool_does(write, shop: Toolset) -> None:
    for scenario in write("missing_function", 20):
        assert scenario.arrival is not None
        assert not set(scenario.arrival.tools) & set(scenario.tools)
        assert len(scenario.arrival.tools) == (1, 1, 2, 3, 4)[scenario.difficulty - 1]
