"""One call, few tools in sight, everything told."""

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.scenarios.traps import is_shown_first
from inftool_env.users.phrasing import goal_phrase
from inftool_env.world.entities import EntityMap


def draft(stage: Stage) -> Draft:
    """One tool, shown with at most two others."""
    tool = stage.pick(stage.usable, "that a user could ask for")
    return single_call(stage, tool, stage.show([tool], stage.rng.randint(0, 2)))


def single_call(stage: Stage, tool: ToolSpec, visible: tuple[str, ...]) -> Draft:
    """A request that one call of the tool fulfils."""
    plan = stage.plan(tool)
    if is_shown_first(tool, plan.arguments):
        raise ScenarioError(
            f"{stage.toolset.name}.{tool.name}: the schema itself shows {plan.arguments!r} first; expected values that must "
            "be read from the request. Try another seed."
        )
    return Draft(
        goal=f"{goal_phrase(tool)}: {plan.arguments}",
        opening=stage.opening(tool, plan.told),
        facts=stage.facts(plan),
        solution=(SolutionTurn(calls=(plan.call,)), SolutionTurn(content=closing_words({tool.effect}))),
        expected=(plan.expected,),
        visible=visible,
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """Nothing stands in the way where one tool can be asked for in words."""
    if any(is_tellable(tool) for tool in toolset.tools):
        return None
    return "no operation's required parameters can be told in a few words"
