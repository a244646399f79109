"""A run from its first episode to its report: resumed, killed, compared."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.bench.agents.inline import InlineAgent
from benchmarks.bench.agents.registry import NAMED, AgentOptions
from benchmarks.bench.compare import compare_folders, to_table
from benchmarks.bench.measure import Measurement, measure
from benchmarks.bench.record import EPISODES, EpisodeRecord, Journal
from benchmarks.bench.report import Prices, Report
from benchmarks.bench.suite import Suite
from benchmarks.bench.tables import add_to_leaderboard, leaderboard_row, to_csv, to_markdown
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json, write_jsonl

WHAT = Measurement(
    agent="oracle", options={"seed": "0"}, repeats=2, command="inftool bench sums --agent oracle"
)


@pytest.fixture
def run(suite: Suite, tmp_path: Path) -> Callable[..., Report]:
    def go(what: Measurement = WHAT, *, resume: bool = False, out: str = "out") -> Report:
        with closing(NAMED[what.agent](AgentOptions())) as agent:
            return measure(
                suite,
                agent,
                what,
                tmp_path / out / "sums",
                resume=resume,
                floors=tmp_path / "floors",
                console=Console(file=StringIO()),
            )

    return go


def test_a_report_tells_success_floors_and_totals(run: Callable[..., Report], tmp_path: Path) -> None:
    report = run(replace(WHAT, prices=Prices(prompt_usd=1.0)))
    assert report.overall.success.mean == 1.0
    assert report.overall.pass_hat == (1.0, 1.0)
    assert report.categories["small"].floors["empty"] == 0.0
    assert report.totals == {"half": 1.0}
    assert report.floor_totals["empty"] == {"half": 0.0}
    assert {path.name for path in (tmp_path / "out" / "sums").iterdir()} == {
        *("run.json", "episodes.jsonl", "report.json", "report.md", "report.csv")
    }
    assert "inftool bench sums --agent oracle" in to_markdown(report)
    rows = list(csv.DictReader(StringIO(to_csv(report))))
    assert [row["category"] for row in rows] == ["small", "large", "mean"]
    assert {row["pass^2"] for row in rows} == {"1.0"}


def test_going_on_plays_what_is_missing_and_nothing_twice(run: Callable[..., Report], tmp_path: Path) -> None:
    whole = run()
    path = tmp_path / "out" / "sums" / EPISODES
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:5]) + lines[5][:20])  # as a kill leaves it
    again = run(resume=True)
    found = path.read_bytes().splitlines(keepends=True)
    assert found[:5] == lines[:5]
    assert len(found) == len(lines) == 16
    assert (again.overall.success, again.totals) == (whole.overall.success, whole.totals)


def test_a_folder_with_another_run_is_left_alone(run: Callable[..., Report]) -> None:
    run()
    with pytest.raises(ConfigError, match="--resume"):
        run()
    with pytest.raises(ConfigError, match="repeats is 2; expected 3"):
        run(replace(WHAT, repeats=3), resume=True)
    with pytest.raises(ConfigError, match="agent is 'oracle'"):
        run(replace(WHAT, agent="empty"), resume=True)


def test_two_processes_cannot_write_one_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / EPISODES), pytest.raises(ConfigError, match="another process"):
        Journal(tmp_path / EPISODES)


SCRIPT = """
import sys, time
sys.path.insert(0, {tests!r})
from contextlib import closing
from pathlib import Path
from rich.console import Console
from benchmarks.bench.agents.function import FunctionAgent
from benchmarks.bench.measure import Measurement, measure
from conftest import SumSuite
what = Measurement(agent="mine:agent", options={{}}, repeats=3, concurrency=2)
with closing(FunctionAgent("mine:agent", timeout_s=20, at_once=2)) as agent:
    measure(SumSuite(), agent, what, Path("out/sums"), resume=True, floors=Path("floors"), console=Console(quiet=True))
