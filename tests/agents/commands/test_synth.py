from pathlib import Path

import pytest

from inftool_env.__main__ import EXIT_USAGE, main


def test_a_dataset_is_made_and_told_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "data"
    words = ["synth", "InfTool/weather-api-v0", "--out", str(out), "-n", "5", "--format", "hermes", "openai"]
    assert main([*words, "--categories", "simple", "--assistant", "teacher"]) == 0
    assert "5 rows in" in " ".join(capsys.readouterr().out.split())
    assert {path.name for path in out.iterdir()} == {"README.md", "manifest.json", "hermes", "openai"}
    assert main([*words, "--categories", "simple", "--assistant", "teacher"]) == EXIT_USAGE
    assert "--resume" in capsys.readouterr().err


def test_what_cannot_work_is_refused_with_its_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["InfTool/weather-api-v0", "--categories", "simpel"]):
        assert main(["synth", *words, "--out", str(tmp_path / "x")]) == EXIT_USAGE
        assert "expected" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
