"""Success at every stage of closed-loop runs that differ in their seed alone.

for seed in 0 1 2; do inftool demo --seed $seed --out runs/seed-$seed; done
python -m benchmarks.learning.stages runs/seed-0 runs/seed-1 runs/seed-2
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from rich.console import Console
from rich.table import Table

from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.jsonl import from_json
from trainers.evaluate import EvaluationReport
from trainers.run_folder import EvolveReport, StageReport

Pick = Callable[[StageReport], EvaluationReport | None]


def read_runs(folders: Sequence[Path]) -> list[EvolveReport]:
    """The finished runs' reports.

    Raises:
        CheckpointError: A folder holds no finished run.
        ConfigError: The runs have different stages or APIs, so they do not compare.
    """
    reports = []
    for folder in folders:
        path = folder / "report.json"
        if not path.is_file():
            raise CheckpointError(
                f"{folder}: there is no report.json; expected the folder of a finished run. "
                "Finish it with --resume, or leave it out."
            )
        reports.append(from_json(path.read_bytes(), EvolveReport, where=str(path)))
    shapes = {
        (tuple(stage.name for stage in run.stages), tuple(g.api for g in run.grounds)) for run in reports
    }
    if len(shapes) > 1:
        raise ConfigError(
            f"the runs differ in stages or APIs: {sorted(shapes)}; expected runs that differ in their seed alone. "
            "Compare those that belong together."
        )
    return reports


def spread_table(title: str, runs: Sequence[EvolveReport], pick: Pick) -> Table:
    """Mean over the runs, and in brackets the least and the greatest, for every category and stage."""
    stages = [
        [report for run in runs if (report := pick(run.stages[index])) is not None]
        for index in range(len(runs[0].stages))
    ]
    table = Table(title=f"{title}, {len(runs)} seeds: mean (least-greatest)", title_justify="left")
    table.add_column("category")
    for stage in runs[0].stages:
        table.add_column(stage.name, justify="right")
    for category in sorted({name for report in stages[0] for name in report.categories}):
        table.add_row(
            category,
            *(
                _spread(
                    [report.categories[category].value for report in reports if category in report.categories]
                )
                for reports in stages
            ),
        )
    table.add_section()
    table.add_row("all", *(_spread([report.overall.value for report in reports]) for reports in stages))
    return table


def _spread(values: Sequence[float]) -> str:
    return f"{fmean(values):.0%} ({min(values):.0%}-{max(values):.0%})" if values else "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the tables of the runs named on the command line."""
    parser = argparse.ArgumentParser(description="Success by stage over runs that differ in their seed.")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs")
    runs = read_runs(parser.parse_args(arguments).runs)
    console = Console()
    console.print(spread_table("Held-out scenarios", runs, lambda stage: stage.held_out))
    if any(stage.held_out_tools is not None for run in runs for stage in run.stages):
        console.print(spread_table("Held-out tools", runs, lambda stage: stage.held_out_tools))
    for run in runs:
        dropped = [stage.name for stage in run.stages if not stage.accepted]
        console.print(
            f"{run.seconds / 60:.1f} min, {len(run.environments)} environments added, "
            f"stages not kept: {', '.join(dropped) or 'none'}",
            highlight=False,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
