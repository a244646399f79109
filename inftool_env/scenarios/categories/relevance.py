"""Among many tools, some of other APIs, exactly one fits: it must be found and called."""

from dataclasses import replace

from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import simple
from inftool_env.scenarios.crowd import crowd
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage
from inftool_env.scenarios.traps import distractor
from inftool_env.world.entities import EntityMap

SIZES = (10, 14, 18, 24, 32)
"""Tools in sight, by difficulty."""


def draft(stage: Stage) -> Draft:
    """One tool among 10 to 32; from difficulty 3 on those of the API that resemble it are all there."""
    tool = stage.pick(stage.usable, "that a user could ask for")
    visible = crowd(stage, [tool], SIZES[stage.difficulty - 1], alike=stage.difficulty >= 3)
    wish = simple.single_call(stage, tool, visible)
    return replace(wish, traps=distractor(stage, visible, wish.solution))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be a tool that can be asked for; the others come from elsewhere."""
    return simple.obstacle(toolset, entities)
