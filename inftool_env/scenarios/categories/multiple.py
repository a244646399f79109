"""One call, to be chosen among tools that look alike."""

from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import simple
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import MAX_VISIBLE, Stage
from inftool_env.world.entities import EntityMap


def draft(stage: Stage) -> Draft:
    """One tool among 3 to 8, the nearest look-alikes first when the difficulty is 3 or more."""
    tool = stage.pick(stage.usable, "that a user could ask for")
    others = min(MAX_VISIBLE - 1, stage.rng.randint(2, 3 + stage.difficulty))
    return simple.single_call(stage, tool, stage.show([tool], others, alike=stage.difficulty >= 3))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be tools to choose among."""
    if len(toolset.tools) < 3:
        return f"there are only {len(toolset.tools)} tools to choose among; 3 are needed"
    return simple.obstacle(toolset, entities)
