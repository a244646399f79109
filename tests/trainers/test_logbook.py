import time
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from inftool_env.core.errors import CheckpointError
from inftool_env.core.jsonl import read_jsonl
from trainers.logbook import Logbook, StepMetrics


def steps_of(folder: Path) -> list[tuple[int, float]]:
    lines = read_jsonl(folder / "metrics.jsonl", StepMetrics)
    return [(line.step, line.metrics["reward/mean"]) for line in lines]


def scalars_of(folder: Path) -> list[tuple[int, float]]:
    events = EventAccumulator(str(folder / "tensorboard")).Reload()
    return [(event.step, event.value) for event in events.Scalars("reward/mean")]


def test_tensorboard_reads_back_what_the_lines_say(tmp_path: Path) -> None:
    with Logbook(tmp_path) as logbook:
        for step, reward in enumerate((0.25, 0.5, 0.75)):
            logbook.write_metrics(step, {"reward/mean": reward})
    assert steps_of(tmp_path) == scalars_of(tmp_path) == [(0, 0.25), (1, 0.5), (2, 0.75)]


def test_an_interrupted_run_keeps_all_lines_so_far(tmp_path: Path) -> None:
    def run() -> None:
        with Logbook(tmp_path) as logbook:
            logbook.write_metrics(0, {"reward/mean": 0.25})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert steps_of(tmp_path) == scalars_of(tmp_path) == [(0, 0.25)]


def test_a_resumed_run_replaces_the_steps_it_does_again(tmp_path: Path) -> None:
    with Logbook(tmp_path) as logbook:
        for step in range(3):
            logbook.write_metrics(step, {"reward/mean": 0.0})
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step":3,"metr')  # the power went off here
    time.sleep(1.1)  # TensorBoard tells the files of two runs apart by the second they began in
    with Logbook(tmp_path, first_step=2) as logbook:
        logbook.write_metrics(2, {"reward/mean": 1.0})
    assert steps_of(tmp_path) == scalars_of(tmp_path) == [(0, 0.0), (1, 0.0), (2, 1.0)]


def test_a_full_disk_says_how_to_go_on(tmp_path: Path) -> None:
    with Logbook(tmp_path) as logbook:
        (tmp_path / "metrics.jsonl").symlink_to("/dev/full")
        with pytest.raises(CheckpointError, match=r"No space left on device.*--resume"):
            logbook.write_metrics(0, {"reward/mean": 0.25})
