"""Clients that others wrote against ``inftool serve-policy``: OpenAI's own, and an agent framework.

    python -m benchmarks.serving [--lane .venv-openai]

Needs the network the first time. Ends with 1 when anything fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.load.served import served
from benchmarks.serving.crowd import SERVE
from benchmarks.serving.lane import make_lane

WORKERS = {"openai": "openai_client", "pydantic-ai": "framework_client"}
_TIME_LIMIT_S = 600


def main() -> int:
    """Run all clients, and print what passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lane", type=Path, default=Path(".venv-openai"), help="where the clients are kept")
    python = make_lane(parser.parse_args().lane.resolve())
    passed: dict[str, bool] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        served("inftool_env", SERVE, Path(folder) / "serve.log", path="/v1") as server,
    ):
        for name, worker in WORKERS.items():
            for question, answer in _work(python, worker, server.url).items():
                passed[f"{name}, {question}"] = answer
    table = Table(title="Clients of inftool serve-policy")
    table.add_column("client, what is tried")
    table.add_column("passed")
    for name, answer in passed.items():
        table.add_row(name, "yes" if answer else "NO")
    Console().print(table)
    return 0 if all(passed.values()) else 1


def _work(python: Path, worker: str, url: str) -> dict[str, bool]:
    script = Path(__file__).parent / f"{worker}.py"
    done = subprocess.run(
        [python, script, url], capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False
    )
    print(done.stderr[-2000:], file=sys.stderr, end="")
    if done.returncode:
        return {"runs": False}
    answers: dict[str, bool] = json.loads(done.stdout.splitlines()[-1])
    return answers


if __name__ == "__main__":
    sys.exit(main())
