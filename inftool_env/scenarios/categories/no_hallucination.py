"""A value that the call needs is in no message: it must be asked for or looked up, and never made up."""

from inftool_env.core.scenario import Check, CheckKind, SolutionTurn
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.categories.missing_param import question
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import Link
from inftool_env.scenarios.lookup import find_lookup, lookup_links
from inftool_env.scenarios.stage import Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.scenarios.traps import invented
from inftool_env.scenarios.unknown import unknown_fact, wish_about
from inftool_env.users.phrasing import goal_phrase, humanise
from inftool_env.world.entities import EntityMap
from inftool_env.world.shapes import chosen_shape, kind_of


def draft(stage: Stage) -> Draft:
    """A value that nobody knows, so nothing can be done; from difficulty 2 on half of the time one that a tool tells.

    Two values are unknown from difficulty 4 on, where the tool has them.
    """
    usable = {tool.name for tool in stage.usable}
    able = [
        link for link in lookup_links(stage.toolset) if {link.producer.name, link.consumer.name} <= usable
    ]
    unknown = [tool for tool in stage.usable if _open_values(tool)]
    if able and (not unknown or (stage.difficulty >= 2 and stage.rng.random() < 0.5)):
        return _to_be_found(stage, able)
    return _known_to_nobody(stage, stage.pick(unknown, "with a required value that nobody could guess"))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be a required value that cannot be guessed, or a row that can be looked up."""
    if any(is_tellable(tool) and _open_values(tool) for tool in toolset.tools) or lookup_links(toolset):
        return None
    return "no tool has a required parameter whose value would have to be made up"


def _known_to_nobody(stage: Stage, tool: ToolSpec) -> Draft:
    plan = stage.plan(tool)
    able = [name for name in _open_values(tool) if name in plan.arguments]
    hidden = stage.rng.sample(able, min(len(able), 2 if stage.difficulty >= 4 else 1))
    hidden = [name for name in plan.arguments if name in hidden]
    facts = tuple(
        unknown_fact(stage, name) if name in hidden else stage.fact(tool, name, value)
        for name, value in plan.arguments.items()
    )
    questions = tuple(SolutionTurn(content=question(name)) for name in hidden)
    lacking = " and ".join(f"the {humanise(name)}" for name in hidden)
    refusal = SolutionTurn(content=f"I cannot do that without {lacking}.")
    solution = (*questions, refusal)
    visible = stage.show([tool], stage.rng.randint(0, 1 + stage.difficulty))
    call = SolutionTurn(calls=(invented(stage, plan, hidden).call,))
    done = SolutionTurn(content=closing_words({tool.effect}))
    text = stage.opening(tool, plan.told_but(hidden))
    said = [fact.reveal for fact in facts if not fact.told]
    echo = tuple(SolutionTurn(content=words) for words in (text, *said))
    return Draft(
        goal=f"{goal_phrase(tool)}: impossible without {lacking}, which nobody knows",
        opening=text,
        facts=facts,
        solution=solution,
        expected=(),
        asked=tuple(hidden),
        checks=tuple(Check(kind=CheckKind.NOT_INVENTED, fact=name) for name in hidden),
        visible=visible,
        traps=(
            (call, done),
            (*questions, call, done),
            (*questions, call, refusal),
            (*questions, done),
            (refusal,),
            echo,
        ),
    )


def _to_be_found(stage: Stage, able: list[Link]) -> Draft:
    found = find_lookup(stage, stage.rng.choice(able))
    needed = [found.link.producer, found.link.consumer]
    return wish_about(stage, found, stage.show(needed, stage.rng.randint(0, 1 + stage.difficulty)))


def _open_values(tool: ToolSpec) -> list[str]:
    """The required parameters whose values are the user's alone to know: no choice, truth value, default or object."""
    found: list[str] = []
    for name in tool.required:
        shape = chosen_shape(tool.properties.get(name, {}), tool.parameters)
        is_open = shape.keys().isdisjoint(("enum", "const", "default"))
        if is_open and kind_of(shape) in ("string", "integer", "number"):
            found.append(name)
    return found
