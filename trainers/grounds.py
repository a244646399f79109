"""An API as a place to train and to be examined: its tools in two halves, with an environment for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.curriculum.grow import GrownEnvironment
from inftool_env.curriculum.parting import ToolParting, part_tools
from inftool_env.curriculum.sampler import PracticeSource
from inftool_env.envs.registry import load_toolset, register_variant, resolve
from inftool_env.scenarios.categories import FIRST_CATEGORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One API of a run: its tools in two halves, and the environments over them."""

    api: str
    name: str
    """Slug that the ids of its environments begin with."""
    practice_id: str
    """Shows practised tools alone."""
    held_out_tools_id: str | None
    """Its solutions use held-out tools; None when the API has too few tools."""
    parting: ToolParting


def prepare(env_id: str, categories: Collection[str] = FIRST_CATEGORIES) -> Ground:
    """Part the tools of an environment's API, and register an environment for each half.

    Args:
        env_id: Of the API.
        categories: What may be practised, as far as the tools admit it.
    """
    api = str(resolve(env_id)["api"])
    toolset = load_toolset(api)
    parting = part_tools(toolset, categories=categories)
    if not parting.categories:
        raise ConfigError(
            f"{env_id}: its {len(toolset.tools)} tools admit no scenario of {', '.join(categories)}; "
            "expected at least one. Name other categories, or choose another API (`inftool inspect` shows its tools)."
        )
    name = env_id.removeprefix("InfTool/").rpartition("-v")[0]
    practice_id = f"InfTool/{name}-practice-v0"
    hidden = {"hidden_tools": list(parting.held_out)} if parting.held_out else {}
    register_variant(practice_id, {"api": api, "categories": list(parting.categories), **hidden})
    held_out_tools_id = None
    if parting.held_out_categories:
        held_out_tools_id = f"InfTool/{name}-held-out-tools-v0"
        categories = list(parting.held_out_categories)
        register_variant(
            held_out_tools_id,
            {
                "api": api,
                "categories": categories,
                "tools": list(parting.held_out),
                "split": Split.EVAL.value,
            },
        )
    return Ground(
        api=api, name=name, practice_id=practice_id, held_out_tools_id=held_out_tools_id, parting=parting
    )


def practice_sources(grounds: Sequence[Ground], grown: Sequence[GrownEnvironment]) -> list[PracticeSource]:
    """The practice environments, and beside them those that were grown."""
    sources = [
        PracticeSource(env_id=ground.practice_id, categories=ground.parting.categories) for ground in grounds
    ]
    return sources + [PracticeSource(env_id=one.env_id, categories=(one.category,)) for one in grown]
