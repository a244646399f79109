"""``inftool demo``: the whole loop on one API that the base policy has never seen."""

from pathlib import Path

from rich.console import Console

from inftool_env.core.tool import Toolset
from inftool_env.envs.partition import partition, take_group
from inftool_env.envs.registry import env_ids, load_toolset, register_api, resolve
from inftool_env.scenarios.author import admitted_categories
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
        spec: Your API: OpenAPI, Swagger, MCP or function list; a built-in travel API if not given. Of a large API
            the environment with the most categories is taken.
        seed: Fixes the run.
        out: The run's folder; a number is added to a name that is taken.
        resume: Go on with the run in the folder.
    """
    console = Console()
    ids = (DEFAULT_ID,) if spec is None else _ids_of(spec)
    env_id = _richest(ids)
    folder = out if resume else _free_folder(out)
    # Sized for two CPU cores and a quarter of an hour; `inftool evolve` takes every number.
    config = EvolveConfig(
        env_ids=(env_id,),
        out=str(folder),
        seed=seed,
        scenarios_per_step=12,
        probe_per_category=30,
        eval_per_category=40,
        sft=SftConfig(steps=14, warmup_steps=4),
        aimed=SftConfig(steps=44),
        grpo=GrpoConfig(steps=14, learning_rate=1e-3, max_new_tokens=200, replay_share=0.3),
    )
    if len(ids) > 1:
        console.print(
            f"{spec} gives {len(ids)} environments; this run takes the one with the most to practise."
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


def _ids_of(spec: Path) -> tuple[str, ...]:
    """The environments of a document: those of these very tools that are registered already, or new ones."""
    toolset = read_tools(spec)
    known = env_ids()
    found = []
    for group in partition(toolset):
        env_id = f"InfTool/{group.name}-v0"
        if env_id in known and _tools_of(env_id).digest == take_group(toolset, group).digest:
            found.append(env_id)
    return tuple(found) or register_api(spec)


def _richest(ids: tuple[str, ...]) -> str:
    """The environment that admits the most categories, then the one with the most tools, then the first."""
    if len(ids) == 1:
        return ids[0]
    toolsets = {env_id: _tools_of(env_id) for env_id in ids}
    return max(ids, key=lambda one: (len(admitted_categories(toolsets[one])), len(toolsets[one].tools)))


def _tools_of(env_id: str) -> Toolset:
    return load_toolset(str(resolve(env_id)["api"]))


def _free_folder(out: Path) -> Path:
    """The folder, or the first of its numbered names that holds no run."""
    folder, number = out, 2
    while (folder / "config.json").exists():
        folder, number = out.with_name(f"{out.name}-{number}"), number + 1
    return folder
