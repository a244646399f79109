import json
from pathlib import Path

import pytest

from inftool_env.commands.validate import run
from inftool_env.core.errors import ConfigError

FORECAST = {
    "operationId": "get_forecast",
    "parameters": [{"name": "city", "in": "query", "required": True, "schema": {"type": "string"}}],
}
MISSPELT = {"parameters": [{"name": "days", "in": "query", "schema": {"type": "intger"}}]}
GOOD = {
    "openapi": "3.1.0",
    "info": {"title": "Weather [red]API"},
    "paths": {"/forecast": {"get": FORECAST}},
}
BAD = {
    **GOOD,
    "paths": {**GOOD["paths"], "/x": {"get": MISSPELT}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    (tmp_path / "bad.json").write_text(json.dumps(BAD))
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "Pet.json").write_text('{"type": "object"}')
    return tmp_path


def test_a_good_document_is_0_and_a_bad_one_is_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run((str(folder / "good.json"),), seeds=1) == 0
    assert " yes" in capsys.readouterr().out
    assert run((str(folder / "good.json"), str(folder / "bad.json")), seeds=1) == 1
    shown = capsys.readouterr().out
    assert "1 of 2 operations became tools" in shown
    assert "2 documents" in shown


def test_json_names_every_tool(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run((str(folder / "good.json"),), seeds=1, json=True)
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["environments"][0]["tools"][0]["tool"] == "get_forecast"
    assert "simple" in document["environments"][0]["tools"][0]["categories"]


def test_a_part_of_a_folder_is_named_and_breaks_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.json").unlink()
    assert run(all=folder, seeds=1) == 0
    captured = capsys.readouterr()
    assert "No API by itself" in captured.out
    assert "parts/Pet.json" in captured.out
    assert "1/2 good.json" in captured.err


def test_a_part_that_is_named_itself_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run((str(folder / "parts" / "Pet.json"),), seeds=1, json=True) == 1
    assert "expected one of OpenAPI" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sources", "options", "found"),
    [
        ((), {}, "nothing is given"),
        (("a.json",), {"all": Path()}, "both documents and --all"),
        (("a.json",), {"seeds": 0}, "--seeds is 0"),
        ((), {"all": Path("no-such-folder")}, "holds no document"),
    ],
)
def test_an_impossible_command_is_refused_at_once(sources, options, found) -> None:
    with pytest.raises(ConfigError, match=found):
        run(sources, **options)
