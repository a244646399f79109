"""Many tools around the ones that are needed: the rest of the API, and strangers that cannot do the same."""

from collections.abc import Sequence

from inftool_env.core.tool import ToolSpec
from inftool_env.scenarios.stage import Stage, resemblance
from inftool_env.scenarios.strangers import strangers
from inftool_env.users.phrasing import goal_phrase

UNLIKE = 0.25
"""Tools that resemble each other less than this are not taken for each other."""


def crowd(stage: Stage, needed: Sequence[ToolSpec], size: int, *, alike: bool = False) -> tuple[str, ...]:
    """Names of the needed tools and of others, shuffled.

    The API's own tools come in before strangers do. None of them does what a needed one does.

    Args:
        stage: Where the scenario is written.
        needed: Tools of the solution.
        size: How many tools in all, as far as there are so many.
        alike: Take those of the API's own first that resemble the needed ones.
    """
    names = list(dict.fromkeys(tool.name for tool in needed))
    own = [
        tool for tool in stage.toolset.tools if tool.name not in names and not _does_same(stage, tool, needed)
    ]
    stage.rng.shuffle(own)
    if alike:
        own.sort(key=lambda tool: -max(resemblance(tool, wanted) for wanted in needed))
    others = [tool.name for tool in own]
    if len(names) + len(others) < size:
        others += foreign(stage, needed, size - len(names) - len(others))
    shown = names + others[: max(0, size - len(names))]
    stage.rng.shuffle(shown)
    return tuple(shown)


def foreign(stage: Stage, needed: Sequence[ToolSpec], count: int) -> list[str]:
    """Names of strangers that nobody could take for one of the needed tools, so many as far as there are."""
    able = [
        tool.name
        for tool in strangers(stage.toolset).values()
        if all(resemblance(tool, wanted) < UNLIKE for wanted in needed)
    ]
    return stage.rng.sample(able, min(count, len(able)))


def _does_same(stage: Stage, tool: ToolSpec, needed: Sequence[ToolSpec]) -> bool:
    """Whether a tool of the API might fulfil the same wish as one of the needed ones."""
    entities = stage.backend.entities
    own = entities.binding(tool.name)
    for wanted in needed:
        binding = entities.binding(wanted.name)
        if goal_phrase(tool) == goal_phrase(wanted):
            return True
        if own.entity is not None and (own.entity, own.action, own.key) == (
            binding.entity,
            binding.action,
            binding.key,
        ):
            return True
    return False
