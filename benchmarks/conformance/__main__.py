"""Clients that others wrote against ``inftool serve``: the official suite and inspector, fastmcp, a framework.

    python -m benchmarks.conformance [--lane .venv-lane-mcp]

Needs npm, and the network the first time. Ends with 1 when anything that applies to a server of tools fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.conformance.inspector import ENV_ID, ask_inspector
from benchmarks.conformance.lane import Lane, make_lane
from benchmarks.conformance.suite import REVISIONS, Report, run_suite
from benchmarks.load.served import served

SERVE = ("serve", ENV_ID, "--transport", "http")
_TIME_LIMIT_S = 300


def main() -> int:
    """Run all clients, and print what passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--lane", type=Path, default=Path(".venv-lane-mcp"), help="where the clients are kept"
    )
    lane = make_lane(parser.parse_args().lane.resolve())
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        with served("inftool_env", SERVE, Path(folder) / "serve.log") as server:
            reports = {
                f"inftool serve, {one}": run_suite(lane, server.url, one, fixtures=False) for one in REVISIONS
            }
            asked = {f"inspector, {name}": passed for name, passed in ask_inspector(lane, server.url).items()}
            for name, python, worker in _workers(lane):
                done = _work(python, worker, f"{server.url}/{worker}")
                asked.update({f"{name}, {question}": passed for question, passed in done.items()})
        with served("benchmarks.conformance.fixtures", (), Path(folder) / "fixtures.log") as server:
            for one in REVISIONS:
                reports[f"fixtures, {one}"] = run_suite(lane, server.url, one, fixtures=True)
    console.print(_suite_table(reports))
    console.print(_client_table(asked))
    return 0 if all(report.is_good for report in reports.values()) and all(asked.values()) else 1


def _workers(lane: Lane) -> Sequence[tuple[str, Path, str]]:
    return (("fastmcp", lane.fastmcp, "fastmcp_client"), ("pydantic-ai", lane.framework, "framework_client"))


def _work(python: Path, worker: str, url: str) -> dict[str, bool]:
    script = Path(__file__).parent / f"{worker}.py"
    done = subprocess.run(
        [python, script, url], capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False
    )
    if done.returncode:
        print(done.stderr[-1000:], file=sys.stderr)
        return {"runs": False}
    answers: dict[str, bool] = json.loads(done.stdout.splitlines()[-1])
    return answers


def _suite_table(reports: dict[str, Report]) -> Table:
    table = Table(title="The official conformance suite")
    for name in ("server, revision", "passed", "not applicable, for want of", "failed"):
        table.add_column(name)
    for name, report in reports.items():
        wants: dict[str, list[str]] = {}
        for scenario, feature in report.not_applicable.items():
            wants.setdefault(feature, []).append(scenario)
        lines = [f"{feature}: {', '.join(scenarios)}" for feature, scenarios in wants.items()]
        passed = f"{len(report.passed)}: {', '.join(report.passed)}"
        table.add_row(name, passed, "\n".join(lines), ", ".join(report.failed) or "none")
    return table


def _client_table(asked: dict[str, bool]) -> Table:
    table = Table(title="Other clients")
    table.add_column("client, request")
    table.add_column("passed")
    for name, passed in asked.items():
        table.add_row(name, "yes" if passed else "NO")
    return table


if __name__ == "__main__":
    sys.exit(main())
