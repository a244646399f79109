"""The folder of one agent on one suite: what fixes the run, its episodes, and what came of them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.bench.record import EPISODES
from benchmarks.bench.report import Report
from benchmarks.bench.tables import to_csv, to_markdown
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import from_json, to_json, write_atomic

RUN = "run.json"
REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """Everything that the numbers depend on; a run goes on only as the same."""

    suite: str
    version: str
    agent: str
    """As it was given."""
    categories: tuple[str, ...]
    limit: int | None
    repeats: int
    options: dict[str, str]
    """What the agent was told."""


def claim(folder: Path, identity: RunIdentity, *, resume: bool) -> None:
    """Make the folder that of a run, or find that it is.

    Raises:
        ConfigError: it belongs to another run, or to this one, which nobody asked to go on with.
    """
    path = folder / RUN
    if not path.exists():
        write_atomic(path, json.dumps(asdict(identity), indent=2) + "\n")
        return
    if not resume:
        raise ConfigError(
            f"{folder}: there is a run already; expected an empty folder. Go on with --resume, or give another --out."
        )
    found, wanted = asdict(read_identity(folder)), asdict(identity)
    different = [name for name in wanted if found[name] != wanted[name]]
    if different:
        name = different[0]
        raise ConfigError(
            f"{path}: the run's {name} is {found[name]!r}; expected {wanted[name]!r}, as now asked for. "
            "Ask for the same, or give another --out."
        )


def read_identity(folder: Path) -> RunIdentity:
    """What run a folder holds.

    Raises:
        ConfigError: none.
    """
    path = folder / RUN
    if not path.exists():
        raise ConfigError(
            f"{path}: no such file; expected the folder of a suite in a run. Give DIR/SUITE, where --out named DIR."
        )
    return from_json(path.read_bytes(), RunIdentity, where=str(path))


def episodes_path(folder: Path) -> Path:
    """The journal."""
    return folder / EPISODES


def write_report(folder: Path, report: Report) -> None:
    """Write the numbers as JSON, Markdown and CSV."""
    write_atomic(
        folder / f"{REPORT}.json", json.dumps(json.loads(to_json(report, sort_keys=False)), indent=2) + "\n"
    )
    write_atomic(folder / f"{REPORT}.md", to_markdown(report))
    write_atomic(folder / f"{REPORT}.csv", to_csv(report))
