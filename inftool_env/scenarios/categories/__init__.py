"""One file a category; this is the list of them, in the order of difficulty for a beginner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import (
    clarify,
    confirm,
    correction,
    error_recovery,
    irrelevance,
    long_context,
    missing_function,
    missing_param,
    multi_step,
    multi_turn,
    multiple,
    no_hallucination,
    parallel,
    parallel_multiple,
    relevance,
    simple,
    state_dependent,
)
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage
from inftool_env.world.entities import EntityMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """How scenarios of one category are made."""

    name: str
    summary: str
    draft: Callable[[Stage], Draft]
    """Writes one; ScenarioError when this stage admits none."""
    obstacle: Callable[[Toolset, EntityMap], str | None]
    """Why the toolset admits none at all; None when it does."""
    full_world: bool = False
    """Whether its tables have many rows."""


REGISTRY: Mapping[str, Category] = {
    module.__name__.rpartition(".")[2]: Category(
        name=module.__name__.rpartition(".")[2],
        summary=(module.__doc__ or "").splitlines()[0],
        draft=module.draft,
        obstacle=module.obstacle,
        full_world=getattr(module, "FULL_WORLD", False),
    )
    for module in (
        simple,
        multiple,
        parallel,
        missing_param,
        irrelevance,
        multi_step,
        error_recovery,
        multi_turn,
        correction,
        confirm,
        clarify,
        parallel_multiple,
        relevance,
        missing_function,
        long_context,
        state_dependent,
        no_hallucination,
    )
}
"""Every category by name."""

FIRST_CATEGORIES = ("simple", "multiple", "parallel", "missing_param", "irrelevance", "multi_step")
"""What a beginner learns first, and the base policy has met; trainings practise these unless told otherwise."""
