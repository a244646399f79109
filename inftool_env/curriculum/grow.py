"""New environments for what fails: requests become registered ids that anyone can practise on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset
from inftool_env.curriculum.parting import ToolParting
from inftool_env.envs.registry import load_toolset, register_variant
from inftool_env.scenarios.author import admitted_categories
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
    requests: Iterable[ScenarioRequest], *, api: str, parting: ToolParting, parent: str, generation: int
) -> tuple[GrownEnvironment, ...]:
    """Register one environment for each failing category, aimed at the tools and the kind that fail.

    Args:
        requests: What to practise; a mastered category (no ``kind``) needs no environment of its own.
        api: The API, as ``load_toolset`` takes it.
        parting: Held-out tools stay out of the new environments.
        parent: Id of the environment that the failures were seen in.
        generation: Becomes the ids' version.
    """
    toolset = load_toolset(api).subset(parting.practised)
    grown = tuple(
        GrownEnvironment(
            env_id=f"InfTool/{_slug(toolset.name)}-{_slug(request.category)}-v{generation}",
            kwargs={
                "api": api,
                "categories": [request.category],
                "difficulty": request.difficulty,
                "tools": list(pad_tools(toolset, request.tools, request.category)),
                "hidden_tools": list(parting.held_out),
                "kind": request.kind,
                "parent": parent,
            },
            category=request.category,
            why=request.why,
            parent=parent,
            generation=generation,
        )
        for request in requests
        if request.kind
    )
    register_grown(grown)
    return grown


def register_grown(environments: Iterable[GrownEnvironment]) -> None:
    """Register the environments, as on resuming a run; one that is registered already stays as it is."""
    for environment in environments:
        register_variant(environment.env_id, environment.kwargs)


def pad_tools(toolset: Toolset, failing: tuple[str, ...], category: str) -> tuple[str, ...]:
    """The failing tools with as few others as the category needs; in the toolset's order.

    Empty, which means all, when no tool is known to fail.
    """
    if not failing:
        return ()
    chosen = [name for name in failing if name in toolset.names]
    spare = [name for name in toolset.names if name not in chosen]
    while spare and (
        len(chosen) < FEWEST_TOOLS or category not in admitted_categories(_ordered(toolset, chosen))
    ):
        chosen.append(spare.pop(0))
    return _ordered(toolset, chosen).names


def _ordered(toolset: Toolset, names: Iterable[str]) -> Toolset:
    kept = set(names)
    return toolset.subset(name for name in toolset.names if name in kept)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
