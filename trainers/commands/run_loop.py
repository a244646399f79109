"""Running a closed loop before a person's eyes: what ``inftool evolve`` and ``inftool demo`` share."""

from pathlib import Path

from rich.console import Console

from trainers.commands.show import ProgressDisplay, show_report
from trainers.evolve import evolve
from trainers.model_learner import ModelLearner
from trainers.run_folder import EvolveConfig, EvolveReport


def run_loop(config: EvolveConfig, console: Console, *, resume: bool) -> EvolveReport:
    """Evolve with bars, then show the tables; an interrupted run says how to go on."""
    learner = ModelLearner(max_new_tokens=config.grpo.max_new_tokens)
    try:
        with ProgressDisplay(console) as display:
            report = evolve(config, learner, resume=resume, on_progress=display)
    except KeyboardInterrupt:
        console.print(
            f"Interrupted. What is finished is in {config.out}; go on with the same command and --resume."
        )
        raise
    show_report(console, report)
    minutes, seconds = divmod(round(report.seconds), 60)
    console.print(f"Run: {Path(config.out).resolve()} ({minutes} min {seconds} s)", highlight=False)
    return report
