"""What is done about a fault, judged: every excuse and every mistake, on a server whose faults the test decides."""

from typing import Any

import pytest

from inftool_env.core.fault import Fault, FaultKind, Strike
from inftool_env.core.message import Message, ToolCall, assistant_message, user_message
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario, Split
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import FailureKind, Verdict
from inftool_env.grading.grader import grade
from inftool_env.grading.record import EpisodeRecord

ANYTHING = {"type": "object", "properties": {"id": {"type": "integer"}, "rows": {"type": "array"}}}


def spec(name: str, effect: Effect) -> ToolSpec:
    return ToolSpec(name=name, description=name, parameters=ANYTHING, effect=effect, resource="pet")


TOOLSET = Toolset(
    name="pets",
    title="Pets",
    tools=(
        spec("add", Effect.CREATE),
        spec("change", Effect.UPDATE),
        spec("drop", Effect.DELETE),
        spec("find", Effect.READ),
    ),
)
STRUCK = "!"
"""Stands behind the name of a call that the fault strikes."""


def judge(wanted: str, made: str, kind: str, **details: Any) -> Verdict:
    """The verdict on calls by name, where those with a ``!`` meet the fault."""
    names = made.split()
    calls = tuple(
        ToolCall(name=name.rstrip(STRUCK), arguments={"id": 1}, id=f"call_{at}")
        for at, name in enumerate(names)
    )
    return decide(wanted.split(), calls, names, Fault(kind=FaultKind(kind), tool="", **details))


def decide(
    wanted: list[str],
    calls: tuple[ToolCall, ...],
    names: list[str],
    fault: Fault,
    messages: tuple[Message, ...] = (),
) -> Verdict:
    checks = [
        Check(kind=CheckKind.CALLED, call=ExpectedCall(name=name, arguments=calls[0].arguments))
        for name in wanted
    ]
    scenario = Scenario(
        id="pets/1",
        toolset="pets",
        category="error_recovery",
        difficulty=1,
        split=Split.TRAIN,
        world_seed=0,
        tools=TOOLSET.names,
        goal="",
        opening="Take 1.",
        facts=(),
        solution=(),
        checks=(*checks, Check(kind=CheckKind.NO_OTHER_CALLS), Check(kind=CheckKind.RECOVERED)),
        max_turns=9,
        faults=(fault,),
    )
    strikes = tuple(
        Strike(call_id=call.id, fault=fault)
        for call, name in zip(calls, names, strict=True)
        if name.endswith(STRUCK)
    )
    record = EpisodeRecord(
        calls=calls,
        format_errors=(),
        asked=frozenset(),
        messages=messages,
        state_digest="",
        stop=StopReason.SATISFIED,
        strikes=strikes,
    )
    return grade(scenario, TOOLSET, record)


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "stale_read", "truncated_page", "timeout"])
def test_a_reading_call_that_failed_is_made_again(kind: str) -> None:
    assert judge("find", "find! find", kind).success
    assert judge("find", "find! find! find", kind).success
    assert judge("find", "find!", kind).failure is FailureKind.DID_NOT_RETRY
    assert judge("find", "find! find find", kind).failure is FailureKind.REPEATED_CALL


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "partial_batch"])
def test_a_change_that_was_refused_is_made_again_and_only_once(kind: str) -> None:
    assert judge("add", "add! add", kind).success
    assert judge("add", "add! find add", kind, probes=("find",)).success
    assert judge("add", "add!", kind).failure is FailureKind.DID_NOT_RETRY
    assert judge("add", "add! add add", kind).failure is FailureKind.REPEATED_CHANGE


@pytest.mark.parametrize(
    ("made", "took_effect", "failure"),
    [
        ("add! find", True, FailureKind.NONE),
        ("add! find add", False, FailureKind.NONE),
        ("add! find find add", False, FailureKind.NONE),
        ("add! add", False, FailureKind.NONE),
        ("add! add", True, FailureKind.REPEATED_CHANGE),
        ("add! find add", True, FailureKind.REPEATED_CHANGE),
        ("add!", True, FailureKind.DID_NOT_LOOK),
        ("add!", False, FailureKind.DID_NOT_RETRY),
        ("add! find", False, FailureKind.DID_NOT_RETRY),
        ("find add!", True, FailureKind.DID_NOT_LOOK),
        ("add! find find find", True, FailureKind.REPEATED_CALL),
        ("drop add! find", True, FailureKind.EXTRA_CALL),
    ],
)
def test_a_change_that_timed_out_is_looked_after(made: str, took_effect: bool, failure: FailureKind) -> None:
    verdict = judge("add", made, "timeout", took_effect=took_effect, probes=("find",))
    assert verdict.failure is failure, verdict.why