"""
SLOW_AGENT = """
import json, os, re, time
def agent(messages, tools):
    time.sleep(0.05)
    with open("asked.txt", "a") as file:
        file.write(messages[0]["content"] + "\\n")
    number = int(re.search(r"\\d+", messages[0]["content"]).group())
    return "Done." if number % 2 else {"tool_calls": [{"name": "double", "arguments": {"number": number}}]} if len(messages) < 2 else "Done."
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_numbers(
    agent_module: Callable[[str], None], tmp_path: Path, run: Callable[..., Report]
) -> None:
    agent_module(SLOW_AGENT)
    script = tmp_path / "go.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root}
    journal = tmp_path / "out" / "sums" / EPISODES
    process = subprocess.Popen([sys.executable, str(script)], cwd=tmp_path, env=environment)
    deadline = time.monotonic() + 60
    while (not journal.exists() or journal.read_bytes().count(b"\n") < 6) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = journal.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]
    assert 6 <= kept.count(b"\n") < 24
    subprocess.run([sys.executable, str(script)], cwd=tmp_path, env=environment, check=True, timeout=60)
    assert journal.read_bytes().startswith(kept)
    keys = [(one["task"], one["repeat"]) for one in map(json.loads, journal.read_text().splitlines())]
    assert len(keys) == len(set(keys)) == 24
    report = json.loads((journal.parent / "report.json").read_text())
    assert report["overall"]["success"]["mean"] == 0.5


def test_floors_are_measured_once_for_the_same_tasks(
    run: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()

    def refuse(*_: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(InlineAgent, "start", refuse)
    with pytest.raises(AssertionError):
        run(replace(WHAT, limit=1), out="other")
    monkeypatch.undo()
    (kept,) = (tmp_path / "floors").iterdir()
    kept.write_text('{"empty": {"small": 0.25, "large": 0.25}}')
    assert run(out="third").overall.floors == {"empty": 0.25}
    assert first.overall.floors["empty"] == 0.0


def test_a_leaderboard_gets_a_row_once(run: Callable[..., Report], tmp_path: Path) -> None:
    report, path = run(), tmp_path / "leaderboard.md"
    add_to_leaderboard(path, report)
    add_to_leaderboard(path, report)
    text = path.read_text()
    assert text.count(leaderboard_row(report)) == 1
    assert "| sums-1 | oracle | 100.0 % |" in text


def test_two_agents_are_compared_on_the_tasks_that_both_tried(
    run: Callable[..., Report], record: Callable[..., EpisodeRecord], tmp_path: Path
) -> None:
    run(replace(WHAT, repeats=1), out="first")
    run(replace(WHAT, repeats=1, agent="empty"), out="second")
    (found,) = compare_folders(tmp_path / "first", tmp_path / "second")
    # All 8 tasks are lost: 2 / 2^8.
    assert (found.overall.mean, found.overall.worse) == (-1.0, 8)
    assert found.overall.p_value == 2 / 256
    assert list(found.categories) == ["small", "large"]
    assert to_table(found).row_count == 3
    write_jsonl(tmp_path / "second" / "sums" / EPISODES, [record("small/0", True)])
    (fewer,) = compare_folders(tmp_path / "first", tmp_path / "second")
    assert (fewer.overall.tasks, fewer.left_out) == (1, 7)


def test_runs_of_different_versions_or_suites_do_not_compare(
    run: Callable[..., Report], tmp_path: Path, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(out="first")
    with pytest.raises(ConfigError, match="a suite in common"):
        compare_folders(tmp_path / "first", tmp_path / "nowhere")
    monkeypatch.setattr(suite, "version", "sums-2")
    run(out="second")
    with pytest.raises(ConfigError, match="one version"):
        compare_folders(tmp_path / "first", tmp_path / "second")


def test_a_record_of_an_error_is_never_a_success(run: Callable[..., Report], tmp_path: Path) -> None:
    report = run(replace(WHAT, agent="empty"))
    records = (tmp_path / "out" / "sums" / EPISODES).read_text().splitlines()
    assert report.overall.failures == {"wrong_arguments": 16}
    assert all(json.loads(line)["messages"] for line in records)
    assert to_json(report)


def test_an_unknown_category_is_said(run: Callable[..., Report]) -> None:
    with pytest.raises(ConfigError, match="'huge' is unknown; expected some of small, large"):
        run(replace(WHAT, categories=("huge",)))
