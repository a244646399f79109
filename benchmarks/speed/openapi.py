"""From OpenAPI documents to tools, beside ``FastMCP.from_openapi``: documents loaded, tools, seconds, size.

    python -m benchmarks.speed.openapi DIR --peer path/to/venv/bin/python

Every document is read by each side in a process of its own, one after the other, so that the load of the
machine weighs on both. Imports are not counted; reading the file is. Sizes are those of a tool's name,
description and parameters as compact JSON, in tokens of four characters.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from inftool_env.core.errors import SpecError
from inftool_env.specs.readers import read_document

TIME_LIMIT_S = 300
CHARACTERS_PER_TOKEN = 4
_FORMATS = ("OpenAPI", "Swagger")


@dataclass(slots=True, kw_only=True)
class Side:
    """One reader and what came of each document."""

    name: str
    command: tuple[str, ...]
    read: dict[str, "Answer"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one reader made of one document."""

    tools: int = 0
    seconds: float = 0.0
    tokens: tuple[float, ...] = ()
    """Of each tool."""
    error: str = ""

    @property
    def is_loaded(self) -> bool:
        """Whether any tool came out."""
        return self.tools > 0


def documents(folder: Path) -> Iterator[Path]:
    """The OpenAPI and Swagger documents below a folder, parts of others left out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            continue
        try:
            known = read_document(path).format.startswith(_FORMATS)
        except SpecError:
            continue  # a part of another document, or no document at all
        if known:
            yield path


def ask(side: Side, path: Path) -> Answer:
    """Let one side read one document."""
    try:
        done = subprocess.run(
            [*side.command, str(path)], capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer(error=f"over {TIME_LIMIT_S} s")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return Answer(error=(done.stderr.splitlines() or ["no answer"])[-1])
    told = json.loads(lines[-1])
    if "error" in told:
        return Answer(error=told["error"])
    tokens = tuple(size / CHARACTERS_PER_TOKEN for size in told["sizes"])
    return Answer(tools=len(tokens), seconds=told["seconds"], tokens=tokens)


def show(sides: Sequence[Side], console: Console) -> None:
    """A line for each document, then the sums; times and sizes over the documents that both load."""
    table = Table("document", *(f"{side.name} {what}" for side in sides for what in ("tools", "s")))
    for document in sides[0].read:
        cells: list[str] = []
        for side in sides:
            answer = side.read[document]
            cells += (
                [str(answer.tools), f"{answer.seconds:.2f}"] if answer.is_loaded else ["-", answer.error[:40]]
            )
        table.add_row(document, *cells)
    console.print(table)
    both = [name for name in sides[0].read if all(side.read[name].is_loaded for side in sides)]
    if not both:
        console.print("No document is loaded by both, so there is nothing to compare.")
        return
    for side in sides:
        loaded = [answer for answer in side.read.values() if answer.is_loaded]
        shared = [side.read[name] for name in both]
        tokens = sorted(size for answer in shared for size in answer.tokens)
        console.print(
            f"{side.name}: {len(loaded)} of {len(side.read)} documents, {sum(one.tools for one in loaded)} tools; "
            f"on the {len(both)} that both load: {sum(one.tools for one in shared)} tools, "
            f"{sum(one.seconds for one in shared):.2f} s, tokens a tool: median {median(tokens):.0f}, "
            f"95 % {tokens[int(0.95 * len(tokens))]:.0f}, most {tokens[-1]:.0f}",
            highlight=False,
        )


def main() -> None:
    """Compare on every document of a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of OpenAPI and Swagger documents")
    parser.add_argument("--peer", required=True, help="Python interpreter with fastmcp installed")
    options = parser.parse_args()
    peer = Path(__file__).with_name("openapi_fastmcp.py")
    sides = (
        Side(name="InfTool", command=(sys.executable, "-m", "benchmarks.speed.openapi_ours")),
        Side(name="FastMCP", command=(options.peer, str(peer))),
    )
    found = list(documents(options.folder))
    if not found or shutil.which(options.peer) is None:
        wrong = f"{options.peer} is no program" if found else f"{options.folder} holds no OpenAPI document"
        parser.error(f"{wrong}; expected a folder of documents and an interpreter with fastmcp")
    for path in found:
        for side in sides:
            side.read[path.relative_to(options.folder).as_posix()] = ask(side, path)
    show(sides, Console())


if __name__ == "__main__":
    main()
