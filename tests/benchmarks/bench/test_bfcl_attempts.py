"""Attempts at items made up here, with a judge that keeps what it is asked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.bench.agent import Answer
from benchmarks.bench.bfcl_attempts import NEWS, BfclTask
from benchmarks.bench.bfcl_totals import totals
from benchmarks.bench.suites.bfcl import CATEGORIES, BfclSuite
from benchmarks.bfcl.items import SINGLE_TURN, Item
from benchmarks.bfcl.lane import LANE, Ruling

FUNCTION = {
    "name": "trip.plan",
    "description": "Plans.",
    "parameters": {"type": "dict", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
OFFERED = {"type": "function", "function": {**FUNCTION, "name": "trip_plan"}}
LATER = {"type": "function", "function": {**FUNCTION, "name": "cancel"}}
ITEM = Item(
    id="made_0",
    category="simple_python",
    question=(({"role": "user", "content": "To Oslo."},),),
    functions=(FUNCTION,),
    declared=(FUNCTION,),
    truth=[{"trip.plan": {"city": ["Oslo"]}}],
    tools=(OFFERED,),
)
TALK = replace(
    ITEM,
    category="multi_turn_miss_func",
    question=(({"role": "user", "content": "To Oslo."},), (), ({"role": "user", "content": "Thanks."},)),
    later_tools={"1": (OFFERED, LATER)},
    truth=[["trip.plan(city='Oslo')"], [], []],
)
CALL = {"content": None, "tool_calls": [{"name": "trip_plan", "arguments": {"city": "Oslo"}}]}


class Judge:
    """Accepts everything and answers every call."""

    def __init__(self, results: int | None = None) -> None:
        self.judged: list[Any] = []
        self.ran: list[Any] = []
        self._results = results

    def judge(self, item: Item, answer: Any) -> Ruling:
        self.judged.append(answer)
        return Ruling(accepted=True, reason="")

    def run(self, item: Item, steps: Sequence[Any]) -> tuple[str, ...]:
        self.ran.append(list(steps))
        return ("ok",) * (len(steps[-1]) if self._results is None else self._results)


def test_an_answer_is_judged_in_the_form_of_the_official_runner() -> None:
    judge = Judge()
    attempt = BfclTask(item=ITEM, runner=judge).open()
    attempt.step(Answer(action=CALL))
    assert judge.judged == [[{"trip_plan": '{"city": "Oslo"}'}]]
    assert attempt.outcome().success


def test_the_solution_is_the_truth_under_the_names_that_are_offered() -> None:
    (turn,) = BfclTask(item=ITEM, runner=Judge()).open().solution
    assert [(call.name, call.arguments) for call in turn.calls] == [("trip_plan", {"city": "Oslo"})]


@pytest.mark.parametrize(
    "action", ["", " \n", {"content": None}, {"content": "", "tool_calls": []}, "Sorry."]
)
def test_silence_and_words_are_right_where_nothing_should_be_called(action: object) -> None:
    attempt = BfclTask(item=replace(ITEM, category="irrelevance"), runner=Judge()).open()
    attempt.step(Answer(action=action))
    assert attempt.outcome().success


@pytest.mark.parametrize(
    ("action", "failure"),
    [
        ("<tool_call>{broken</tool_call>", "malformed_call"),
        ({"tool_calls": [{"function": {"name": "trip_plan", "arguments": "{broken"}}]}, "malformed_call"),
        ({"tool_calls": [{"function": {"name": "os.system", "arguments": '{"command": "x"}'}}]}, ""),
        ({"tool_calls": [{"name": "forged", "arguments": {}}]}, "unknown_tool"),
        ("x" * 100_000, "malformed_call"),
        ([["a"]], "malformed_call"),
    ],
)
def test_what_cannot_be_read_or_was_not_offered_never_reaches_the_judge(action: object, failure: str) -> None:
    judge = Judge()
    for category in ("irrelevance", "live_relevance", "simple_python"):
        attempt = BfclTask(item=replace(ITEM, category=category), runner=judge).open()
        attempt.step(Answer(action=action))
        assert not attempt.outcome().success
        assert attempt.outcome().failure == failure or not failure
    assert judge.judged == []


def test_a_conversation_goes_turn_by_turn_and_tools_come_into_sight() -> None:
    judge = Judge()
    attempt = BfclTask(item=TALK, runner=judge).open()
    attempt.step(Answer(action=CALL))
    assert attempt.observation["messages"][-1]["content"] == "ok"
    attempt.step(Answer(action="Done."))
    assert attempt.observation["messages"][-1] == {"role": "user", "content": NEWS}
    assert len(attempt.observation["tools"]) == 2
    attempt.step(Answer(action=CALL))
    assert judge.ran[-1] == [[{"trip_plan": json.dumps({"city": "Oslo"})}]] * 2
    attempt.step(Answer(action=""))
    attempt.step(Answer(action="Bye."))
    assert attempt.is_over
    steps = [{"trip_plan": json.dumps({"city": "Oslo"})}]
    assert judge.judged == [[[steps, "Done."], [steps, ""], ["Bye."]]]


def test_endless_calls_end_after_the_official_number_of_steps() -> None:
    attempt = BfclTask(item=TALK, runner=Judge()).open()
    taken = 0
    while not attempt.is_over:
        attempt.step(Answer(action=CALL))
        taken += 1
    assert (taken, attempt.outcome().success, attempt.outcome().truncated) == (21, False, True)


def test_calls_that_hang_the_simulated_apis_are_a_failure() -> None:
    attempt = BfclTask(item=TALK, runner=Judge(results=0)).open()
    attempt.step(Answer(action=CALL))
    assert attempt.outcome().failure == "out_of_time"


def test_totals_are_those_of_the_official_table() -> None:
    tasks = dict.fromkeys(CATEGORIES, 10)
    silent = {name: float("irrelevance" in name) for name in CATEGORIES}
    assert totals(dict.fromkeys(CATEGORIES, 1.0), tasks)["v4_without_agentic"] == pytest.approx(0.6)
    assert totals(dict.fromkeys(CATEGORIES, 1.0), tasks)["v3"] == pytest.approx(1.0)
    # An agent that says nothing earns the 10 % for irrelevance.
    assert totals(silent, tasks)["v4_without_agentic"] == pytest.approx(0.1)
    # By hand: live counts by size; simple is one part of five with irrelevance, and of four without.
    means = silent | {"simple_python": 0.9, "live_multiple": 0.5}
    found = totals(means, tasks | {"live_multiple": 70})
    assert found["non_live"] == pytest.approx(0.3 / 4)
    assert found["live"] == pytest.approx(35 / 100)
    assert found["v3"] == pytest.approx(((35 + 10) / 120 + (0.3 + 1.0) / 5 + 0) / 3)


def test_a_total_that_lacks_a_part_is_not_told() -> None:
    means = dict.fromkeys(SINGLE_TURN, 1.0)
    assert totals(means, dict.fromkeys(SINGLE_TURN, 1)).keys() == {"non_live", "live", "irrelevance"}
    assert totals({"multiple": 1.0}, {"multiple": 5}) == {}
    notes = BfclSuite().notes(SINGLE_TURN)
    assert "multi_turn_base" in notes[-1]
    assert "60 % at most" in notes[0]


@pytest.mark.bfcl
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not LANE.exists(), reason="make lane-bfcl installs it")
def test_the_truth_wins_where_bfcl_lets_it() -> None:
    suite = BfclSuite()
    try:
        for category in ("simple_java", "live_relevance", "multi_turn_miss_func"):
            for task in [*suite.tasks(category)[:3], *suite.tasks(category)[36:37]]:
                attempt = task.open()
                for turn in attempt.solution:
                    calls = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
                    attempt.step(Answer(action={"content": turn.content, "tool_calls": calls}))
                assert attempt.outcome().success is (task.id not in suite.impossible), task.id
    finally:
        suite.close()
