"""Floor and ceiling of every environment: how often chance and the reference solver succeed.

    python -m benchmarks.floors --seeds 200

The ceiling must be 100 %: a scenario that its own author cannot solve teaches nothing. The floor must be
near zero: what random valid calls earn, any policy earns.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console

from agents.policy import Policy
from agents.rollout import EpisodeRequest
from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.core.scenario import Split
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.scenarios.author import CATEGORIES, admitted_categories
from inftool_env.validation.grid import grid, legend, open_console, percent, show
from trainers.evaluate import EvaluationReport, evaluate

FLOOR_LIMIT = 0.05
"""Chance must stay below this in every category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """One policy on every API of the catalogue."""

    policy: str
    reports: dict[str, EvaluationReport]
    """By API."""

    def tally(self, category: str) -> tuple[int, int]:
        """Successes and tries in a category, over all APIs."""
        rates = [
            report.categories[category] for report in self.reports.values() if category in report.categories
        ]
        return sum(rate.successes for rate in rates), sum(rate.tries for rate in rates)

    def rate(self, category: str) -> float:
        """Share of successes in a category, over all APIs."""
        successes, tries = self.tally(category)
        return successes / max(1, tries)


def measure_floors(
    make_policy: Callable[[], Policy], seeds: int, apis: Sequence[str], split: Split = Split.TRAIN
) -> Floors:
    """Let a policy try ``seeds`` scenarios of every API and category."""
    reports: dict[str, EvaluationReport] = {}
    for api in apis:
        requests = [
            EpisodeRequest(env_id=f"InfTool/{api}-v0", seed=seed, category=category, split=split)
            for category in admitted_categories(load_toolset(api))
            for seed in range(seeds)
        ]
        reports[api] = evaluate(make_policy(), requests)
    return Floors(policy=make_policy().name, reports=reports)


def show_floors(console: Console, floors: Floors) -> None:
    """A table: an API a row, a category a column."""
    table = grid(f"% success of {floors.policy}", "API")
    for api, report in floors.reports.items():
        rates = [report.categories.get(category) for category in CATEGORIES]
        table.add_row(api, *("-" if rate is None else percent(rate.successes, rate.tries) for rate in rates))
    table.add_section()
    table.add_row("all", *(percent(*floors.tally(category)) for category in CATEGORIES))
    show(console, table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when the ceiling is not 100 % or the floor too high."""
    parser = argparse.ArgumentParser(description="Success of the reference solver and of random valid calls.")
    parser.add_argument("--seeds", type=int, default=200, help="scenarios of each category of each API")
    parser.add_argument(
        "--apis", nargs="*", default=list(catalogue_apis()), help="slugs; all of the catalogue"
    )
    options = parser.parse_args(arguments)
    console = open_console()
    oracle = measure_floors(OraclePolicy, options.seeds, options.apis)
    chance = measure_floors(lambda: RandomPolicy(0), options.seeds, options.apis)
    for floors in (oracle, chance):
        show_floors(console, floors)
    show(console, legend())
    solved = all(oracle.rate(category) == 1.0 for category in CATEGORIES)
    hard = all(chance.rate(category) < FLOOR_LIMIT for category in CATEGORIES)
    console.print(
        f"reference solver 100 %: {solved}; random below {FLOOR_LIMIT:.0%} in every category: {hard}"
    )
    return 0 if solved and hard else 1


if __name__ == "__main__":
    sys.exit(main())
