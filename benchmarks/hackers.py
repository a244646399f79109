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
from inftool_env.core.scenario import Split
from inftool_env.envs.registry import catalogue_apis
from inftool_env.scenarios.author import CATEGORIES

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
    """A table: a hacker a row, a category a column; what is right is in brackets."""
    table = Table(title="success of hackers (in brackets where the behaviour is the right one)")
    table.add_column("hacker")
    table.add_column("what it does")
    for category in CATEGORIES:
        table.add_column(category, justify="right")
    for haul in hauls:
        cells = []
        for category in CATEGORIES:
            rate = f"{haul.floors.rate(category):.1%}"
            cells.append(f"({rate})" if category in haul.hacker.right_in else rate)
        table.add_row(haul.hacker.name, haul.hacker.trick, *cells)
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when a hacker earns too much."""
    parser = argparse.ArgumentParser(description="Success of policies that cheat.")
    parser.add_argument("--seeds", type=int, default=50, help="scenarios of each category of each API")
    parser.add_argument(
        "--apis", nargs="*", default=list(catalogue_apis()), help="slugs; all of the catalogue"
    )
    options = parser.parse_args(arguments)
    console = Console()
    hauls = measure_hackers(options.seeds, options.apis)
    show_hauls(console, hauls)
    for haul in hauls:
        for category in haul.breaches:
            console.print(f"{haul.hacker.name} earns {haul.floors.rate(category):.1%} in {category}")
    held = not any(haul.breaches for haul in hauls)
    console.print(f"every hacker below {LIMIT:.0%} wherever it is wrong: {held}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
