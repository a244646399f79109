"""Every kind of failure, made to happen; and which of two is named."""

from typing import Any

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, SolutionTurn
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import FailureKind, GateKind, Verdict
from inftool_env.world.state import RowChange


def call(name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def expect(name: str, /, **arguments: Any) -> Check:
    return Check(kind=CheckKind.CALLED, call=ExpectedCall(name=name, arguments=arguments))


def check(kind: str, **fields: Any) -> Check:
    return Check(kind=CheckKind(kind), **fields)


WANT = expect("order", id="a7")
MADE = call("order", id="a7")
ONLY = check("no_other_calls")
CONSENT = check("confirmed", tool="cancel", fact="consent")
ASK_AND_CANCEL = ["Cancel a7.", ">Are you sure?", "Yes.", [call("cancel", id="a7")], {}, ">Done."]
LATER = call("cancel", id="b8")
TWO_WISHES = [WANT, expect("cancel", id="b8"), ONLY, check("in_time", fact="more", limit=1)]
LATE_WISH = [expect("cancel", id="b8"), check("in_time", fact="more", limit=0)]
PRICE = check("told", fact="price", value=12.5)


def done(*calls: ToolCall, answer: str = "Done.") -> list[Any]:
    """The user asks, the calls are made one by one, and the assistant says something."""
    parts: list[Any] = ["Please see to a7, b8, size m, count 2 and 3, Rome, 2026-05-03."]
    for one in calls:
        parts += [[one], {"ok": True}]
    return [*parts, ">" + answer, "Thanks."]


@pytest.mark.parametrize(
    ("failure", "checks", "talk", "record"),
    [
        ("none", [WANT, ONLY], done(MADE), {}),
        ("malformed_call", [WANT], done(MADE), {"format_errors": ("Bad JSON.",)}),
        ("unknown_tool", [WANT], done(MADE, call("fly")), {}),
        ("schema_violation", [WANT], done(MADE, call("order", id=7)), {}),
        ("forbidden_call", [WANT, check("forbidden", tool="cancel")], done(MADE, call("cancel", id="a7")), {}),
        ("unconfirmed_effect", [CONSENT], done(call("cancel", id="a7")), {}),
        ("unconfirmed_effect", [CONSENT], ASK_AND_CANCEL, {"asked": {"consent"}, "asked_at": {"consent": 1}}),
        ("none", [CONSENT], ASK_AND_CANCEL, {"asked": {"consent"}, "asked_at": {"consent": 0}}),
        ("invented_value", [WANT, ONLY, check("not_invented")], done(call("order", id="zz9")), {}),
        ("invented_value", [expect("order", id="zz9")], done(call("order", id="zz9")), {}),
        ("stale_value", [WANT, check("not_stale", fact="id", value="b8")], done(call("order", id="b8")), {}),
        ("called_when_irrelevant", [ONLY], done(MADE), {}),
        ("did_not_ask", [check("asked", fact="id"), WANT], done(MADE), {}),
        ("wrong_tool", [WANT, ONLY], done(call("cancel", id="a7")), {}),
        ("wrong_arguments", [WANT, ONLY], done(call("order", id="b8")), {}),
        ("missing_call", [WANT, ONLY], done(), {}),
        ("extra_call", [WANT, ONLY], done(MADE, call("find", name="Rome")), {}),
        ("unwanted_change", [WANT, check("no_other_changes")], done(MADE, call("cancel", id="b8")), {}),
        ("wrong_order", [expect("find", name="Rome"), WANT, check("in_order")], done(MADE, call("find", name="Rome")), {}),
        ("out_of_turn", TWO_WISHES, done(MADE, LATER), {"asked": {"more"}, "asked_at": {"more": 2}}),
        ("out_of_turn", TWO_WISHES, done(MADE, LATER), {"asked": {"more"}, "asked_at": {"more": 0}}),
        ("out_of_turn", TWO_WISHES, done(MADE, LATER), {}),
        ("out_of_turn", LATE_WISH, done(LATER), {}),
        ("none", LATE_WISH, done(LATER), {"asked": {"more"}}),
        ("none", TWO_WISHES, done(MADE, LATER), {"asked": {"more"}, "asked_at": {"more": 1}}),
        ("missing_call", TWO_WISHES, done(MADE), {"asked": {"more"}, "asked_at": {"more": 1}}),
        ("did_not_ask", [check("asked", fact="which", tool="order"), WANT], done(MADE), {"asked": {"which"}, "asked_at": {"which": 1}}),
        ("none", [check("asked", fact="which", tool="cancel"), WANT], done(MADE), {"asked": {"which"}, "asked_at": {"which": 1}}),
        ("wrong_state", [WANT, check("state", digest="after")], done(MADE), {"state_digest": "before"}),
        ("not_declined", [ONLY, check("declined")], done(answer="It is done."), {}),
        ("none", [ONLY, check("declined")], done(answer="I cannot do that."), {}),
        ("not_told", [PRICE], done(answer="It is cheap."), {}),
        ("wrong_answer", [PRICE], done(answer="It costs 13.50."), {}),
        ("not_told", [PRICE, check("told", fact="town", value="Oslo")], done(answer="It costs 12.50."), {}),
        ("repeated_call", [WANT, check("few_calls", limit=1)], done(MADE, MADE), {}),
        ("repeated_call", [WANT, check("few_calls", limit=2)], done(MADE, MADE, call("find", name="Rome")), {}),
        ("too_many_calls", [WANT, check("few_calls", limit=1)], done(MADE, call("find", name="Rome")), {}),
        ("too_many_calls", [check("few_calls", limit=1)], done(MADE, call("order", id="b8")), {}),
        ("too_many_calls", [check("few_calls", limit=1)], done(MADE, call("cancel", id="a7")), {}),
        ("repeated_call", [WANT, check("few_calls", tool="order", limit=1)], done(MADE, MADE), {}),
        ("none", [WANT, check("few_calls", tool="order", limit=1)], done(MADE, call("find", name="Rome")), {}),
        ("too_many_questions", [check("few_questions", limit=0)], ["Hi", ">Who?", "Me", ">Done."], {}),
        ("turn_limit", [WANT], done(MADE), {"stop": StopReason.MAX_TURNS}),
        ("user_gave_up", [WANT], done(MADE), {"stop": StopReason.GAVE_UP}),
        ("audited_out", [WANT], done(call("fly")), {"audit": "The goal was given away."}),
        ("simulator", [WANT], done(MADE), {"stop": StopReason.SIMULATOR_ERROR}),
        ("simulator", [WANT], done(MADE), {"simulator_error": "Down.", "audit": "And unfair."}),
    ],
)  # fmt: skip
def test_every_way_to_fail_has_its_own_kind(judge, failure, checks, talk, record) -> None:
    verdict: Verdict = judge(checks, talk, **record)
    assert verdict.failure.value == failure, verdict.explain()
    assert verdict.success == (failure == "none")
    assert verdict.scorable == (failure not in ("audited_out", "simulator"))
    assert 0 < len(verdict.why) <= 300


FAULTY = {"did_not_retry", "did_not_look", "repeated_change"}
"""Kinds that only a fault brings about; the tests of recovery make them happen."""


def test_every_kind_of_failure_is_made_to_happen_by_a_test() -> None:
    (cases,) = (mark.args[1] for mark in test_every_way_to_fail_has_its_own_kind.pytestmark)
    assert {case[0] for case in cases} | FAULTY == {kind.value for kind in FailureKind}


LADDER = [
    ("malformed_call", {"format_errors": ("Bad JSON.",)}, []),
    ("unknown_tool", {}, [call("fly")]),
    ("schema_violation", {}, [call("order", id=7)]),
    ("forbidden_call", {}, [call("cancel", id="a7")]),
    ("invented_value", {}, [call("order", id="zz9")]),
    ("stale_value", {}, [call("order", id="b8")]),
    ("did_not_ask", {}, [call("find", name="Rome")]),
]


@pytest.mark.parametrize("first", range(len(LADDER)))
def test_of_several_reasons_the_one_that_hides_the_others_is_named(judge, first: int) -> None:
    checks = [
        check("declined"),
        WANT,
        ONLY,
        check("asked", fact="id"),
        check("not_stale", fact="id", value="b8"),
        check("not_invented", fact="id"),
        check("forbidden", tool="cancel"),
    ]
    record: dict[str, Any] = {}
    calls: list[ToolCall] = []
    for _, changes, made in LADDER[first:]:
        record |= changes
        calls += made
    assert judge(checks, done(*calls), **record).failure.value == LADDER[first][0]


@pytest.mark.parametrize(
    ("failure", "checks", "talk"),
    [
        # Wrong calls name themselves, whatever their values come from.
        ("wrong_arguments", [WANT, ONLY], done(call("order", id="zz9"))),
        ("did_not_ask", [check("asked", fact="id"), WANT], done(call("order", id="zz9"))),
        # What was done counts before what was said, and the data before the values' source.
        ("wrong_state", [check("state", digest="x"), PRICE], done(call("order", id="zz9"))),
        ("invented_value", [PRICE], done(call("order", id="zz9"))),
        ("unwanted_change", [check("in_order"), check("no_other_changes"), check("state", digest="x")], done(MADE)),
    ],
)  # fmt: skip
def test_a_value_from_nowhere_is_named_where_nothing_else_is_wrong_with_the_calls(
    judge, failure: str, checks: list[Check], talk: list[Any]
) -> None:
    assert judge(checks, talk).failure.value == failure


def test_looking_around_is_free_where_only_changes_are_forbidden(judge) -> None:
    look, refused = call("find", name="Rome"), call("cancel", id="b8")
    checks = [WANT, check("no_other_changes")]
    assert judge(checks, done(look, MADE, look)).success
    assert judge(checks, done(refused, MADE), refused=frozenset({0})).success
    assert not judge(checks, done(refused, MADE), refused=frozenset({1})).success


def test_the_effect_gate_closes_for_changes_that_a_strict_scenario_did_not_ask_for(judge) -> None:
    closed = GateKind.EFFECT

    def shut(checks: list[Check], *calls: ToolCall) -> list[GateKind]:
        return [gate.kind for gate in judge(checks, done(*calls)).gates if not gate.is_open]

    stray = call("cancel", id="b8")
    assert shut([WANT, ONLY], MADE, stray) == [closed]
    assert shut([WANT, check("no_other_changes")], MADE, stray) == [closed]
    assert shut([CONSENT], call("cancel", id="a7")) == [closed]
    assert shut([check("forbidden", tool="find")], call("find", name="Rome")) == [closed]
    assert shut([WANT, ONLY], MADE, call("find", name="Rome")) == []
    assert shut([WANT], MADE, stray) == []
    assert shut([CONSENT], MADE) == []


def test_gates_stand_in_the_order_in_which_they_are_looked_at(judge) -> None:
    verdict = judge([WANT], done(MADE))
    assert [gate.kind for gate in verdict.gates] == list(GateKind)
    assert [gate.why for gate in verdict.gates] == [""] * len(GateKind)


def test_calls_in_order_may_have_others_between_them_but_may_not_be_missing_silently(judge) -> None:
    find, order = call("find", name="Rome"), MADE
    checks = [expect("find", name="Rome"), WANT, check("in_order")]
    assert judge(checks, done(find, call("find", name="a7"), order)).success
    assert judge(checks, done(order)).failure is FailureKind.MISSING_CALL


def test_calls_that_no_message_holds_are_not_too_early(judge) -> None:
    checks = [expect("find", name="Rome"), WANT, check("stepwise")]
    find = call("find", name="Rome")
    assert not judge(checks, ["Rome, a7", [find, MADE], {}, {}]).success
    assert judge(checks, ["Rome, a7", [find], {}], calls=(find, MADE)).checks[-1].passed


def test_an_outdated_value_counts_in_its_own_parameter_or_in_any_where_none_is_named(judge) -> None:
    used = done(call("cancel", id="a7", why="b8"))
    assert judge([check("not_stale", fact="id#2", value="b8")], used).success
    assert judge([check("not_stale", fact="why", value="b8")], used).failure is FailureKind.STALE_VALUE
    assert judge([check("not_stale", value="b8")], used).failure is FailureKind.STALE_VALUE


def test_an_invention_counts_in_its_own_parameter_or_in_any_where_none_is_named(judge) -> None:
    used = done(call("cancel", id="a7", why="zork"))
    assert "'why'" in judge([check("not_invented", fact="why#2")], used).checks[0].why
    assert not judge([check("not_invented")], used).checks[0].passed
    assert judge([check("not_invented", fact="id")], used).checks[0].passed


def test_a_limit_may_be_reached_but_not_passed(judge) -> None:
    assert judge([check("few_calls", limit=2)], done(MADE, MADE)).success
    assert (
        judge([check("few_calls", limit=1)], done(MADE, MADE)).why
        == "2 calls were made; at most 1 were needed."
    )
    asked = ["Hi", ">Who?", "Me", ">Where?", "Here", [MADE], {}, ">Done."]
    assert judge([check("few_questions", limit=2)], asked, facts=()).checks[0].passed
    assert judge([check("few_questions", limit=1)], asked).checks[0].why.startswith("2 questions were asked")


def test_the_data_is_looked_into_only_where_a_check_says_that_it_differs(judge) -> None:
    changes = (RowChange(table="order", key="a7", before={"id": "a7"}, after=None),)
    record = {"state_digest": "x", "changes": lambda: changes}
    assert judge([check("state", digest="y")], done(), **record).differences == ("order a7 is missing",)
    assert judge([check("state", digest="x"), PRICE], done(), **record).differences == ()
    assert judge([check("state", digest="y")], done(), state_digest="x").differences == ()


def test_economy_is_the_share_of_calls_that_were_needed(judge) -> None:
    assert judge([WANT, ONLY], done(MADE)).economy == 1.0
    assert judge([WANT, ONLY], done(MADE, MADE, MADE, MADE)).economy == 0.25
    assert judge([ONLY], done()).economy == 1.0


def test_economy_counts_needless_calls_where_nothing_else_may_be_called_and_else_those_beyond_the_reference(
    judge,
) -> None:
    stray = call("find", name="Rome")
    solution = (SolutionTurn(calls=(MADE, stray)),)
    assert judge([WANT, ONLY], done(MADE, stray), solution=solution).economy == 0.5
    assert judge([WANT], done(MADE, stray), solution=solution).economy == 1.0
    assert judge([WANT], done(MADE, stray, stray, stray), solution=solution).economy == 0.5


def test_the_divergence_shows_both_sides_of_the_first_wrong_call(judge) -> None:
    want = expect("order", id="a7", count=2)
    divergence = judge(
        [want, ONLY], done(call("find", name="Rome"), call("order", id="a7", count=3))
    ).divergence
    assert (divergence.expected, divergence.made) == ('order(id="a7", count=2)', 'find(name="Rome")')
    assert (divergence.at, divergence.arguments) == (0, ())
    divergence = judge([want, ONLY], done(call("order", id="a7", count=3))).divergence
    assert (divergence.made, divergence.at, divergence.arguments) == (
        'order(id="a7", count=3)',
        0,
        ("count",),
    )
    divergence = judge([want], done(call("order", count=2, size="m"))).divergence
    assert divergence.arguments == ("id", "size")
    divergence = judge([want, ONLY], done()).divergence
    assert (divergence.made, divergence.at) == (None, None)
    divergence = judge([WANT, ONLY], done(MADE, MADE)).divergence
    assert (divergence.expected, divergence.at) == (None, 1)
    assert judge([WANT, ONLY], done(MADE)).divergence is None


def test_the_call_that_diverges_is_held_against_the_expected_one_of_its_own_tool(judge) -> None:
    checks = [expect("find", name="Rome"), WANT, ONLY]
    divergence = judge(checks, done(call("order", id="b8"))).divergence
    assert (divergence.expected, divergence.arguments) == ('order(id="a7")', ("id",))


def test_an_optional_argument_that_is_left_out_is_no_difference(judge) -> None:
    want = ExpectedCall(name="order", arguments={"id": "a7", "count": 1, "size": "m"}, optional=("count",))
    checks = [Check(kind=CheckKind.CALLED, call=want)]
    assert judge(checks, done(call("order", id="b8", size="m"))).divergence.arguments == ("id",)
    assert judge(checks, done(call("order", id="b8", size="m", count=2))).divergence.arguments == (
        "id",
        "count",
    )


def test_a_call_that_is_missing_is_told_without_the_arguments_that_it_may_leave_out(judge) -> None:
    want = ExpectedCall(name="order", arguments={"id": "a7", "count": 1}, optional=("count",))
    verdict = judge([Check(kind=CheckKind.CALLED, call=want)], done())
    assert verdict.checks[0].why == 'order(id="a7") was not called.'


def test_an_argument_with_another_accepted_value_is_no_difference(judge) -> None:
    want = ExpectedCall(name="order", arguments={"id": "a7", "size": "m"}, accepted={"size": ("s",)})
    checks = [Check(kind=CheckKind.CALLED, call=want)]
    assert judge(checks, done(call("order", id="b8", size="s"))).divergence.arguments == ("id",)
