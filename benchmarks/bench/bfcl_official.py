"""The official evaluation of a run of ours: its own command line, untouched, beside our report.

    python -m benchmarks.bench.bfcl_official RUN/bfcl

Writes the run's answers down as the official runner keeps them, lets ``bfcl evaluate`` judge them in a folder of its own,
and compares every category's count, and all figures that its tables show of these categories, to their last digit.
The official runner takes what it cannot read for words, and so for a right silence, and a call of anything for one of
what was offered: a column counts our verdicts with these two leniencies, and is what must be equal.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench.bfcl_totals import IRRELEVANCE, V4_OFFLINE
from benchmarks.bench.record import EPISODES, EpisodeRecord
from benchmarks.bench.suites.bfcl import CATEGORIES, BfclSuite
from benchmarks.bfcl.items import MULTI_TURN, RELEVANCE
from benchmarks.bfcl.lane import LANE, environment_of
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import read_jsonl
from inftool_env.core.message import Message, Role
from inftool_env.core.schema import JsonValue
from inftool_env.core.verdict import FailureKind

MODEL = "openbmb/MiniCPM-SALA-FC"
"""The entry of the official registry that stands for any server of chat completions with tools."""
FOLDER = MODEL.replace("/", "_")
"""Where results and scores of that entry lie."""
VERSION = "BFCL_v4"
NOBODY = "no_such_tool"
TOTALS = {
    V4_OFFLINE: "Overall Acc",
    "non_live": "Non-Live AST Acc",
    "live": "Live Acc",
    "multi_turn": "Multi Turn Acc",
    "irrelevance": "Irrelevance Detection",
}
"""The column of the official table that shows each of our totals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure, as we count it and as the official evaluation shows it."""

    what: str
    ours: str
    lenient: str
    """Ours, with the leniencies of the official runner."""
    official: str


def result_of(record: EpisodeRecord) -> JsonValue:
    """An episode's answers as the official runner keeps them.

    Calls are ``{name: JSON of the arguments}``; where there are several turns, it is a list of steps for every turn.
    """
    turns: list[list[JsonValue]] = [[]]
    for message in record.messages:
        if message["role"] == Role.ASSISTANT:
            turns[-1].append(_step(message))
        elif message["role"] == Role.USER and turns[-1]:
            turns.append([])
    if record.category in MULTI_TURN:
        return turns
    return turns[0][0] if turns[0] else ""


def _step(message: Message) -> JsonValue:
    calls = [call["function"] for call in message.get("tool_calls", ())]
    if not calls:
        return message["content"]
    # The official evaluation runs names as Python: one that is no name calls nothing, under any other.
    return [
        {call["name"] if call["name"].isidentifier() else NOBODY: json.dumps(call["arguments"])}
        for call in calls
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """What the official evaluation found."""

    right: Mapping[str, int]
    """Right answers by category."""
    shown: Mapping[str, str]
    """The figures of its overall table, by column."""


def evaluate(records: Sequence[EpisodeRecord], folder: Path) -> Official:
    """Let the official command line judge the records in an empty folder.

    Raises:
        ConfigError: BFCL is not installed in its lane, or its command fails.
    """
    categories = sorted({record.category for record in records}, key=CATEGORIES.index)
    for category in categories:
        path = folder / "result" / FOLDER / _group(category) / f"{VERSION}_{category}_result.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = [
            {"id": record.task, "result": result_of(record)}
            for record in records
            if record.category == category
        ]
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return evaluate_results(categories, folder)


def evaluate_results(categories: Sequence[str], folder: Path) -> Official:
    """Let the official command line judge the results that a folder holds.

    Raises:
        ConfigError: BFCL is not installed in its lane, or its command fails.
    """
    bfcl(["evaluate", "--model", MODEL, "--test-category", ",".join(categories), "--partial-eval"], folder)
    right: dict[str, int] = {}
    for category in categories:
        path = folder / "score" / FOLDER / _group(category) / f"{VERSION}_{category}_score.json"
        with path.open(encoding="utf-8") as lines:
            right[category] = int(json.loads(next(lines))["correct_count"])
    with (folder / "score" / "data_overall.csv").open(encoding="utf-8", newline="") as file:
        return Official(right=right, shown=next(csv.DictReader(file)))


def compare(records: Sequence[EpisodeRecord], official: Official) -> list[Line]:
    """Every figure of ours that the official evaluation shows, too."""
    right = official.right
    tasks = Counter(record.category for record in records)
    ours = Counter(record.category for record in records if record.success)
    lenient = Counter(record.category for record in records if is_officially_right(record))
    lines = [
        Line(
            what=name,
            ours=f"{ours[name]} of {tasks[name]}",
            lenient=f"{lenient[name]} of {tasks[name]}",
            official=f"{right[name]} of {tasks[name]}",
        )
        for name in right
    ]
    totals = [_totals(counts, tasks) for counts in (ours, lenient, right)]
    for name, column in TOTALS.items():
        if name in totals[0]:
            shown = [f"{100 * found[name]:.2f}%" for found in totals]
            lines.append(Line(what=name, ours=shown[0], lenient=shown[1], official=official.shown[column]))
    if "v3" in totals[0]:  # version 4 no longer shows it: from the official counts, by the rule of version 3
        shown = [f"{100 * found['v3']:.2f}%" for found in totals]
        lines.append(Line(what="v3", ours=shown[0], lenient=shown[1], official=shown[2]))
    return lines


def is_officially_right(record: EpisodeRecord) -> bool:
    """Whether the official runner would take the answer for right."""
    if record.category in IRRELEVANCE:
        return record.success or record.failure == FailureKind.MALFORMED_CALL
    return record.success or (record.category == RELEVANCE and record.failure == FailureKind.UNKNOWN_TOOL)


def _totals(right: Mapping[str, int], tasks: Mapping[str, int]) -> Mapping[str, float]:
    return BfclSuite().totals({name: right[name] / number for name, number in tasks.items()}, tasks)


def read_records(folder: Path) -> list[EpisodeRecord]:
    """The episodes of a run, one for each item.

    Raises:
        ConfigError: it is no finished run of BFCL, or some answers are missing.
    """
    path = folder / EPISODES
    if not path.is_file():
        raise ConfigError(
            f"{path}: is missing; expected a run of `inftool bench bfcl`. Give its folder, OUT/bfcl."
        )
    records = list(read_jsonl(path, EpisodeRecord))
    wrong = next((one for one in records if one.error or one.repeat or one.category not in CATEGORIES), None)
    if wrong is not None:
        raise ConfigError(
            f"{path}: {wrong.task} is no single answer ({wrong.error or wrong.category}); expected one answer to each "
            "item. Measure without --repeats, and delete the lines of errors and go on with --resume."
        )
    return sorted(records, key=lambda one: one.task)


def _group(category: str) -> str:
    if category in MULTI_TURN:
        return "multi_turn"
    return "live" if category.startswith("live_") else "non_live"


def bfcl(words: Sequence[str], folder: Path, *, endpoint: str = "http://127.0.0.1:9") -> None:
    """Run BFCL's own command line in a folder of its own, which nothing of this process's environment reaches.

    Raises:
        ConfigError: BFCL is not installed in its lane, or the command fails.
    """
    command = [str(LANE / "bin" / "bfcl"), *words]
    if not Path(command[0]).exists():
        raise ConfigError(
            f"{command[0]}: no such command; expected bfcl-eval in its lane. Run: make lane-bfcl"
        )
    done = subprocess.run(
        command, cwd=folder, env=environment_of(folder, endpoint), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ConfigError(
            f"{' '.join(command)}: exit code {done.returncode}; expected 0. It said:\n"
            f"{(done.stdout + done.stderr)[-2000:]}"
        )


def show(lines: Iterable[Line], console: Console) -> int:
    """Print the table; how many figures differ."""
    table = Table("what", "ours", "ours, as lenient", "official", "")
    differing = 0
    for line in lines:
        differs = line.lenient != line.official
        differing += differs
        table.add_row(line.what, line.ours, line.lenient, line.official, "differs" if differs else "")
    console.print(table)
    return differing


def main() -> int:
    """Compare one run; exit code 1 where a figure differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="the folder of a run's suite, as runs/mine/bfcl")
    options = parser.parse_args()
    records = read_records(options.run)
    with tempfile.TemporaryDirectory(prefix="inftool-bfcl-") as folder:
        lines = compare(records, evaluate(records, Path(folder)))
    return 1 if show(lines, Console()) else 0


if __name__ == "__main__":
    sys.exit(main())
