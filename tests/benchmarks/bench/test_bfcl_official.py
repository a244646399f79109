from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.bench.agents.scripted import OracleAgent
from benchmarks.bench.bfcl_official import (
    Official,
    compare,
    evaluate,
    is_officially_right,
    read_records,
    result_of,
    show,
)
from benchmarks.bench.bfcl_totals import V4_OFFLINE
from benchmarks.bench.measure import Measurement, measure
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.suites.bfcl import CATEGORIES, BfclSuite
from benchmarks.bfcl.lane import LANE
from inftool_env.core.errors import ConfigError
from inftool_env.core.message import ToolCall, assistant_message, user_message

CALL = ToolCall(name="find", arguments={"city": "Oslo"}, id="1")


def record(category: str = "simple_python", **fields: object) -> EpisodeRecord:
    told = {"task": f"{category}_0", "repeat": 0, "success": True, "failure": "none", "why": "", **fields}
    return EpisodeRecord(category=category, **told)  # type: ignore[arg-type]


def test_a_single_answer_is_its_calls_or_its_words() -> None:
    called = (user_message("Find it."), assistant_message("", (CALL,)))
    assert result_of(record(messages=called)) == [{"find": '{"city": "Oslo"}'}]
    said = (user_message("Find it."), assistant_message("Where?"))
    assert result_of(record(messages=said)) == "Where?"
    assert result_of(record(messages=(user_message("Find it."),))) == ""


def test_a_conversation_is_steps_of_turns() -> None:
    messages = (
        user_message("Find it."),
        assistant_message("", (CALL,)),
        {"role": "tool", "content": "{}", "tool_call_id": "1"},
        assistant_message("Done."),
        user_message("Thanks."),
        assistant_message("Welcome."),
    )
    steps = [[[{"find": '{"city": "Oslo"}'}], "Done."], ["Welcome."]]
    assert result_of(record("multi_turn_base", messages=messages)) == steps


def test_a_name_that_is_no_name_is_never_run_as_python() -> None:
    hostile = ToolCall(name="__import__('os').system", arguments={}, id="1")
    messages = (user_message("Find it."), assistant_message("", (hostile,)))
    assert result_of(record(messages=messages)) == [{"no_such_tool": "{}"}]


@pytest.mark.parametrize(
    ("category", "failure", "is_right"),
    [
        ("irrelevance", "malformed_call", True),
        ("irrelevance", "unknown_tool", False),
        ("live_relevance", "unknown_tool", True),
        ("simple_python", "malformed_call", False),
    ],
)
def test_the_two_leniencies_of_the_official_runner(category: str, failure: str, is_right: bool) -> None:
    assert is_officially_right(record(category, success=False, failure=failure)) is is_right


def test_a_figure_that_differs_is_shown_and_counted() -> None:
    records = [record("irrelevance"), record("live_irrelevance", success=False, failure="malformed_call")]
    official = Official(
        right={"irrelevance": 1, "live_irrelevance": 0}, shown={"Irrelevance Detection": "50.00%"}
    )
    lines = compare(records, official)
    assert [line.lenient == line.official for line in lines] == [True, False, False]
    with Path("/dev/null").open("w") as nowhere:
        assert show(lines, Console(file=nowhere)) == 2


def test_a_run_with_errors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a run of `inftool bench bfcl`"):
        read_records(tmp_path)


@pytest.mark.skipif(not LANE.exists(), reason="make lane-bfcl")
def test_the_official_command_line_counts_the_reference_answers_as_we_do(tmp_path: Path) -> None:
    categories = ("simple_java", "live_relevance", "multi_turn_base")
    suite, agent = BfclSuite(), OracleAgent()
    what = Measurement(agent="oracle", options={}, categories=categories, limit=40)
    floors = tmp_path / "floors"
    try:
        measure(
            suite, agent, what, tmp_path / "run", resume=False, floors=floors, console=Console(quiet=True)
        )
    finally:
        suite.close()
        agent.close()
    records = read_records(tmp_path / "run")
    lines = compare(records, evaluate(records, tmp_path / "official"))
    assert [line.what for line in lines] == list(categories)
    assert all(line.ours == line.official for line in lines)
    assert lines[0].ours == "39 of 40", "simple_java_36 cannot be passed"
    assert V4_OFFLINE not in {line.what for line in lines}
    assert set(categories) < set(CATEGORIES)
