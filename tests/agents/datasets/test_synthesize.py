"""Whole datasets: their bytes, what resumes, and what they hold."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from agents.datasets import synthesize as pipeline
from agents.datasets.blocks import WorkerError
from agents.datasets.config import Format, SynthConfig
from agents.datasets.manifest import MANIFEST, Manifest
from agents.datasets.seen import NEAR, Seen
from agents.datasets.sketches import SHINGLE
from agents.datasets.sources import Source, read_sources
from agents.datasets.synthesize import synthesize
from inftool_env.core.errors import ConfigError, ScenarioError
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.envs.registry import load_toolset
from inftool_env.world.wall import is_open, split_of

CONFIG = SynthConfig(rows=50, eval_rows=15)
POOR = """
openapi: 3.1.0
info: {title: Lamp, version: "1"}
paths:
  /lamp:
    get:
      operationId: is_lamp_on
      summary: Whether the lamp is on
      parameters: [{name: room, in: query, required: true, schema: {type: string, enum: [hall, attic]}}]
"""
Make = Callable[..., Manifest]


class Killed(BaseException):
    """The end of a process, as far as one process can play it."""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def rows_of(folder: Path, split: Split) -> Iterator[JsonObject]:
    for path in sorted((folder / "openai").glob(f"{split.value}-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


@pytest.fixture(scope="session")
def whole(sources: tuple[Source, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of a dataset that was made in one go."""
    folder = tmp_path_factory.mktemp("whole")
    synthesize(sources, CONFIG, folder, rows_per_shard=20)
    return contents(folder)


def test_the_folder_holds_what_was_asked_for(make: Make, tmp_path: Path) -> None:
    manifest = make("a", CONFIG)
    assert sorted(contents(tmp_path / "a")) == sorted(
        ["README.md", MANIFEST]
        + [
            f"openai/{name}.{suffix}"
            for name in ("train-00000", "train-00001", "train-00002", "eval-00000")
            for suffix in ("jsonl", "parquet")
        ]
    )
    assert [len(list(rows_of(tmp_path / "a", split))) for split in Split] == [50, 15]
    assert manifest.rows == 65
    assert manifest.is_done


