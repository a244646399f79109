"""BFCL's own command line, untouched, on a policy that ``inftool serve-policy`` serves, beside our runner on the same server.

    python -m benchmarks.bench.bfcl_command_line CHECKPOINT --out DIR [--categories simple_python ...] [--limit N]

Both ask greedily, so both get the same answers, and ``benchmarks.bench.bfcl_official`` says how they are counted.
"""

import argparse
import json
import sys
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console

from benchmarks.bench.agents.registry import AgentOptions, make_agent
from benchmarks.bench.bfcl_official import MODEL, bfcl, compare, evaluate_results, show
from benchmarks.bench.measure import Measurement, measure
from benchmarks.bench.record import EPISODES, EpisodeRecord
from benchmarks.bench.suites.bfcl import CATEGORIES, NAME, BfclSuite
from benchmarks.load.served import served
from inftool_env.core.jsonl import read_jsonl

AT_ONCE = 32
MOST_TOKENS = 256
"""Of one answer."""
CONTEXT = 16_384
"""Tokens of a conversation; longer ones are refused, which is an error for both."""


def ask_officially(url: str, categories: list[str], limit: int | None, folder: Path) -> None:
    """Let the official command line ask the server, and keep its results in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [
        "generate",
        "--model",
        MODEL,
        "--temperature",
        "0",
        "--num-threads",
        str(AT_ONCE),
        "--exclude-state-log",
    ]
    if limit is None:
        words += ["--test-category", ",".join(categories)]
    else:
        with closing(BfclSuite()) as suite:
            chosen = {name: [task.id for task in suite.tasks(name)[:limit]] for name in categories}
        (folder / "test_case_ids_to_generate.json").write_text(json.dumps(chosen), encoding="utf-8")
        words += ["--run-ids"]
    bfcl(words, folder, endpoint=url)


def ask_ourselves(url: str, categories: list[str], limit: int | None, folder: Path) -> list[EpisodeRecord]:
    """Let our runner ask the server."""
    options = AgentOptions(
        model=MODEL, key_variable="", concurrency=AT_ONCE, max_tokens=MOST_TOKENS, timeout_s=600.0
    )
    what = Measurement(agent=url, options={}, categories=tuple(categories), limit=limit, concurrency=AT_ONCE)
    with closing(BfclSuite()) as suite, closing(make_agent(url, options, NAME)) as agent:
        measure(
            suite, agent, what, folder, resume=False, floors=folder / "floors", console=Console(quiet=True)
        )
    return list(read_jsonl(folder / EPISODES, EpisodeRecord))


def main() -> int:
    """Ask both ways; exit code 1 where a figure differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", help="folder of a model, or tiny")
    parser.add_argument("--out", type=Path, required=True, help="a new folder for the results of both")
    parser.add_argument("--categories", nargs="+", choices=CATEGORIES, default=list(CATEGORIES))
    parser.add_argument("--limit", type=int, help="items of each category, at most")
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    console = Console()
    server = ["serve-policy", options.checkpoint, "--names", MODEL, "--temperature", "0"]
    server += [
        "--max-new-tokens",
        str(MOST_TOKENS),
        "--max-context-tokens",
        str(CONTEXT),
        "--max-waiting",
        "1024",
    ]
    with served("inftool_env", server, options.out / "serve.log", path="/v1") as policy:
        begun = time.monotonic()
        ask_officially(policy.url, options.categories, options.limit, options.out / "official")
        console.print(f"bfcl generate: {time.monotonic() - begun:.0f} s", highlight=False)
        begun = time.monotonic()
        records = ask_ourselves(policy.url, options.categories, options.limit, options.out / NAME)
        console.print(f"our runner: {time.monotonic() - begun:.0f} s", highlight=False)
    found = evaluate_results(options.categories, options.out / "official")
    return 1 if show(compare(records, found), console) else 0


if __name__ == "__main__":
    sys.exit(main())
