from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall
from inftool_env.core.verdict import FailureKind, GateKind

FIND = ToolCall(name="find", arguments={"name": "Rome"})
ORDER = ToolCall(name="order", arguments={"id": "Rome"})
BOTH = (
    Check(kind=CheckKind.CALLED, call=ExpectedCall(name="find", arguments={"name": "Rome"})),
    Check(kind=CheckKind.CALLED, call=ExpectedCall(name="order", arguments={"id": "Rome"})),
    Check(kind=CheckKind.STEPWISE),
)


def test_a_call_of_a_tool_that_was_not_in_sight_yet_closes_the_gate(judge) -> None:
    talk = ["Rome", [FIND], {"rows": []}, ">Done."]
    assert judge([], talk).gates_open
    verdict = judge([], talk, unseen=frozenset({0}))
    assert [gate.kind for gate in verdict.gates if not gate.is_open] == [GateKind.TOOL]
    assert verdict.failure is FailureKind.UNKNOWN_TOOL
    assert verdict.why == "The tool 'find' was called before it was there."


def test_a_call_made_before_the_answer_that_decides_about_it_did_not_look(judge) -> None:
    after = judge(BOTH, ["Rome", [FIND], {"rows": []}, [ORDER], {"id": "Rome"}, ">Done."])
    assert after.success
    together = judge(BOTH, ["Rome", [FIND, ORDER], {"rows": []}, {"id": "Rome"}, ">Done."])
    before = judge(BOTH, ["Rome", [ORDER], {"id": "Rome"}, [FIND], {"rows": []}, ">Done."])
    for verdict in (together, before):
        assert verdict.failure is FailureKind.DID_NOT_LOOK
        assert verdict.why.endswith("was called before its condition had been looked at.")


def test_a_look_that_never_came_is_a_missing_call(judge) -> None:
    verdict = judge(BOTH, ["Rome", [ORDER], {"id": "Rome"}, ">Done."])
    assert verdict.failure is FailureKind.MISSING_CALL