def test_equal_seeds_give_equal_bytes_and_others_other_rows(
    make: Make, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    for name, config in (("a", CONFIG), ("c", replace(CONFIG, seed=1))):
        make(name, config)
    assert contents(tmp_path / "a") == whole
    ours, theirs = ({row["id"] for row in rows_of(tmp_path / name, Split.TRAIN)} for name in "ac")
    assert not ours & theirs


def test_formats_change_no_row(make: Make, tmp_path: Path, whole: dict[str, bytes]) -> None:
    make("a", replace(CONFIG, format=(Format.HERMES, Format.OPENAI)))
    rows = {name: data for name, data in whole.items() if name.startswith("openai/")}
    assert rows
    assert rows.items() <= contents(tmp_path / "a").items()


@pytest.mark.parametrize("moment", [1, 33, 51])
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(
    make: Make, tmp_path: Path, whole: dict[str, bytes], moment: int
) -> None:
    told = 0

    def kill(*_: object) -> None:
        nonlocal told
        told += 1
        if told == moment:
            raise Killed

    with pytest.raises(Killed):
        make("killed", CONFIG, on_progress=kill)
    with pytest.raises(ConfigError, match="--resume"):
        make("killed", CONFIG)
    make("killed", CONFIG, resume=True)
    assert contents(tmp_path / "killed") == whole


@pytest.mark.parametrize("times", [0, 2])
@pytest.mark.parametrize("seam", ["seal", "commit", "put", "card"])
def test_a_run_that_is_killed_between_two_steps_goes_on_to_the_same_bytes(
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: dict[str, bytes],
    seam: str,
    times: int,
) -> None:
    owner, name = {
        "seal": (pipeline.ShardWriter, "seal"),
        "commit": (Seen, "commit"),
        "put": (pipeline, "_put"),
        "card": (pipeline, "card"),
    }[seam]
    left = times
    real = getattr(owner, name)

    def kill(*arguments: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(owner, name, kill)
    try:
        make("killed", CONFIG)
    except Killed:
        monkeypatch.setattr(owner, name, real)
        make("killed", CONFIG, resume=True)
    assert contents(tmp_path / "killed") == whole


def test_resuming_what_is_done_changes_nothing(make: Make, tmp_path: Path) -> None:
    make("a", CONFIG)
    before = contents(tmp_path / "a")
    assert make("a", CONFIG, resume=True).is_done
    assert contents(tmp_path / "a") == before
    with pytest.raises(ConfigError, match="seed is 0; expected 2"):
        make("a", replace(CONFIG, seed=2), resume=True)


def test_no_file_of_somebody_else_is_touched(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter.txt").write_text("precious")
    (tmp_path / "b").write_text("precious")
    for name in "ab":
        for resume in (False, True):
            with pytest.raises(ConfigError, match="no dataset of `inftool synth`"):
                make(name, CONFIG, resume=resume)
    assert contents(tmp_path / "a") == {"letter.txt": b"precious"}
    with pytest.raises(ConfigError, match="0 workers"):
        make("c", CONFIG, workers=0)
    assert not (tmp_path / "c").exists()


def test_an_assistant_that_cannot_be_had_leaves_no_folder(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="with the model's name"):
        make("a", replace(CONFIG, assistant="http://127.0.0.1:1/v1"))
    assert not (tmp_path / "a").exists()


def test_no_two_rows_are_the_same_or_nearly_so(make: Make, tmp_path: Path) -> None:
    make("a", replace(CONFIG, rows=200, categories=("irrelevance", "simple")), rows_per_shard=200)
    rows = [row for split in Split for row in rows_of(tmp_path / "a", split)]
    said = [frozenset(shingles(row)) for row in rows]
    alike = [len(one & other) / len(one | other) for one, other in combinations(said, 2)]
    assert max(alike) < NEAR + 0.15  # an estimate decides, whose error is 0.045 at most
    assert sum(value >= NEAR for value in alike) <= len(rows) / 50


def test_an_api_with_little_to_say_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "PATIENCE", 6)
    (tmp_path / "poor.yaml").write_text(POOR)
    sources = read_sources([str(tmp_path / "poor.yaml")], ["simple"])
    manifest = synthesize(sources, SynthConfig(rows=2000), tmp_path / "a", rows_per_shard=40)
    record = manifest.splits[Split.TRAIN]
    assert record.exhausted
    assert 0 < record.tally.rows < 1000
    assert record.tally.refused.keys() <= {"duplicate", "near_duplicate"}
    assert f"nothing new came after {record.tally.rows}." in (tmp_path / "a" / "README.md").read_text()


def test_when_nothing_is_good_enough_it_is_said_why(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "PATIENCE", 20)
    monkeypatch.setattr("agents.datasets.candidates.MAX_CHARACTERS", 10)
    with pytest.raises(ScenarioError, match=r"none of 20 conversations can be a row: too_long \(20\)"):
        make("a", SynthConfig(rows=5))
    assert contents(tmp_path / "a") == {}
    monkeypatch.undo()
    assert make("a", SynthConfig(rows=5)).rows == 5


def test_train_and_eval_share_no_open_value(make: Make, tmp_path: Path, sources: tuple[Source, ...]) -> None:
    make("a", replace(CONFIG, rows=96, eval_rows=96), rows_per_shard=96)
    toolsets = {
        one.name: load_toolset(one.name.removeprefix("InfTool/").removesuffix("-v0")) for one in sources
    }
    values: dict[Split, set[str]] = {split: set() for split in Split}
    for split in Split:
        for row in rows_of(tmp_path / "a", split):
            for message in row["messages"]:
                for call in message.get("tool_calls", ()):
                    tool = toolsets[row["environment"]].get(call["function"]["name"])
                    assert tool is not None
                    for name, value in json.loads(call["function"]["arguments"]).items():
                        if is_open(tool.properties[name]):
                            assert split_of(value) in (split, None), (split, name, value)
                            values[split] |= {repr(leaf) for leaf in leaves(value) if split_of(leaf)}
    assert min(map(len, values.values())) > 60
    assert not values[Split.TRAIN] & values[Split.EVAL]


@pytest.mark.slow
def test_processes_of_any_number_and_kills_at_any_moment_give_the_same_bytes(
    make: Make, tmp_path: Path
) -> None:
    make("whole", replace(CONFIG, rows=150), rows_per_shard=10_000)
    command = [sys.executable, "-m", "inftool_env", "synth", "InfTool/weather-api-v0", "InfTool/bank-api-v0"]
    command += [
        "--out",
        str(tmp_path / "killed"),
        "-n",
        "150",
        "--eval-rows",
        "15",
        "--workers",
        "2",
        "--resume",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    while not list((tmp_path / "killed").glob(".work/blocks/*.jsonl")):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)  # of the first process alone: the others must notice
    process.wait()
    deadline = time.monotonic() + 20
    while members(process.pid):
        assert time.monotonic() < deadline, "a process outlived the one that it worked for"
        time.sleep(0.05)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_death_of_a_worker_is_told_and_the_run_resumes(
    make: Make, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    def kill(*_: object) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(WorkerError, match="--resume"):
        make("killed", CONFIG, workers=2, on_progress=kill)
    make("killed", CONFIG, resume=True)
    assert contents(tmp_path / "killed") == whole


def members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def leaves(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    else:
        yield value


def shingles(row: JsonObject) -> Iterator[tuple[str, ...]]:
    words: list[str] = []
    for message in row["messages"]:
        if message["role"] != "tool":
            words += [message["role"], *message["content"].lower().split()]
            for call in message.get("tool_calls", ()):
                words += [call["function"]["name"], *call["function"]["arguments"].lower().split()]
    for at in range(len(words) - SHINGLE + 1):
        yield tuple(words[at : at + SHINGLE])
