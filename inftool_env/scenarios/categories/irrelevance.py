"""Nothing in sight can do what the user wants: the assistant must say so and call nothing."""

import random

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import SolutionTurn, Split
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import MAX_VISIBLE, Stage, resemblance
from inftool_env.users.language.messages import message
from inftool_env.users.language.requests import ask_for
from inftool_env.users.phrasing import goal_phrase
from inftool_env.world.entities import EntityMap
from inftool_env.world.values import draw_value

REFUSAL = "None of my tools can do that."

_ERRANDS = (
    "hear a joke about {noun}",
    "write a poem about {noun}",
    "explain what {noun} means",
    "translate '{noun}' into French",
    "spell '{noun}' backwards",
    "say how old {name} is",
    "find a recipe with {noun}",
    "recommend a film about {noun}",
    "say who invented the {noun}",
    "draw a picture of {noun}",
    "sing a song for {name}",
    "compute {number} times {other}",
    "count the letters in '{noun}'",
    "summarise the history of {place}",
    "say how to pronounce {name}",
    "think of a name for my {noun}",
)
"""Wishes outside every API; the values in them are drawn for the split."""


def draft(stage: Stage) -> Draft:
    """Either an errand outside the API, or a tool of it that is out of sight with all that resemble it."""
    hidden = stage.rng.choice(stage.usable) if stage.usable else None
    visible = unlike(stage, hidden) if hidden is not None else ()
    if hidden is not None and len(visible) >= 2 and stage.rng.random() < 0.5:
        plan = stage.plan(hidden)
        goal, text = goal_phrase(hidden), stage.opening(hidden, plan.told)
    else:
        goal = _errand(stage.rng, stage.split)
        text = message([ask_for(goal, stage.voice)], stage.voice)
        visible = stage.toolset.names
    count = min(len(visible), stage.rng.randint(1, min(MAX_VISIBLE, 2 + stage.difficulty)))
    if count == 0:
        raise ScenarioError(
            f"{stage.toolset.name}: no tool to show; expected at least one. Check the document."
        )
    return Draft(
        goal=f"{goal} (impossible here)",
        opening=text,
        facts=(),
        solution=(SolutionTurn(content=REFUSAL),),
        expected=(),
        visible=tuple(stage.rng.sample(visible, count)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """Every API lacks something."""
    return None if toolset.tools else "there is no tool to show"


def unlike(stage: Stage, hidden: ToolSpec) -> tuple[str, ...]:
    """Tools that neither touch what the hidden one touches nor read like it."""
    entities = stage.backend.entities
    entity = entities.binding(hidden.name).entity
    return tuple(
        tool.name
        for tool in stage.toolset.tools
        if tool.name != hidden.name
        and (entity is None or entities.binding(tool.name).entity != entity)
        and resemblance(tool, hidden) < 0.25
    )


def _errand(rng: random.Random, split: Split) -> str:
    number = {"type": "integer", "minimum": 1000, "maximum": 9999}
    return rng.choice(_ERRANDS).format(
        noun=draw_value({"type": "string"}, "word", rng, split),
        name=draw_value({"type": "string"}, "first_name", rng, split),
        place=draw_value({"type": "string"}, "city", rng, split),
        number=draw_value(number, "number", rng, split),
        other=draw_value(number, "number", rng, split),
    )
