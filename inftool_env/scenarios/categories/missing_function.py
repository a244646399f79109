"""The needed tool is not there yet: the assistant must say so, and use the tool once it has come."""

import json

from inftool_env.core.scenario import Arrival, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import irrelevance, simple
from inftool_env.scenarios.categories.irrelevance import REFUSAL
from inftool_env.scenarios.crowd import foreign
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage, closing_words, resemblance
from inftool_env.scenarios.traps import at_once, distractor
from inftool_env.users.phrasing import goal_phrase, opening, wish
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
    first = list(irrelevance.unlike(stage, tool))
    stage.rng.shuffle(first)
    count = FIRST[stage.difficulty - 1]
    first = [*first[:count], *foreign(stage, [tool], count - len(first[:count]))]
    stage.rng.shuffle(first)
    later = _later(stage, tool.name, first)
    solution = (
        SolutionTurn(content=REFUSAL),
        SolutionTurn(calls=(plan.call,)),
        SolutionTurn(content=closing_words({tool.effect})),
    )
    refusing = (SolutionTurn(content=REFUSAL),) * 2
    return Draft(
        goal=f"{goal_phrase(tool)}: {plan.arguments}, once that is possible",
        opening=opening(wish(tool, stage.rng), plan.told, stage.persona, stage.rng),
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


def _later(stage: Stage, needed: str, first: list[str]) -> tuple[str, ...]:
    """Names of the tools that come: the needed one, and the nearest others that were not there."""
    (tool,) = stage.toolset.subset([needed]).tools
    entities = stage.backend.entities
    own = entities.binding(needed)
    others = [
        other
        for other in stage.toolset.tools
        if other.name not in (needed, *first)
        and goal_phrase(other) != goal_phrase(tool)
        and (entities.binding(other.name).entity, entities.binding(other.name).action)
        != (own.entity, own.action)
    ]
    stage.rng.shuffle(others)
    others.sort(key=lambda other: -resemblance(other, tool))
    names = [needed, *(other.name for other in others[: ARRIVING[stage.difficulty - 1] - 1])]
    stage.rng.shuffle(names)
    return tuple(names)


def _words(stage: Stage, later: tuple[str, ...]) -> str:
    """The message with which the tools come; it holds all that a policy must know of them."""
    tools = [tool.to_openai() for tool in stage.toolset.subset(later).tools]
    return stage.rng.choice(_WORDS).format(tools=json.dumps(tools, ensure_ascii=False))
