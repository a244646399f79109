from inftool_env.core.scenario import CheckKind
from inftool_env.core.verdict import CheckResult, Divergence, FailureKind, GateKind, GateResult, Verdict

OPEN = GateResult(kind=GateKind.FORMAT, is_open=True)
SHUT = GateResult(kind=GateKind.EFFECT, is_open=False, why="cancel() changed something.")
PASSED = CheckResult(kind=CheckKind.CALLED, passed=True)
FAILED = CheckResult(kind=CheckKind.STATE, passed=False, why="Another state.")


def test_a_success_explains_itself_in_two_lines() -> None:
    verdict = Verdict(
        gates=(OPEN,), checks=(PASSED,), score=1.0, failure=FailureKind.NONE, why="All is well."
    )
    assert verdict.success
    assert verdict.gates_open
    assert verdict.explain() == "Success (none): All is well.\nChecks: 1 of 1 passed."


def test_a_failure_explains_gates_checks_the_first_divergence_and_the_data() -> None:
    verdict = Verdict(
        gates=(OPEN, SHUT),
        checks=(PASSED, FAILED),
        score=0.5,
        failure=FailureKind.WRONG_STATE,
        why="Another state.",
        divergence=Divergence(expected="order(id=1)", made="order(id=2)", at=0, arguments=("id", "size")),
        differences=("order 1 is missing",),
    )
    assert not verdict.success
    assert not verdict.gates_open
    assert verdict.explain().splitlines() == [
        "Failure (wrong_state): Another state.",
        "Gate effect is closed: cancel() changed something.",
        "Checks: 1 of 2 passed.",
        "Check state failed: Another state.",
        "The calls first leave the expected ones here:",
        "  expected: order(id=1)",
        "  made:     order(id=2)",
        "  differing in id, size",
        "In the data at the end:",
        "  order 1 is missing",
    ]


def test_a_missing_side_of_the_divergence_is_no_call() -> None:
    def lines(expected: str | None, made: str | None) -> list[str]:
        divergence = Divergence(expected=expected, made=made, at=None)
        verdict = Verdict(
            gates=(), checks=(), score=0, failure=FailureKind.EXTRA_CALL, why="", divergence=divergence
        )
        return verdict.explain().splitlines()[-2:]

    assert lines(None, "f()") == ["  expected: no call", "  made:     f()"]
    assert lines("f()", None) == ["  expected: f()", "  made:     no call"]


def test_a_spoiled_episode_is_neither_success_nor_failure() -> None:
    verdict = Verdict(
        gates=(OPEN,), checks=(), score=1.0, failure=FailureKind.SIMULATOR, why="It broke.", scorable=False
    )
    assert not verdict.success
    assert verdict.explain().startswith("Not scorable (simulator): It broke.")
