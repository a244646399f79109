"""New environments for what fails: requests become registered ids that anyone can practise on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset
from inftool_env.curriculum.parting import ToolParting
from inftool_env.curriculum.writable import can_write
from inftool_env.envs.apis import load_toolset, slugify
from inftool_env.envs.registry import env_ids, register_variant, resolve
from inftool_env.scenarios.request import ScenarioRequest

FEWEST_TOOLS = 3
"""An environment of one tool would teach to call it always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownEnvironment:
    """An environment that the curriculum added: all that is needed to register it again."""

    env_id: str
    kwargs: JsonObject
    """As ``register_variant`` takes them."""
    category: str
    why: str
    parent: str
    """The environment it grew from."""
    generation: int


def grow(
    requests: Iterable[ScenarioRequest],
    *,
    api: str,
    name: str,
    parting: ToolParting,
    parent: str,
    generation: int,
) -> tuple[GrownEnvironment, ...]:
    """Register one environment for each failing category, aimed at the tools and the kind that fail.

    Args:
        requests: What to practise; a mastered category (no ``kind``) needs no environment of its own.
        api: The API, as ``load_toolset`` takes it.
        name: Slug that the new ids begin with.
        parting: Held-out tools stay out of the new environments.
        parent: Id of the environment that the failures were seen in.
        generation: The ids' version; raised when an earlier run has taken it.
    """
    toolset = load_toolset(api).subset(parting.practised)
    grown: list[GrownEnvironment] = []
    for request in requests:
        if not request.kind:
            continue
        kwargs: JsonObject = {
            "api": api,
            "categories": [request.category],
            "difficulty": request.difficulty,
            "tools": list(pad_tools(toolset, request)),
            "hidden_tools": list(parting.held_out),
            "kind": request.kind,
            "parent": parent,
        }
        environment = GrownEnvironment(
            env_id=_free_id(f"InfTool/{name}-{slugify(request.category)}", generation, kwargs),
            kwargs=kwargs,
            category=request.category,
            why=request.why,
            parent=parent,
            generation=generation,
        )
        register_grown([environment])
        grown.append(environment)
    return tuple(grown)


def register_grown(environments: Iterable[GrownEnvironment]) -> None:
    """Register the environments, as on resuming a run; one that is registered already stays as it is."""
    for environment in environments:
        register_variant(environment.env_id, environment.kwargs)


def pad_tools(toolset: Toolset, request: ScenarioRequest) -> tuple[str, ...]:
    """The failing tools with as few others as the category needs; in the toolset's order.

    Empty, which means all, when no tool is known to fail.
    """
    chosen = set(request.tools) & set(toolset.names)
    if not chosen:
        return ()
    spare = [name for name in toolset.names if name not in chosen]
    while True:
        tools = tuple(name for name in toolset.names if name in chosen)
        if not spare:
            return tools
        if len(tools) >= FEWEST_TOOLS and can_write(toolset, replace(request, tools=tools), Split.TRAIN):
            return tools
        chosen.add(spare.pop(0))


def _free_id(stem: str, version: int, kwargs: JsonObject) -> str:
    """The first id from this version on that is free, or stands for the same environment."""
    while (env_id := f"{stem}-v{version}") in env_ids() and resolve(env_id) != kwargs:
        version += 1
    return env_id
