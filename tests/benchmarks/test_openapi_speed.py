import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.speed.openapi import Answer, Side, ask, documents, main, show

OURS = (sys.executable, "-m", "benchmarks.speed.openapi_ours")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "pets.json"
    operation = {"operationId": "list_pets", "responses": {}}
    path.write_text(json.dumps({"openapi": "3.1.0", "info": {}, "paths": {"/pets": {"get": operation}}}))
    (tmp_path / "part.json").write_text('{"type": "object"}')
    (tmp_path / "tools.json").write_text('[{"name": "add", "description": "Add.", "parameters": {}}]')
    return path


def test_only_openapi_documents_are_compared(document: Path) -> None:
    assert list(documents(document.parent)) == [document]


def test_our_worker_tells_tools_seconds_and_sizes(document: Path) -> None:
    answer = ask(Side(name="InfTool", command=OURS), document)
    assert (answer.tools, answer.error) == (1, "")
    assert answer.seconds > 0
    assert 5 < answer.tokens[0] < 100


def test_a_worker_that_fails_counts_as_a_document_not_loaded(document: Path) -> None:
    broken = ask(
        Side(name="peer", command=(sys.executable, "-c", "raise SystemExit('no fastmcp')")), document
    )
    refused = ask(Side(name="InfTool", command=OURS), document.with_name("part.json"))
    assert not broken.is_loaded
    assert broken.error == "no fastmcp"
    assert not refused.is_loaded
    assert "part.json" in refused.error


def test_sums_are_over_the_documents_that_both_load() -> None:
    two, three = (Answer(tools=number, seconds=1.0, tokens=(10.0,) * number) for number in (2, 3))
    ours = Side(name="ours", command=(), read={"a": two, "b": three})
    peer = Side(name="peer", command=(), read={"a": two, "b": Answer(error="refused")})
    written = io.StringIO()
    show((ours, peer), Console(file=written, width=200))
    assert "ours: 2 of 2 documents, 5 tools; on the 1 that both load: 2 tools, 1.00 s" in written.getvalue()
    assert "peer: 1 of 2 documents, 2 tools" in written.getvalue()


def test_a_folder_without_documents_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["openapi", str(tmp_path), "--peer", sys.executable])
    with pytest.raises(SystemExit):
        main()
    assert "holds no OpenAPI document" in capsys.readouterr().err
