"""``inftool train``: a better policy for given APIs."""

from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.table import Table

from trainers.commands.show import ProgressDisplay
from trainers.model_learner import ModelLearner
from trainers.run_folder import TrainConfig
from trainers.train import TrainReport, train


def run(*, config: Annotated[TrainConfig, tyro.conf.arg(name="")], resume: bool = False) -> None:
    """Learn from demonstrations, then from rewards.

    Args:
        config: What fixes the run.
        resume: Go on where the run in the folder stopped.
    """
    console = Console()
    learner = ModelLearner(max_new_tokens=config.grpo.max_new_tokens)
    try:
        with ProgressDisplay(console) as display:
            report = train(config, learner, resume=resume, on_progress=display)
    except KeyboardInterrupt:
        console.print(
            f"Interrupted. What is finished is in {config.out}; go on with the same command and --resume."
        )
        raise
    console.print(success_table(report))
    minutes, seconds = divmod(round(report.seconds), 60)
    console.print(f"Run: {Path(config.out).resolve()} ({minutes} min {seconds} s)", highlight=False)
    console.print(f"Next: inftool rollout {config.env_ids[0]} --agent {report.policy} -n 5", highlight=False)


def success_table(report: TrainReport) -> Table:
    """One row for each category, one column for each stage."""
    table = Table(title="Held-out scenarios: success", title_justify="left", caption_justify="left")
    table.add_column("category")
    reports = report.stages.values()
    for stage in report.stages:
        table.add_column(stage, justify="right")
    for category in report.stages["before"].categories:
        table.add_row(category, *(f"{stage.categories[category].value:.0%}" for stage in reports))
    table.add_section()
    table.add_row("all", *(f"[bold]{stage.overall.value:.0%}[/bold]" for stage in reports))
    intervals = (f"{stage.overall.low:.0%} to {stage.overall.high:.0%}" for stage in reports)
    table.add_row("95 % interval", *intervals, style="dim")
    table.caption = f"{report.stages['before'].overall.tries} episodes a column, the same scenarios in each."
    return table
