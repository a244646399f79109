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
