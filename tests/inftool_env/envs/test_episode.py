import math

import pytest

from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Fact, Scenario, Split
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason, Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.users.user import UserReply

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLSET = Toolset(
    name="toy",
    title="Toy",
    tools=tuple(
        ToolSpec(name=name, description="Look.", parameters=CITY) for name in ("get_weather", "get_alerts")
    ),
)
SCENARIO = Scenario(
    id="toy/1",
    toolset="toy",
    category="missing_param",
    difficulty=1,
    split=Split.TRAIN,
    world_seed=0,
    tools=("get_weather",),
    goal="get the weather",
    opening="How is the weather?",
    facts=(Fact(name="city", phrase="city", value="Rome", told=False, reveal="The city is Rome."),),
    solution=(),
    checks=(
        Check(kind=CheckKind.ASKED, fact="city"),
        Check(kind=CheckKind.CALLED, call=ExpectedCall(name="get_weather", arguments={"city": "Rome"})),
        Check(kind=CheckKind.NO_OTHER_CALLS),
    ),
    max_turns=4,
)
ROME = {"content": None, "tool_calls": [{"name": "get_weather", "arguments": {"city": "Rome"}}]}


class Sunny:
    """A server that keeps what it hears and always says the same."""

    def __init__(self) -> None:
        self.heard: list[ToolCall] = []

    def call(self, call: ToolCall) -> ToolResult:
        self.heard.append(call)
        return ToolResult(call_id=call.id, name=call.name, content='{"sky": "clear"}', data={"sky": "clear"})


def episode(**changes: object) -> tuple[Episode, Sunny]:
    sunny = Sunny()
    return Episode(SCENARIO, TOOLSET, backend=sunny, env_id="InfTool/toy-v0", seed=7, **changes), sunny


def test_asking_calling_and_telling_ends_with_reward_1() -> None:
    played, sunny = episode()
    for action in ("Which city?", ROME):
        outcome = played.step(action)
        assert (outcome.reward, outcome.terminated, outcome.truncated, outcome.info) == (
            0.0,
            False,
            False,
            {},
        )
    outcome = played.step("It is clear.")
    assert (outcome.reward, outcome.terminated, outcome.truncated) == (1.0, True, False)
    assert outcome.info["verdict"] == played.verdict
    assert [message["role"] for message in played.observation["messages"]] == [
        "user", "assistant", "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip
    assert sunny.heard == [ToolCall(name="get_weather", arguments={"city": "Rome"}, id="call_0")]


def test_asking_after_a_lucky_guess_does_not_count_as_asking() -> None:
    played, _ = episode()
    for action in (ROME, "Which city?", "It is clear."):
        played.step(action)
    assert played.verdict.failure is FailureKind.DID_NOT_ASK
    assert "guessed 'city'" in played.verdict.why


def test_only_the_scenarios_tools_are_shown() -> None:
    played, _ = episode()
    assert [tool["function"]["name"] for tool in played.observation["tools"]] == ["get_weather"]


def test_calls_are_numbered_through_the_episode_and_answered_in_order() -> None:
    played, _ = episode()
    two = render_action(
        "", [ToolCall(name="get_weather", arguments={"city": city}) for city in ("Rome", "Oslo")]
    )
    played.step(two)
    played.step(ROME)
    results = [message for message in played.observation["messages"] if message["role"] == "tool"]
    assert [message["tool_call_id"] for message in results] == ["call_0", "call_1", "call_2"]


def test_a_malformed_action_calls_nothing_and_is_told_why() -> None:
    played, sunny = episode()
    broken = '<tool_call>{"name": "get_weather"'
    played.step(broken)
    said, told = played.observation["messages"][-2:]
    assert said == {"role": "assistant", "content": broken}
    assert (told["role"], told["name"]) == ("tool", "format_error")
    assert "has no </tool_call>" in told["content"]
    assert sunny.heard == []
    played.step("Bye.")
    assert played.verdict.failure is FailureKind.MALFORMED_CALL


def test_a_tool_out_of_sight_is_answered_with_those_in_sight_and_never_reaches_the_server() -> None:
    played, sunny = episode()
    played.step({"content": None, "tool_calls": [{"name": "get_alerts", "arguments": {"city": "Rome"}}]})
    assert "get_weather" in played.observation["messages"][-1]["content"]
    assert sunny.heard == []
    played.step("Bye.")
    assert played.verdict.failure is FailureKind.UNKNOWN_TOOL


def test_bad_arguments_reach_the_server_and_close_the_schema_gate() -> None:
    played = Episode(SCENARIO, TOOLSET)
    played.step({"content": None, "tool_calls": [{"name": "get_weather", "arguments": {"city": 7}}]})
    assert "city" in played.observation["messages"][-1]["content"]
    played.step("Bye.")
    assert played.verdict.failure is FailureKind.SCHEMA_VIOLATION


def test_the_turn_limit_truncates() -> None:
    played, _ = episode()
    outcomes = [played.step(ROME) for _ in range(SCENARIO.max_turns)]
    assert [outcome.truncated for outcome in outcomes] == [False, False, False, True]
    assert not outcomes[-1].terminated
    assert outcomes[-1].info["stop"] == "max_turns"


@pytest.mark.parametrize("role", ["user", "backend"])
def test_a_broken_simulator_makes_the_episode_unscorable(role: str) -> None:
    class Broken:
        asked: frozenset[str] = frozenset()

        def open(self) -> str:
            return "Hello"

        def reply(self, text: str) -> UserReply:
            raise ConfigError(f"the user's model is down at {text!r}")

        def call(self, call: ToolCall) -> ToolResult:
            raise ConfigError(f"the server's model is down at {call.id}")

    played = Episode(SCENARIO, TOOLSET, **{role: Broken()})
    outcome = played.step("Which city?" if role == "user" else ROME)
    assert math.isnan(outcome.reward)
    assert outcome.truncated
    assert played.verdict.failure is FailureKind.SIMULATOR
    trajectory = played.trajectory()
    assert (trajectory.reward, trajectory.stop) == (None, StopReason.SIMULATOR_ERROR)
    assert "model is down" in trajectory.verdict.why


def test_a_bug_of_ours_is_not_swallowed() -> None:
    class Buggy:
        def call(self, call: ToolCall) -> ToolResult:
            raise ZeroDivisionError(call.id)

    with pytest.raises(ZeroDivisionError):
        Episode(SCENARIO, TOOLSET, backend=Buggy()).step(ROME)


def test_a_trajectory_holds_the_whole_conversation_and_survives_json() -> None:
    played, _ = episode()
    for action in ("Which city?", ROME, "It is clear."):
        played.step(action)
    trajectory = played.trajectory(policy="me")
    assert trajectory.messages == played.observation["messages"]
    assert trajectory.turns[1].action == render_action("", trajectory.turns[1].calls)
    assert from_json(to_json(trajectory), Trajectory) == trajectory


def test_messages_are_shared_from_turn_to_turn() -> None:
    played, _ = episode()
    before = played.observation
    played.step("Which city?")
    after = played.observation
    assert after["messages"][0] is before["messages"][0]
    assert after["tools"] is before["tools"]


def test_a_megabyte_of_text_is_a_scored_failure_of_bounded_size() -> None:
    played, _ = episode()
    played.step("<tool_call>" * 100_000)
    played.step("\ud800" * 1_000_000)
    played.step("Bye.")
    assert played.verdict.failure is FailureKind.MALFORMED_CALL
    assert len(to_json(played.trajectory())) < 20_000