@pytest.mark.parametrize("name", ["change", "drop"])
def test_what_can_be_done_twice_without_harm_may_be_but_no_more(name: str) -> None:
    assert judge(name, f"{name}! {name}", "timeout", took_effect=True, probes=("find",)).success
    hammered = judge(name, f"{name}! {name} {name}", "timeout", took_effect=True, probes=("find",))
    assert hammered.failure is FailureKind.REPEATED_CHANGE


def test_a_renamed_field_excuses_nothing() -> None:
    assert judge("find", "find!", "renamed_field").success
    assert not judge("find", "find! find", "renamed_field").success


def test_a_fault_excuses_no_call_that_nothing_asked_for() -> None:
    assert judge("find", "drop! find", "server_error").failure is FailureKind.EXTRA_CALL
    assert judge("find", "add! add find", "rate_limit").failure is not FailureKind.NONE


def test_another_call_in_place_of_a_second_try_is_named_as_that() -> None:
    calls = (
        ToolCall(name="find", arguments={"id": 1}, id="call_0"),
        ToolCall(name="find", arguments={"id": 2}, id="call_1"),
    )
    verdict = decide(["find"], calls, ["find!", "find"], Fault(kind=FaultKind.SERVER_ERROR, tool="find"))
    assert verdict.failure is FailureKind.WRONG_ARGUMENTS


@pytest.mark.parametrize(
    ("later", "failure"),
    [
        ([[2, 3]], FailureKind.NONE),
        ([[3, 2]], FailureKind.NONE),
        ([[2], [3]], FailureKind.NONE),
        ([], FailureKind.DID_NOT_RETRY),
        ([[2]], FailureKind.DID_NOT_RETRY),
        ([[1, 2, 3]], FailureKind.REPEATED_CHANGE),
        ([[2, 3], [1]], FailureKind.REPEATED_CHANGE),
        ([[2, 3], [2, 3]], FailureKind.REPEATED_CHANGE),
    ],
)
def test_of_a_partial_batch_the_rest_is_carried_out_once(
    later: list[list[int]], failure: FailureKind
) -> None:
    calls = tuple(
        ToolCall(name="add", arguments={"rows": rows}, id=f"call_{at}")
        for at, rows in enumerate([[1, 2, 3], *later])
    )
    cut = Fault(kind=FaultKind.PARTIAL_BATCH, tool="add", field="rows", kept=1)
    verdict = decide(["add"], calls, ["add!", *("add" for _ in later)], cut)
    assert verdict.failure is failure, verdict.why


def test_the_reason_names_the_call_and_the_check_fails_with_it() -> None:
    verdict = judge("add", "add!", "rate_limit")
    assert verdict.why == "add(id=1) failed (rate_limit) and was not tried again."
    assert [result.kind for result in verdict.checks if not result.passed] == [
        CheckKind.CALLED,
        CheckKind.RECOVERED,
    ]


def test_a_repetition_in_the_same_message_is_no_answer_to_a_failure() -> None:
    names = ["change!", "change", "find"]
    calls = tuple(
        ToolCall(name=name.rstrip(STRUCK), arguments={"id": 1}, id=f"call_{at}")
        for at, name in enumerate(names)
    )
    fault = Fault(kind=FaultKind.TIMEOUT, tool="change", took_effect=True, probes=("find",))

    def after(*messages: tuple[ToolCall, ...]) -> FailureKind:
        spoken = (user_message("Take 1."), *(assistant_message("", made) for made in messages))
        return decide(["change"], calls, names, fault, spoken).failure

    assert after(calls[:1], calls[1:2], calls[2:]) is FailureKind.NONE
    assert after(calls[:2], calls[2:]) is not FailureKind.NONE
