import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inftool_env.commands.condense import run
from inftool_env.core.errors import ConfigError, SpecError
from inftool_env.envs.registry import register_api
from inftool_env.specs.load import read_tools

pytest.importorskip("sklearn", reason="the extra 'condense' is not installed")

SHARED = Path(__file__).parents[3] / ".." / "shared" / "specs"


def function(name: str, **parameters: str) -> dict[str, object]:
    properties = {key: {"type": kind} for key, kind in parameters.items()}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": f"{name.replace('_', ' ').capitalize()}.", "parameters": schema}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Two versions of one API, another API, a part of a document, and something else."""
    folder = tmp_path / "specs"
    (folder / "parts").mkdir(parents=True)
    own = [function("get_note", id="integer"), function("add_note", text="string")]
    documents = {
        "notes.json": {"info": {"title": "Notes"}, "functions": [*own, function("list_notes")]},
        "notes-2.json": {
            "info": {"title": "Notes API 2"},
            "functions": [*own, function("delete_note", id="integer")],
        },
        "pets.json": {"info": {"title": "Pets"}, "functions": [function("get_pet", id="integer")]},
        "parts/Pet.json": {"type": "object"},
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document))
    (folder / "README.md").write_text("No document.")
    return folder


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_every_tool_of_every_document_is_accounted_for(specs, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    run((specs,), out=out)
    assert sorted(texts(out)) == ["audit.jsonl", "notes.json", "pets.json", "summary.json"]
    assert read_tools(out / "notes.json").names == ("get_note", "add_note", "list_notes", "delete_note")
    found = {(Path(str(line["document"])).name, line["tool"]): line for line in lines(out)}
    assert len(found) == 7
    merged = found["notes-2.json", "get_note"]
    assert (merged["fate"], merged["file"], merged["name"]) == ("merged", "notes.json", "get_note")
    assert merged["nearest"] == f"{specs.as_posix()}/notes.json: get_note"
    assert found["notes-2.json", "delete_note"]["file"] == "notes.json"
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["tools_before"], summary["tools_after"]) == (7, 5)
    assert [Path(one["document"]).name for one in summary["left_out"]] == ["Pet.json"]
    shown = capsys.readouterr().out
    assert "1 other files give no tools" in shown
    assert "delete_note" not in shown


def test_what_is_written_registers_as_an_environment(specs, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("INFTOOL_HOME", str(tmp_path / "home"))
    run((specs,), out=tmp_path / "out")
    assert register_api(tmp_path / "out" / "notes.json", name="condensed-notes") == (
        "InfTool/condensed-notes-v0",
    )


def test_an_earlier_result_is_replaced_and_never_read(specs) -> None:
    out = specs / "out"
    run((specs,), out=out)
    before = texts(out)
    run((specs,), out=out)
    assert texts(out) == before
    run((specs / "pets.json",), out=out)
    assert sorted(texts(out)) == ["audit.jsonl", "pets.json", "summary.json"]
    assert [path.name for path in specs.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["notes.txt", "summary.json"])
def test_somebodys_files_are_never_overwritten(name, specs, tmp_path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine")
    with pytest.raises(ConfigError, match=f"holds {name}; expected a new or empty folder"):
        run((specs,), out=out)
    assert texts(out) == {name: "mine"}


def test_a_file_added_to_an_earlier_result_is_kept(specs, tmp_path) -> None:
    out = tmp_path / "out"
    run((specs,), out=out)
    (out / "mine.json").write_text("{}")
    with pytest.raises(ConfigError, match="nobody added to"):
        run((specs,), out=out)
    assert (out / "mine.json").exists()


def test_a_document_that_was_named_must_be_readable(specs, tmp_path) -> None:
    with pytest.raises(SpecError, match=r"Pet\.json"):
        run((specs / "pets.json", specs / "parts" / "Pet.json"), out=tmp_path / "out")
    with pytest.raises(ConfigError, match="gives no tools"):
        run((specs / "parts",), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_out_of_a_folder_is_not_followed(specs, tmp_path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pets.json").symlink_to(specs / "pets.json")
    (inner / "own.json").write_text((specs / "notes.json").read_text())
    run((inner,), out=tmp_path / "out")
    assert {line["document"] for line in lines(tmp_path / "out")} == {f"{inner.as_posix()}/own.json"}


def test_every_order_and_every_process_gives_the_same_bytes(specs, tmp_path) -> None:
    named = sorted(map(str, specs.glob("*.json")))
    run(tuple(map(Path, named)), out=tmp_path / "here")
    command = [
        sys.executable,
        "-m",
        "inftool_env",
        "condense",
        *named[::-1],
        "--out",
        str(tmp_path / "there"),
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "1"})
    assert texts(tmp_path / "here") == texts(tmp_path / "there")
    assert any(line["fate"] == "merged" for line in lines(tmp_path / "here"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_two_pet_stores_and_two_notions_become_one_each(tmp_path) -> None:
    named = [
        "petstore.oas30.yaml",
        "petstore.swagger20.json",
        "notion.oas31.json",
        "mcp/notion-mcp-server.json",
    ]
    run(tuple(SHARED / name for name in named), out=tmp_path / "out")
    assert sorted(texts(tmp_path / "out")) == [
        "audit.jsonl",
        "notion-api.json",
        "summary.json",
        "swagger-petstore-openapi-3-0.json",
    ]
    merged = [line["tool"] for line in lines(tmp_path / "out") if line["fate"] == "merged"]
    assert len(merged) >= 35
    assert "findPetsByStatus" not in merged  # One takes a single status, the other a list.
