import json
from pathlib import Path

import pytest

from inftool_env.commands.inspect import run
from inftool_env.core.errors import SpecError

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Weather [red]API\u001b[31m"},
    "paths": {
        "/forecast": {
            "get": {
                "operationId": "getForecast",
                "parameters": [
                    {"name": "city", "in": "query", "required": True, "schema": {"type": "string"}}
                ],
            },
            "post": {"parameters": [{"name": "days", "in": "query", "schema": {"type": "intger"}}]},
        }
    },
}


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "weather.json"
    path.write_text(json.dumps(SPEC))
    return str(path)


def test_tools_and_what_was_skipped_are_shown(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(Path(spec))
    shown = capsys.readouterr().out
    assert "2 operations: 1 tool, 1 skipped" in shown
    assert "getForecast" in shown
    assert "city*" in shown
    assert "Did you mean 'integer'?" in shown


def test_the_documents_words_do_not_act_on_the_terminal(
    spec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(Path(spec))
    shown = capsys.readouterr().out
    assert "Weather [red]API" in shown
    assert "\x1b" not in shown


def test_json_holds_the_whole_reading(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(Path(spec), json=True)
    reading = json.loads(capsys.readouterr().out)
    assert (reading["name"], reading["operations"]) == ("weather-red-api-31m", 2)
    assert reading["tools"][0]["parameters"]["required"] == ["city"]
    assert reading["skipped"][0]["place"] == "paths./forecast.post"


def test_a_file_that_is_no_spec_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        run(tmp_path / "none.yaml")


PETS = {
    "openapi": "3.1.0",
    "info": {"title": "Pets"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {"type": "object", "properties": {"id": {"type": "string"}}},
                                }
                            }
                        }
                    }
                },
            }
        },
        "/pets/{petId}": {
            "delete": {
                "operationId": "deletePet",
                "parameters": [
                    {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
            }
        },
    },
}


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "pets.json"
    path.write_text(json.dumps(PETS))
    return path


def test_the_graph_shows_resources_and_what_feeds_them(
    pets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(pets, graph=True)
    shown = capsys.readouterr().out
    assert "list: listPets" in shown
    assert "delete: deletePet" in shown
    assert "petId ← listPets.id" in shown


def test_json_carries_the_graph_when_asked(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(pets, json=True, graph=True)
    graph = json.loads(capsys.readouterr().out)["graph"]
    assert graph["tools"][1] == {"tool": "deletePet", "action": "delete", "resource": "pet"}
    assert [edge["evidence"] for edge in graph["edges"]] == ["key"]


def test_a_picture_is_written_beside_the_table(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(pets, graph_out=pets.with_name("pets.svg"))
    assert "Resources" in capsys.readouterr().out
    assert "deletePet" in pets.with_name("pets.svg").read_text(encoding="utf-8")
