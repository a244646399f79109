"""``inftool base``: make the base policy from random weights."""

import json
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from agents.model_policy import ModelPolicy
from agents.sampling import SamplingConfig
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json, write_atomic
from trainers.base import STEPS, BaseConfig, BaseProgress, train_base
from trainers.base_exam import examine
from trainers.checkpoint import latest_checkpoint
from trainers.model_card import model_card

STEPS_PER_LINE = 50
"""Where no terminal shows the bar, a line is written after this many steps."""


def run(
    *,
    out: Path,
    seed: int = 0,
    tokens: float = 24.0,
    threads: int = 2,
    per_category: int = 60,
    examine_only: bool = False,
) -> None:
    """Make a small base policy from random weights, examine it, and write its model card.

    Args:
        out: The folder of the checkpoint: a new one, or that of an interrupted training, which goes on.
        seed: Fixes the first weights and every demonstration.
        tokens: Millions of tokens to read, prompts included.
        threads: PyTorch threads; one more process makes the demonstrations.
        per_category: Scenarios of each category in each exam.
        examine_only: Examine the checkpoint that is there, and write its card again.
    """
    console = Console()
    config = BaseConfig(seed=seed, tokens=round(tokens * 1e6), threads=threads)
    if examine_only:
        torch.set_num_threads(threads)
    elif (out / "config.json").exists() and latest_checkpoint(out / STEPS) is None:
        raise ConfigError(
            f"{out}: holds a checkpoint already; expected a new folder. Name another one with --out."
        )
    else:
        _train(config, out, console)
    policy = ModelPolicy.load(out, SamplingConfig(greedy=True))
    with console.status("Examining on values, tools and APIs it has never seen"):
        reports = examine(policy, per_category)
    write_atomic(out / "exam.json", to_json(reports) + "\n")
    training = json.loads((out / "training.json").read_text(encoding="utf-8"))
    write_atomic(out / "README.md", model_card(training, reports))
    for name, report in reports.items():
        console.print(f"{name}: {report.macro:.0%}", highlight=False)
    console.print(f"Next: inftool train ID --policy {out} --out runs/mine", highlight=False)


def _train(config: BaseConfig, out: Path, console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}"),
    )
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task("base policy", total=config.tokens, state="making the tokenizer")

        def show(progress: BaseProgress) -> None:
            speed = progress.tokens / max(progress.seconds, 1e-9)
            state = f"step {progress.step}  loss {progress.loss:.3f}  {speed:,.0f} tokens/s"
            bars.update(bar, completed=progress.tokens, state=state)
            if not console.is_terminal and progress.step % STEPS_PER_LINE == 0:
                console.print(f"{progress.seconds:.0f} s  {state}", highlight=False)

        train_base(config, out, show)
