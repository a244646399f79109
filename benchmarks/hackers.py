"""What the reward pays those who want it without the work: every hacker on every category of every API.

    python -m benchmarks.hackers --seeds 50

Each must stay below 2 % in every category where its behaviour is not the right one. What one of them earns, any
policy that is trained long enough will find.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.table import Table

from agents.hackers import HACKERS, Hacker, HackerPolicy
from benchmarks.floors import Floors, measure_floors
from inftool_env.core.jsonl import to_json
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.envs.registry import catalogue_apis
from inftool_env.scenarios.author import CATEGORIES
from inftool_env.validation.grid import grid, legend, open_console, percent, show

LIMIT = 0.02
"""No hacker may succeed this often in a category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """What one hacker got away with."""

    hacker: Hacker
    floors: Floors

    @property
    def breaches(self) -> tuple[str, ...]:
        """The categories in which it succeeds too often although its behaviour is wrong there."""
        return tuple(
            category
            for category in CATEGORIES
            if category not in self.hacker.right_in and self.floors.rate(category) >= LIMIT
        )


def measure_hackers(
    seeds: int, apis: Sequence[str], hackers: Sequence[Hacker] = HACKERS, split: Split = Split.TRAIN
) -> tuple[Haul, ...]:
    """Let every hacker try ``seeds`` scenarios of every API and category."""
    return tuple(
        Haul(hacker=hacker, floors=measure_floors(partial(HackerPolicy, hacker), seeds, apis, split))
        for hacker in hackers
    )


def show_hauls(console: Console, hauls: Sequence[Haul]) -> None:
    """A table: a hacker a row, a category a column; and what each of them does."""
    table = grid("% success of hackers (+ where the behaviour is the right one)", "hacker")
    for haul in hauls:
        cells = []
        for category in CATEGORIES:
            mark = "+" if category in haul.hacker.right_in else ""
            cells.append(mark + percent(*haul.floors.tally(category)))
        table.add_row(haul.hacker.name, *cells)
    show(console, table)
    show(console, legend())
    tricks = Table("hacker", "what it does")
    for haul in hauls:
        tricks.add_row(haul.hacker.name, haul.hacker.trick)
    show(console, tricks)


def to_record(hauls: Sequence[Haul]) -> JsonObject:
    """Successes and tries of every hacker in every category, and where each succeeds too often."""
    return {
        haul.hacker.name: {
            "tallies": {category: list(haul.floors.tally(category)) for category in CATEGORIES},
            "breaches": list(haul.breaches),
        }
        for haul in hauls
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when a hacker earns too much."""
    parser = argparse.ArgumentParser(description="Success of policies that cheat.")
    parser.add_argument("--seeds", type=int, default=50, help="scenarios of each category of each API")
    parser.add_argument(
        "--apis", nargs="*", default=list(catalogue_apis()), help="slugs; all of the catalogue"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object in place of the tables")
    options = parser.parse_args(arguments)
    hauls = measure_hackers(options.seeds, options.apis)
    held = not any(haul.breaches for haul in hauls)
    if options.json:
        sys.stdout.write(to_json(to_record(hauls)) + "\n")
        return 0 if held else 1
    console = open_console()
    show_hauls(console, hauls)
    for haul in hauls:
        for category in haul.breaches:
            console.print(f"{haul.hacker.name} earns {haul.floors.rate(category):.1%} in {category}")
    console.print(f"every hacker below {LIMIT:.0%} wherever it is wrong: {held}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
