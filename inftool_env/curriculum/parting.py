"""Which tools of an API are practised, and which are kept back to be examined on."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from inftool_env.core.scenario import Split
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset
from inftool_env.curriculum.writable import can_write
from inftool_env.scenarios.author import admitted_categories
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from inftool_env.scenarios.request import ScenarioRequest

FEWEST_TOOLS = 8
"""An API with fewer tools keeps none back."""
HELD_OUT_SHARE = 0.25
CANDIDATES = 16
"""Partings to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolParting:
    """The tools of one API in two halves that share none; both in the order of the document."""

    practised: tuple[str, ...]
    """All that training ever shows."""
    held_out: tuple[str, ...]
    """Empty when the API is too small to spare any."""
    categories: tuple[str, ...]
    """The categories that the practised tools admit."""
    held_out_categories: tuple[str, ...]
    """The categories whose solutions can do with the held-out tools alone."""


def part_tools(
    toolset: Toolset, seed: int = 0, *, categories: Collection[str] = FIRST_CATEGORIES
) -> ToolParting:
    """Keep about a quarter of the tools back, such that both sides admit as many categories as can be.

    The same arguments always give the same parting; an API with fewer than 8 tools is not parted.

    Args:
        toolset: The tools to part.
        seed: Chooses among the partings that are equally good.
        categories: The only ones that count.
    """
    parting = _promising(toolset, seed, categories)
    shown = toolset.subset(parting.practised)
    return replace(
        parting,
        categories=tuple(name for name in parting.categories if _can_write(shown, name)),
        held_out_categories=tuple(
            name for name in parting.held_out_categories if _can_write(toolset, name, parting.held_out)
        ),
    )


def _promising(toolset: Toolset, seed: int, categories: Collection[str]) -> ToolParting:
    """The parting that admits the most categories, by the look of the tools."""

    def admitted(tools: Toolset) -> tuple[str, ...]:
        return tuple(name for name in admitted_categories(tools) if name in categories)

    names, whole = toolset.names, admitted(toolset)
    best = ToolParting(practised=names, held_out=(), categories=whole, held_out_categories=())
    if len(names) < FEWEST_TOOLS:
        return best
    count = max(2, round(HELD_OUT_SHARE * len(names)))
    rng = generator(seed, "parting", toolset.digest)
    most = (-1, -1)
    for _ in range(CANDIDATES):
        drawn = set(rng.sample(names, count))
        practised = tuple(name for name in names if name not in drawn)
        held_out = tuple(name for name in names if name in drawn)
        parting = ToolParting(
            practised=practised,
            held_out=held_out,
            categories=admitted(toolset.subset(practised)),
            held_out_categories=admitted(toolset.subset(held_out)),
        )
        admits = (len(parting.categories), len(parting.held_out_categories))
        if admits > most:
            best, most = parting, admits
        if admits == (len(whole), len(whole)):
            break
    return best


def _can_write(toolset: Toolset, category: str, tools: tuple[str, ...] = ()) -> bool:
    """Whether both sides of the wall have such scenarios."""
    request = ScenarioRequest(category=category, tools=tools)
    return all(can_write(toolset, request, split) for split in Split)
