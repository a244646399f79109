"""The needed tool is not there yet: the assistant must say so, and use the tool once it has come."""

import json

from inftool_env.core.scenario import Arrival, SolutionTurn
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.categories import irrelevance, simple
from inftool_env.scenarios.categories.irrelevance import REFUSAL
from inftool_env.scenarios.crowd import foreign
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage, closing_words, resemblance
from inftool_env.scenarios.traps import at_once, distractor
from inftool_env.users.phrasing import goal_phrase
from inftool_env.world.entities import EntityMap

FIRST = (2, 3, 5, 8, 12)
"""Tools in sight at first, by difficulty."""
ARRIVING = (1, 1, 2, 3, 4)
"""Tools that come later, by difficulty: the needed one and others of the API."""
_WORDS = (
    "You have more tools now: {tools} What about it now?",
    "I have just given you these tools: {tools} Please try again.",
    "There are new tools for you: {tools} Can you do it now?",
)


def draft(stage: Stage) -> Draft:
    """One call; from difficulty 3 on the needed tool comes with others that do something else."""
    tool = stage.pick(stage.usable, "that a user could ask for")
    plan = stage.plan(tool)
    later = _later(stage, tool)
    first = [name for name in irrelevance.unlike(stage, tool) if name not in later]
    stage.rng.shuffle(first)
    count = FIRST[stage.difficulty - 1]
    first = [*first[:count], *foreign(stage, [tool], count - len(first[:count]))]
    stage.rng.shuffle(first)
    solution = (
        SolutionTurn(content=REFUSAL),
        SolutionTurn(calls=(plan.call,)),
        SolutionTurn(content=closing_words({tool.effect})),
    )
    refusing = (SolutionTurn(content=REFUSAL),) * 2
    return Draft(
        goal=f"{goal_phrase(tool)}: {plan.arguments}, once that is possible",
        opening=stage.opening(tool, plan.told),
        facts=stage.facts(plan),
        solution=solution,
        expected=(plan.expected,),
        visible=tuple(first),
        arrival=Arrival(tools=later, words=_words(stage, later)),
        traps=(at_once(solution), refusing, *distractor(stage, first, solution)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be a tool that can be asked for; where nothing of the API may be seen at first, strangers are."""
    return simple.obstacle(toolset, entities)


def _later(stage: Stage, needed: ToolSpec) -> tuple[str, ...]:
    """Names of the tools that come: the needed one, and its nearest look-alikes that do something else."""
    entities = stage.backend.entities
    own = entities.binding(needed.name)
    others = [
        tool
        for tool in stage.toolset.tools
        if goal_phrase(tool) != goal_phrase(needed)
        and (entities.binding(tool.name).entity, entities.binding(tool.name).action)
        != (own.entity, own.action)
    ]
    stage.rng.shuffle(others)
    others.sort(key=lambda tool: -resemblance(tool, needed))
    names = [needed.name, *(tool.name for tool in others[: ARRIVING[stage.difficulty - 1] - 1])]
    stage.rng.shuffle(names)
    return tuple(names)


def _words(stage: Stage, later: tuple[str, ...]) -> str:
    """The message with which the tools come; it holds all that a policy must know of them."""
    tools = [tool.to_openai() for tool in stage.toolset.subset(later).tools]
    return stage.rng.choice(_WORDS).format(tools=json.dumps(tools, ensure_ascii=False))
