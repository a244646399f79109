import json
import sys
from pathlib import Path

import pytest

from inftool_env.__main__ import _run, main, verbs
from inftool_env.core.jsonl import write_jsonl

TARGET = "benchmarks.commands.bench:run"
FEW = ("conversations", "--categories", "confirm", "-n", "3")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def bench(*arguments: str) -> int:
    return _run("bench", TARGET, list(arguments))


def test_the_command_measures_writes_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["inftool", "bench", *FEW, "--agent", "oracle"])
    assert bench(*FEW, "--agent", "oracle", "--out", "a", "--leaderboard", "board.md") == 0
    assert "pass^4" in capsys.readouterr().out
    assert (
        "`inftool bench conversations --categories confirm -n 3 --agent oracle`"
        in Path("board.md").read_text()
    )
    assert bench(*FEW, "--agent", "empty", "--out", "b", "-k", "4", "--json") == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["version"], report["overall"]["tries"]) == ("conversations-1", 12)
    assert bench("--compare", "b", "a", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["overall"]["mean"] == 1.0


def test_training_data_is_searched_for_the_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "run" / "demonstrations.jsonl", [{"content": "nothing of it"}])
    assert bench(*FEW, "--against", "run", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["tasks"], found["seen_tasks"], found["seen_questions"]) == (3, 0, 0)


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bench" in verbs()
    for arguments, told in (
        (["conversations"], "Give --agent"),
        (["nothing", "--agent", "oracle"], "expected some of bfcl, held-out, conversations"),
        (["--agent", "oracle"], "Correct the name"),
        (["conversations", "--agent", "no/such/folder"], "inftool base"),
        (["conversations", "--agent", "oracle", "-n", "0"], "expected 1 or more"),
    ):
        assert main(["bench", *arguments]) == 2
        assert told in capsys.readouterr().err
