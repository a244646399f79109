from typing import Any

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario, Split
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import FailureKind, GateKind, Verdict
from inftool_env.grading.grader import EpisodeRecord, grade
from inftool_env.grading.reward import RewardConfig, Scheme, reward

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}
TOOLSET = Toolset(
    name="toy",
    title="Toy",
    tools=(
        ToolSpec(name="get_forecast", description="Get the forecast.", parameters=SCHEMA),
        ToolSpec(name="get_alerts", description="Get the alerts.", parameters=SCHEMA),
    ),
)


def call(name: str = "get_forecast", /, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def expect(name: str = "get_forecast", /, **arguments: Any) -> Check:
    return Check(kind=CheckKind.CALLED, call=ExpectedCall(name=name, arguments=arguments))


SHARE = RewardConfig(scheme=Scheme.SHARE)
ROME = call(city="Rome")
WANT_ROME = expect(city="Rome")
NOTHING_ELSE = Check(kind=CheckKind.NO_OTHER_CALLS)
ASK_CITY = Check(kind=CheckKind.ASKED, fact="city")
STATE = Check(kind=CheckKind.STATE, digest="after")


def judge(*checks: Check, calls: tuple[ToolCall, ...] = (), **record: Any) -> Verdict:
    scenario = Scenario(
        id="toy/1",
        toolset="toy",
        category="simple",
        difficulty=1,
        split=Split.TRAIN,
        world_seed=0,
        tools=TOOLSET.names,
        goal="",
        opening="Hello",
        facts=(),
        solution=(),
        checks=checks,
        max_turns=4,
    )
    plain = {"format_errors": (), "asked": frozenset(), "state_digest": "", "stop": StopReason.SATISFIED}
    return grade(scenario, TOOLSET, EpisodeRecord(calls=calls, **(plain | record)))


def test_the_expected_call_and_no_other_is_a_success() -> None:
    verdict = judge(WANT_ROME, NOTHING_ELSE, calls=(ROME,))
    assert verdict.success
    assert verdict.score == 1.0
    assert reward(verdict) == 1.0


@pytest.mark.parametrize(
    ("failure", "checks", "calls", "record"),
    [
        (FailureKind.MALFORMED_CALL, [WANT_ROME], [ROME], {"format_errors": ("Bad JSON.",)}),
        (FailureKind.UNKNOWN_TOOL, [WANT_ROME], [ROME, call("fly", city="Rome")], {}),
        (FailureKind.SCHEMA_VIOLATION, [WANT_ROME], [ROME, call(city=7)], {}),
        (FailureKind.CALLED_WHEN_IRRELEVANT, [NOTHING_ELSE], [ROME], {}),
        (FailureKind.DID_NOT_ASK, [ASK_CITY, WANT_ROME], [call(city="Oslo")], {}),
        (FailureKind.WRONG_TOOL, [WANT_ROME, NOTHING_ELSE], [call("get_alerts", city="Rome")], {}),
        (FailureKind.WRONG_ARGUMENTS, [WANT_ROME, NOTHING_ELSE], [call(city="Oslo")], {}),
        (FailureKind.MISSING_CALL, [WANT_ROME, NOTHING_ELSE], [], {}),
        (FailureKind.EXTRA_CALL, [WANT_ROME, NOTHING_ELSE], [ROME, call(city="Oslo")], {}),
        (FailureKind.WRONG_STATE, [WANT_ROME, STATE], [ROME], {"state_digest": "before"}),
        (FailureKind.TURN_LIMIT, [WANT_ROME], [ROME], {"stop": StopReason.MAX_TURNS}),
        (FailureKind.USER_GAVE_UP, [WANT_ROME], [ROME], {"stop": StopReason.GAVE_UP}),
        (FailureKind.SIMULATOR, [WANT_ROME], [call("fly")], {"simulator_error": "the model is down"}),
        (FailureKind.NONE, [WANT_ROME, STATE], [ROME], {"state_digest": "after"}),
    ],
)
def test_every_way_to_fail_has_its_own_kind(
    failure: FailureKind, checks: list[Check], calls: list[ToolCall], record: dict[str, Any]
) -> None:
    verdict = judge(*checks, calls=tuple(calls), **record)
    assert verdict.failure is failure
    assert verdict.success == (failure is FailureKind.NONE)
    assert 0 < len(verdict.why) <= 300


def test_a_closed_gate_outranks_a_passed_check_and_leaves_the_score_alone() -> None:
    verdict = judge(WANT_ROME, calls=(ROME, call("fly")))
    assert [gate.kind for gate in verdict.gates if not gate.is_open] == [GateKind.TOOL]
    assert verdict.score == 1.0
    assert reward(verdict) == reward(verdict, SHARE) == 0.0
    assert "'fly'" in verdict.why


def test_the_score_is_the_share_of_passed_checks_and_1_without_any() -> None:
    assert judge(WANT_ROME, NOTHING_ELSE, ASK_CITY, STATE, calls=(ROME,)).score == 0.5
    assert judge(calls=(ROME,)).score == 1.0


def test_a_broken_schema_is_told_with_its_place() -> None:
    assert judge(calls=(call(city=7),)).why.startswith(
        "The arguments break the schema of get_forecast.city: 7 "
    )
    assert judge(calls=(call(),)).why.startswith("The arguments break the schema of get_forecast: 'city' ")
    assert judge(calls=(call("f" * 100),)).why.startswith(
        "The tool '" + "f" * 63 + "…' was called, which is none of"
    )


def test_the_reason_names_the_call_that_was_made_and_the_one_that_was_wanted() -> None:
    verdict = judge(WANT_ROME, NOTHING_ELSE, calls=(call(city="Oslo"),))
    assert verdict.why == 'get_forecast(city="Oslo") was called instead of get_forecast(city="Rome").'


def test_a_value_used_before_it_was_asked_for_counts_as_guessed() -> None:
    guessed = judge(ASK_CITY, WANT_ROME, calls=(ROME,), asked=frozenset({"city"}), asked_at={"city": 1})
    asked = judge(ASK_CITY, WANT_ROME, calls=(ROME,), asked=frozenset({"city"}), asked_at={"city": 0})
    assert guessed.failure is FailureKind.DID_NOT_ASK
    assert asked.success


def test_partial_reward_pays_the_share_of_checks_and_a_spoiled_episode_pays_none() -> None:
    half = judge(WANT_ROME, NOTHING_ELSE, calls=())
    assert reward(half, SHARE) == 0.5
    assert reward(half) == 0.0
    assert reward(judge(WANT_ROME, stop=StopReason.SIMULATOR_ERROR)) is None


def test_a_reason_stays_short_however_long_the_arguments_are() -> None:
    verdict = judge(WANT_ROME, calls=(call(city="x" * 50_000), call("y" * 50_000)))
    assert len(verdict.why) <= 300
    assert all(len(result.why) <= 300 for result in (*verdict.checks, *verdict.gates))
