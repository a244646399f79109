"""``inftool synth``: a dataset of verified conversations, for whoever trains a model on them."""

from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agents.datasets.config import SynthConfig
from agents.datasets.manifest import Manifest
from agents.datasets.sources import read_sources
from agents.datasets.synthesize import synthesize
from inftool_env.commands.source import Folders
from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.specs.access import Access

_DEFAULTS = SynthConfig()


def run(
    sources: tuple[str, ...],
    *,
    out: Path,
    config: Annotated[SynthConfig, tyro.conf.arg(name="")] = _DEFAULTS,
    workers: int = 1,
    resume: bool = False,
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> None:
    """Play episodes, keep the verified ones that are new, and write them as JSON Lines and Parquet with a card.

    Args:
        sources: Documents of APIs, and ids as ``InfTool/weather-api-v0``; they take turns.
        out: The dataset's folder, which datasets.load_dataset loads; new or empty.
        config: What fixes the dataset.
        workers: Processes that play episodes.
        resume: Go on where a run of the same command was killed.
        allow_remote: Fetch what the documents refer to on the web.
        allow_dir: A folder whose files the documents may refer to, besides their own; may be given again.
    """
    if not sources:
        raise ConfigError(
            "synth: no environment; expected documents or ids, one or more. `inftool list` shows what there is."
        )
    access = Access(allow_remote=allow_remote, folders=allow_dir)
    read = read_sources(sources, config.categories, access=access)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bars = {
            split: progress.add_task(split.value, total=rows)
            for split, rows in ((Split.TRAIN, config.rows), (Split.EVAL, config.eval_rows))
            if rows
        }
        manifest = synthesize(
            read,
            config,
            out,
            workers=workers,
            resume=resume,
            on_progress=lambda split, done, _: progress.update(bars[split], completed=done),
        )
    console.print(summary(manifest))
    console.print(f"{manifest.rows} rows in {out}; its README.md says what they are.", highlight=False)


def summary(manifest: Manifest) -> Table:
    """How many conversations were tried and kept, and why the others were not."""
    table = Table(title=f"{manifest.config.assistant}: verified conversations", title_justify="left")
    table.add_column("split")
    for column in ("tried", "rows", "refused"):
        table.add_column(column, justify="right")
    table.add_column("commonest reasons")
    for split, record in manifest.splits.items():
        tally = record.tally
        reasons = ", ".join(f"{reason} ({times})" for reason, times in tally.commonest_refusals)
        numbers = (tally.candidates, tally.rows, tally.candidates - tally.rows)
        table.add_row(split.value, *(f"{number:,}" for number in numbers), reasons)
        if record.exhausted:
            table.caption = "Nothing new came any more before all rows were there."
    return table
