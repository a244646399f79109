import json
from pathlib import Path

import pytest

from benchmarks.scenarios import Course, group, main, measure, reasons_table, table
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Scenario
from inftool_env.envs.apis import load_toolset
from inftool_env.scenarios import author
from inftool_env.validation.grid import open_console, show

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Lamp"},
    "paths": {
        "/lamp": {
            "put": {
                "operationId": "set_lamp",
                "description": "Set the lamp.",
                "parameters": [
                    {"name": "room", "in": "query", "required": True, "schema": {"type": "string"}}
                ],
            }
        }
    },
}


def test_every_scenario_is_won_by_the_reference() -> None:
    courses = measure(load_toolset("trips-api"), 3)
    assert {course.won for course in courses.values()} == {3}
    assert {(course.made, course.wanted) for course in courses.values()} == {(3, 3)}
    assert all(course.rate > 0 for course in courses.values())


def test_every_attempt_that_is_rejected_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def seal(*_: object) -> Scenario:
        raise ScenarioError("weather-api/simple-1/train/0: it is no good; expected better.")

    monkeypatch.setattr(author, "_seal", seal)
    course = measure(load_toolset("weather-api"), 1)["simple"]
    assert course == Course(wanted=1, seconds=course.seconds, rejected={"it is no good": author.ATTEMPTS})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (
            "a/simple-1/train/7: a solution that must fail succeeds: (Turn()); expected none.",
            "a solution that must fail succeeds",
        ),
        (
            "a.get: the server answers {}; expected a success.",
            "the server refuses a call of the reference solution",
        ),
        (
            "a: no two listed rows are alike in this world; expected some.",
            "no two listed rows are alike in this world",
        ),
        ("a.f: returned no new id; expected", "an answer holds no new value to hand on"),
        ("something (of a kind) went wrong", "something"),
    ],
)
def test_reasons_are_told_without_what_differs_from_one_to_the_next(error: str, kind: str) -> None:
    assert group(ScenarioError(error)) == kind


def test_courses_add_up() -> None:
    whole = Course(wanted=2, made=1, seconds=0.5, rejected={"a": 1}, won=1)
    whole.add(Course(wanted=2, made=2, seconds=0.5, rejected={"a": 2, "b": 1}, won=1, lucky=1, losses=["x"]))
    assert whole == Course(
        wanted=4, made=3, seconds=1.0, rejected={"a": 3, "b": 1}, won=2, lucky=1, losses=["x"]
    )
    assert (whole.rate, whole.attempts) == (3.0, 7)


def test_a_folder_is_measured_document_by_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lamp.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "part.json").write_text('{"type": "object"}')
    (tmp_path / "broken.yaml").write_text("openapi: 3.1.0\npaths: 3")
    assert main([str(tmp_path), "--seeds", "1", "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["simple"]["made"] == found["simple"]["won"] == 1
    assert "3/3" in told.err
    assert "left out: " in told.err


def test_who_loses_is_shown_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    console = open_console()
    total = {
        "simple": Course(wanted=9, made=8, seconds=2, rejected=dict(zip("abcd", (4, 3, 2, 1), strict=True)))
    }
    show(console, table(total))
    show(console, reasons_table(total))
    shown = capsys.readouterr().out
    assert "1 other reasons" in shown
    assert ["simple", "9", "8", "4", "10", "56", "0", "0"] in [line.split() for line in shown.splitlines()]
