from pathlib import Path

import pytest

from inftool_env.core.errors import RecordError
from inftool_env.core.jsonl import append_jsonl, from_json, read_jsonl, to_json, write_atomic, write_jsonl
from inftool_env.core.message import ToolCall, ToolResult, assistant_message, tool_message, user_message
from inftool_env.core.scenario import CheckKind, ExpectedCall, Likeness
from inftool_env.core.trajectory import StopReason, TokenSample, Trajectory, Turn
from inftool_env.core.verdict import CheckResult, FailureKind, GateKind, GateResult, Verdict

CALL = ToolCall(name="get", arguments={"city": "Zürich", "days": 3}, id="call_0")
RESULT = ToolResult(call_id="call_0", name="get", content='{"ok":true}', data={"ok": True})
TRAJECTORY = Trajectory(
    env_id="InfTool/x-v0",
    scenario_id="x/1",
    category="simple",
    seed=1,
    tools=("get",),
    turns=(
        Turn(
            observed=(user_message("Hi"),),
            action="...",
            message=assistant_message("", (CALL,)),
            calls=(CALL,),
            results=(RESULT,),
            sample=TokenSample(prompt_ids=(1, 2), sampled_ids=(3,), logprobs=(-0.5,), finish_reason="stop"),
        ),
    ),
    final=(tool_message(RESULT),),
    stop=StopReason.MAX_TURNS,
    verdict=Verdict(
        gates=(GateResult(kind=GateKind.FORMAT, is_open=True),),
        checks=(CheckResult(kind=CheckKind.CALLED, passed=True),),
        score=1.0,
        failure=FailureKind.TURN_LIMIT,
        why="limit",
    ),
    reward=None,
)


def test_a_record_survives_the_file(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [TRAJECTORY])
    append_jsonl(tmp_path / "a.jsonl", [TRAJECTORY])
    assert list(read_jsonl(tmp_path / "a.jsonl", Trajectory)) == [TRAJECTORY, TRAJECTORY]


def test_an_expected_call_comes_back_with_all_that_it_accepts() -> None:
    call = ExpectedCall(
        name="get", arguments={"n": 1}, accepted={"n": (2, [3.0], None)}, likeness={"n": Likeness.EXACT}
    )
    assert from_json(to_json(call), ExpectedCall) == call


def test_equal_records_give_equal_bytes() -> None:
    assert to_json(ToolCall(name="a", arguments={"x": 1, "b": 2})) == to_json(
        ToolCall(name="a", arguments={"b": 2, "x": 1})
    )


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(to_json(CALL) + '\n{"name": 3}\n')
    with pytest.raises(RecordError, match=r"a\.jsonl: line 2: .*expected one ToolCall"):
        list(read_jsonl(tmp_path / "a.jsonl", ToolCall))


def test_half_a_record_is_no_record() -> None:
    with pytest.raises(RecordError, match="expected one ToolCall"):
        from_json(to_json(CALL)[:-3], ToolCall)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "\ud800")
    assert path.read_text() == "old"
    assert [child.name for child in tmp_path.iterdir()] == ["a.json"]


def test_the_conversation_is_put_together_in_order() -> None:
    assert [message["role"] for message in TRAJECTORY.messages] == ["user", "assistant", "tool"]
