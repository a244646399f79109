"""What agents earn that know nothing, on the same tasks; kept on disk, since it never changes."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.agents.scripted import EmptyAgent, RandomAgent
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.report import Floors, tallies
from benchmarks.bench.runner import plan_of, run_plan
from benchmarks.bench.suite import Suite, Task
from inftool_env.core.errors import RecordError
from inftool_env.core.jsonl import from_json, to_json, write_atomic


def cache_folder() -> Path:
    """Where floors are kept: the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "inftool" / "floors"


def floors_of(suite: Suite, tasks: Sequence[Task], folder: Path) -> Floors:
    """Success by agent and category of one try at each task."""
    key = hashlib.blake2b(
        "\n".join((_RECIPE, suite.version, *(task.id for task in tasks))).encode(), digest_size=16
    )
    path = folder / f"{suite.version}-{key.hexdigest()}.json"
    try:
        return from_json(path.read_bytes(), dict[str, dict[str, float]], where=str(path))
    except (FileNotFoundError, RecordError):
        floors = {agent.name: _means(agent, tasks) for agent in (EmptyAgent(), RandomAgent())}
        write_atomic(path, to_json(floors) + "\n")
        return floors


def _means(agent: EmptyAgent | RandomAgent, tasks: Sequence[Task]) -> dict[str, float]:
    records: list[EpisodeRecord] = []
    run_plan(plan_of(tasks, 1), agent, on_ended=records.append)
    means: dict[str, float] = {}
    for category in dict.fromkeys(task.category for task in tasks):
        counted = tallies([record for record in records if record.category == category])
        means[category] = sum(tally.mean for tally in counted) / len(counted)
    return means


_RECIPE = "1"
"""Raised when the agents change, so that nothing old is read."""
