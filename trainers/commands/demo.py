"""``inftool demo``: the whole loop on one API that the base policy has never seen."""

from pathlib import Path

from rich.console import Console

from inftool_env.envs.apis import load_toolset, slugify
from inftool_env.envs.registry import env_ids, register_api, resolve
from inftool_env.specs.load import read_tools
from trainers.commands.run_loop import run_loop
from trainers.config import GrpoConfig, SftConfig
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
    env_id = DEFAULT_ID if spec is None else _id_of(spec)
    folder = out if resume else _free_folder(out)
    # Sized for two CPU cores and a quarter of an hour; `inftool evolve` takes every number.
    config = EvolveConfig(
        env_ids=(env_id,),
        out=str(folder),
        seed=seed,
        scenarios_per_step=12,
        probe_per_category=16,
        eval_per_category=30,
        sft=SftConfig(steps=30),
        grpo=GrpoConfig(steps=20, learning_rate=3e-4, max_new_tokens=200, replay_share=0.2),
    )
    console.print(f"{env_id}: base, cold start, {config.generations} generations; run folder {folder}")
    report = run_loop(config, console, resume=resume)
    console.print("Next:", style="bold")
    if spec is not None:
        console.print(f"  inftool register {spec}    # keeps the API, so that other commands know {env_id}")
    console.print(f"  inftool rollout {env_id} --agent {report.policy} --out {folder}/episodes")
    console.print(f"  inftool play {env_id}    # be the assistant yourself")
    if spec is None:
        console.print("  inftool demo --spec my-api.yaml    # the same for an API of yours")


def _id_of(spec: Path) -> str:
    """The environment of a document: the one that is registered already, or a new one."""
    toolset = read_tools(spec)
    env_id = f"InfTool/{slugify(toolset.name)}-v0"
    if env_id in env_ids() and load_toolset(str(resolve(env_id)["api"])).digest == toolset.digest:
        return env_id
    return register_api(spec)[0]


def _free_folder(out: Path) -> Path:
    """The folder, or the first of its numbered names that holds no run."""
    folder, number = out, 2
    while (folder / "config.json").exists():
        folder, number = out.with_name(f"{out.name}-{number}"), number + 1
    return folder
