"""``inftool demo``: the whole loop on one API that the base policy has never seen."""

from pathlib import Path

from rich.console import Console

from inftool_env.envs.registry import register_api
from trainers.commands.run_loop import run_loop
from trainers.run_folder import EvolveConfig

DEFAULT_ID = "InfTool/trips-api-v0"
"""Of an API that the base checkpoint's training leaves out."""


def run(
    *, spec: Path | None = None, seed: int = 0, out: Path = Path("runs/demo"), resume: bool = False
) -> None:
    """From a raw API document to a better policy, on two CPU cores in a quarter of an hour.

    Args:
        spec: Your API: OpenAPI, Swagger, MCP or function list; a built-in travel API if not given.
        seed: Fixes the run.
        out: The run's folder; a number is added to a name that is taken.
        resume: Go on with the run in the folder.
    """
    console = Console()
    env_id = DEFAULT_ID if spec is None else register_api(spec)[0]
    folder = out if resume else _free_folder(out)
    config = EvolveConfig(env_ids=(env_id,), out=str(folder), seed=seed)
    console.print(f"{env_id}: base, cold start, {config.generations} generations; run folder {folder}")
    report = run_loop(config, console, resume=resume)
    console.print("Next:", style="bold")
    console.print(f"  inftool rollout {env_id} --agent {report.policy} -n 5    # watch the trained policy")
    console.print(f"  inftool play {env_id}    # be the assistant yourself")
    console.print("  inftool demo --spec my-api.yaml    # the same for your own API")


def _free_folder(out: Path) -> Path:
    """The folder, or the first of its numbered names that holds no run."""
    folder, number = out, 2
    while (folder / "config.json").exists():
        folder, number = out.with_name(f"{out.name}-{number}"), number + 1
    return folder
