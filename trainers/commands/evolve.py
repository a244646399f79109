"""``inftool evolve``: the closed loop on any registered environments."""

from typing import Annotated

import tyro
from rich.console import Console

from trainers.commands.run_loop import run_loop
from trainers.run_folder import EvolveConfig


def run(*, config: Annotated[EvolveConfig, tyro.conf.arg(name="")], resume: bool = False) -> None:
    """Train, see what fails, grow environments for it, and train again.

    Args:
        config: What fixes the run.
        resume: Go on after the last finished stage of the folder.
    """
    run_loop(config, Console(), resume=resume)
