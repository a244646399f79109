"""Several independent calls of different tools, asked for in one message."""

from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories.parallel import refuse_conflicts
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import HopelessError, PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.scenarios.traps import distractor, unfinished
from inftool_env.users.language.data import put
from inftool_env.users.language.replies import some
from inftool_env.users.language.requests import close, imperative
from inftool_env.users.phrasing import goal_phrase
from inftool_env.world.entities import EntityMap

COUNTS = (2, 2, 3, 3, 4)
"""Different tools, by difficulty; fewer where the API has not so many."""


def draft(stage: Stage) -> Draft:
    """Two to four calls, each of another tool."""
    by_goal = {goal_phrase(tool): tool for tool in stage.usable}
    if len(by_goal) < 2:
        raise HopelessError("there are no two usable tools for different wishes")
    count = min(len(by_goal), COUNTS[stage.difficulty - 1])
    tools = stage.rng.sample(list(by_goal.values()), count)
    plans = [stage.plan(tool) for tool in tools]
    refuse_conflicts(stage, plans)
    solution = (
        SolutionTurn(calls=tuple(plan.call for plan in plans)),
        SolutionTurn(content=closing_words({tool.effect for tool in tools})),
    )
    visible = stage.show(tools, stage.rng.randint(1, 1 + stage.difficulty), alike=stage.difficulty >= 4)
    return Draft(
        goal="; ".join(f"{goal_phrase(plan.tool)}: {plan.arguments}" for plan in plans),
        opening=_ask(stage, plans),
        facts=stage.facts(*plans),
        solution=solution,
        expected=tuple(plan.expected for plan in plans),
        visible=visible,
        traps=(unfinished(solution), *distractor(stage, visible, solution)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be different wishes."""
    if len({goal_phrase(tool) for tool in toolset.tools if is_tellable(tool)}) >= 2:
        return None
    return "there are no two tools for different wishes that can be told in a few words"


def _ask(stage: Stage, plans: list[PlannedCall]) -> str:
    first, *rest = plans
    voice = stage.voice
    more = [
        close(put(joint, goal=imperative(plan.tool, plan.told, voice)))
        for plan, joint in zip(rest, some("also", len(rest), voice), strict=True)
    ]
    return stage.opening(first.tool, first.told, *more)
