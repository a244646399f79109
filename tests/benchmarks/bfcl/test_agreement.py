import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.bfcl import agreement
from benchmarks.bfcl.agreement import GOAL, main, measure, show, write_disagreements
from benchmarks.bfcl.cases import TRUTH, WORDS
from benchmarks.bfcl.causes import CAUSES, UNEXPLAINED
from benchmarks.bfcl.lane import Ruling
from benchmarks.bfcl.render import render
from inftool_env.core.errors import ConfigError

ITEM = {"cancel": {"number": [7]}}


class Like:
    """A checker that accepts what ``accepts`` says."""

    def __init__(self, items, accepts):
        self._items, self._accepts = items, accepts

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def items(self, category):
        return self._items

    def judge(self, item, answer):
        accepted = self._accepts(item, answer)
        return Ruling(accepted=accepted, reason="" if accepted else "no")


@pytest.fixture
def same(make_item):
    """A checker of our mind."""
    item = make_item(ITEM)
    right = [{"cancel": json.dumps(call.arguments)} for call in render(item).answer]
    return Like([item], lambda _, answer: answer == right)


def test_checkers_of_one_mind_agree_on_every_answer(same) -> None:
    report = measure(same, ["parallel_multiple"])
    assert report.overall.agreement == 1.0
    assert report.overall.cases > 8
    assert report.kinds[TRUTH].ours == report.kinds[TRUTH].official == 1
    assert not report.disagreements


def test_what_cannot_be_satisfied_and_what_cannot_be_explained_are_told_apart(make_item) -> None:
    item = make_item(ITEM)
    nobody = measure(Like([item], lambda *_: False), ["parallel_multiple"])
    assert nobody.causes == {"unsatisfiable": nobody.overall.cases - nobody.overall.agreed}
    everybody = measure(Like([item], lambda *_: True), ["parallel_multiple"])
    assert everybody.causes[UNEXPLAINED] > 0


def test_an_answer_of_words_is_sent_as_words_and_turns_as_steps(make_item) -> None:
    said = []

    def hear(_, answer):
        said.append(answer)
        return True

    measure(Like([make_item()], hear), ["irrelevance"])
    assert said[0] == WORDS
    talk = make_item(truth=[["cancel(number=1)"], []], category="multi_turn_base", question=((), ()))
    measure(Like([talk], hear), ["multi_turn_base"], limit=1)
    assert [[[{"cancel": '{"number": 1}'}], WORDS], [WORDS]] in said


def test_an_item_that_cannot_be_rendered_is_named(make_item) -> None:
    report = measure(Like([make_item({"fly": {}})], lambda *_: True), ["parallel"])
    assert report.overall.cases == 0
    assert "made_up_0" in report.left_out[0]


def test_the_report_shows_every_disagreement_with_its_cause(make_item, tmp_path: Path) -> None:
    report = measure(Like([make_item(ITEM)], lambda *_: False), ["parallel_multiple"])
    write_disagreements(tmp_path / "one.md", "one request", report)
    text = (tmp_path / "one.md").read_text()
    assert "## unsatisfiable (1)" in text
    assert CAUSES[0].sentence in text
    console = Console(record=True, width=120)
    show(console, "one request", report)
    assert "ground_truth" in console.export_text()


def test_the_program_succeeds_only_when_the_goal_is_met(
    same, make_item, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(agreement, "OfficialChecker", lambda: same)
    given = ["--categories", "parallel_multiple", "--out", str(tmp_path), "--json"]
    assert main(given) == 0
    assert json.loads(capsys.readouterr().out)["one request"]["overall"]["agreement"] == 1.0
    assert json.loads((tmp_path / "numbers.json").read_text())["one request"]["overall"]["agreement"] > GOAL
    monkeypatch.setattr(agreement, "OfficialChecker", lambda: Like([make_item(ITEM)], lambda *_: True))
    assert main(given[:-1]) == 1

    def missing():
        raise ConfigError("no lane")

    monkeypatch.setattr(agreement, "OfficialChecker", missing)
    assert main(given) == 2
