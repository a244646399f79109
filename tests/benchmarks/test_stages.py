from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.learning.stages import main, read_runs
from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.jsonl import to_json
from inftool_env.curriculum.rates import measure_rate
from trainers.evaluate import EvaluationReport
from trainers.run_folder import EvolveReport, StageReport


def stage(name: str, successes: int) -> StageReport:
    rate = measure_rate(successes, 10)
    report = EvaluationReport(
        policy="p", overall=rate, macro=rate.value, categories={"simple": rate}, failures={}, unscorable=0
    )
    return StageReport(
        name=name,
        accepted=True,
        why="",
        held_out=report,
        held_out_tools=None,
        profiles={},
        environments=(),
        seconds=1.0,
    )


def write_run(folder: Path, *stages: StageReport) -> Path:
    folder.mkdir()
    report = EvolveReport(grounds=(), stages=stages, policy="base", seconds=90.0)
    (folder / "report.json").write_text(to_json(report))
    return folder


def test_the_table_shows_mean_and_range_over_the_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [
        write_run(tmp_path / "a", stage("base", 2), stage("sft", 6)),
        write_run(tmp_path / "b", stage("base", 4), stage("sft", 9)),
    ]
    assert main([str(run) for run in runs]) == 0
    printed = capsys.readouterr().out
    assert "30% (20%-40%)" in printed
    assert "75% (60%-90%)" in printed
    assert "1.5 min" in printed


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no report\.json.*--resume"):
        read_runs([tmp_path])


def test_runs_of_different_stages_do_not_compare(tmp_path: Path) -> None:
    one = write_run(tmp_path / "a", stage("base", 2))
    other = write_run(tmp_path / "b", stage("base", 2), replace(stage("sft", 3), accepted=False))
    with pytest.raises(ConfigError, match="differ in stages"):
        read_runs([one, other])
