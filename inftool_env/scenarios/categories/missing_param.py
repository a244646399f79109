"""The user forgets to say something that the call needs: the assistant must ask."""

from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.users.phrasing import goal_phrase, humanise
from inftool_env.world.entities import EntityMap


def draft(stage: Stage) -> Draft:
    """One required value is held back, two from difficulty 4 on where the tool has them."""
    tool = stage.pick(
        [tool for tool in stage.usable if hideable(tool)], "with a required value that could be held back"
    )
    plan = stage.plan(tool)
    able = hideable(tool)
    count = min(len(able), 2 if stage.difficulty >= 4 else 1)
    hidden = [name for name in stage.rng.sample(able, count) if name in plan.arguments]
    return Draft(
        goal=f"{goal_phrase(tool)}: {plan.arguments}, asked for {', '.join(hidden)}",
        opening=stage.opening(tool, plan.told_but(hidden)),
        facts=tuple(
            stage.fact(tool, name, value, told=name not in hidden, is_alone=hidden == [name])
            for name, value in plan.arguments.items()
        ),
        solution=(
            *(SolutionTurn(content=question(name)) for name in plan.arguments if name in hidden),
            SolutionTurn(calls=(plan.call,)),
            SolutionTurn(content=closing_words({tool.effect})),
        ),
        expected=(plan.expected,),
        asked=tuple(hidden),
        visible=stage.show([tool], stage.rng.randint(0, 1 + stage.difficulty)),
    )


def question(name: str) -> str:
    """How the reference solution asks for a parameter."""
    phrase = humanise(name)
    are_many = phrase.endswith("s") and not phrase.endswith(("ss", "us", "is"))
    return f"What {'are' if are_many else 'is'} the {phrase}?"


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be a required value that cannot be guessed."""
    if any(is_tellable(tool) and hideable(tool) for tool in toolset.tools):
        return None
    return "no tool has a required parameter that cannot be guessed"


def hideable(tool: ToolSpec) -> list[str]:
    """Names of the required parameters whose values cannot be guessed."""
    return [name for name in tool.required if not _is_guessable(tool.properties.get(name, {}))]


def _is_guessable(schema: JsonObject) -> bool:
    return "const" in schema or "default" in schema or schema.get("type") == "boolean"
