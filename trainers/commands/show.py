"""What a person sees of a closed loop: bars while it runs, tables when it is done."""

from collections.abc import Callable, Iterable
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from trainers.evaluate import EvaluationReport
from trainers.run_folder import EvolveReport, StageReport


class RateColumn(ProgressColumn):
    """Units per second so far."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing before the first unit."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


class ProgressDisplay:
    """One bar for each piece of work, with rate and time left; made for ``evolve(on_progress=...)``."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            RateColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, work: str, done: int, total: int) -> None:
        """Move the bar of ``work``, which appears the first time it is named."""
        if work not in self._tasks:
            self._tasks[work] = self._bars.add_task(work, total=total)
        self._bars.update(self._tasks[work], completed=done, total=total)

    def __enter__(self) -> "ProgressDisplay":
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()


def show_report(console: Console, report: EvolveReport) -> None:
    """Success by category and stage, and what was grown and why."""
    console.print(_success_table("Held-out scenarios", report.stages, lambda stage: stage.held_out))
    if report.stages[0].held_out_tools is not None:
        console.print(_success_table("Held-out tools", report.stages, lambda stage: stage.held_out_tools))
    else:
        console.print("Held-out tools: none; the API has too few tools to keep some back.")
    for stage in report.stages[1:]:
        console.print(f"{stage.name}: {stage.why}", highlight=False)
    if report.environments:
        console.print(_growth_table(report))


def _success_table(
    title: str, stages: Iterable[StageReport], pick: Callable[[StageReport], EvaluationReport | None]
) -> Table:
    """One row for each category, one column for each stage."""
    table = Table(title=f"{title}: success", title_justify="left", caption_justify="left")
    table.add_column("category")
    columns = [(stage, report) for stage in stages if (report := pick(stage)) is not None]
    for stage, _ in columns:
        table.add_column(stage.name if stage.accepted else f"{stage.name} (not kept)", justify="right")
    for category in columns[0][1].categories:
        table.add_row(category, *(f"{report.categories[category].value:.0%}" for _, report in columns))
    table.add_section()
    table.add_row("all", *(f"[bold]{report.overall.value:.0%}[/bold]" for _, report in columns))
    intervals = (f"{report.overall.low:.0%} to {report.overall.high:.0%}" for _, report in columns)
    table.add_row("95 % interval", *intervals, style="dim")
    tries = columns[0][1].overall.tries
    table.caption = (
        f"{tries} episodes a column, the same scenarios in each; no tool schema constrains the decoding."
    )
    return table


def _growth_table(report: EvolveReport) -> Table:
    """One row for each environment that the curriculum added."""
    table = Table(title="Environments added", title_justify="left", show_lines=True)
    table.add_column("id", overflow="fold")
    table.add_column("level", justify="right")
    table.add_column("why")
    for environment in report.environments:
        table.add_row(environment.env_id, str(environment.kwargs["difficulty"]), environment.why)
    return table
