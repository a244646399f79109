"""The user changes their mind, when they answer a question or when the first call is done."""

from inftool_env.core.scenario import Check, CheckKind, FollowUp, SolutionTurn
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.scenarios.categories.missing_param import hideable, question
from inftool_env.scenarios.categories.multi_turn import follow_up_name, in_time
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import HopelessError, PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_sayable, is_tellable
from inftool_env.scenarios.varying import Variation, variable_names, vary
from inftool_env.users.language.replies import reply
from inftool_env.users.phrasing import goal_phrase, spell
from inftool_env.world.entities import EntityMap


def draft(stage: Stage) -> Draft:
    """One change of mind; from difficulty 4 on the second comes after the first has been followed."""
    asking = [tool for tool in stage.usable if hideable(tool) and _beside(stage, tool)]
    redoing = [tool for tool in stage.usable if _redoable(stage, tool)]
    if not asking and not redoing:
        raise HopelessError("there is no usable tool that can be called again with another value")
    if asking and (not redoing or (stage.difficulty < 4 and stage.rng.random() < 0.5)):
        return _with_the_answer(stage, stage.rng.choice(asking))
    return _after_the_call(stage, stage.rng.choice(redoing), 1 + (stage.difficulty >= 4))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be a tool that can be called again with another value."""
    for tool in toolset.tools:
        told = [name for name, schema in tool.properties.items() if is_sayable(schema)]
        binding = entities.binding(tool.name)
        free = [name for name in told if name not in (binding.key, *binding.parents)]
        asks = any(set(told) - {name} for name in hideable(tool))
        redoes = (tool.effect is Effect.READ and told) or (tool.effect is Effect.UPDATE and free)
        if is_tellable(tool) and (asks or redoes):
            return None
    return "no tool can be called again with another value that a user can tell"


def _with_the_answer(stage: Stage, tool: ToolSpec) -> Draft:
    """A value is missing; with it the user tells that another one has changed."""
    plan = stage.plan(tool)
    hidden = stage.rng.choice(hideable(tool))
    names = [name for name in variable_names(stage, tool) if name != hidden]
    changed = vary(stage, plan, names)
    ask, end = SolutionTurn(content=question(hidden)), SolutionTurn(content=closing_words({tool.effect}))
    old = SolutionTurn(calls=(plan.call,))
    new = SolutionTurn(calls=(changed.plan.call,))
    return Draft(
        goal=f"{goal_phrase(tool)}: {changed.plan.arguments}, at first with {changed.phrase} {spell(changed.old)}",
        opening=stage.opening(tool, plan.told_but([hidden])),
        facts=tuple(
            stage.fact(tool, name, value, told=name != hidden, is_alone=name == hidden)
            for name, value in plan.arguments.items()
        ),
        solution=(ask, new, end),
        expected=(changed.plan.expected,),
        asked=(hidden,),
        checks=(Check(kind=CheckKind.NOT_STALE, fact=changed.name, value=changed.old),),
        visible=stage.show([tool], stage.rng.randint(0, 1 + stage.difficulty)),
        follow_ups=(_follow_up(stage, 1, changed, "changed_before", with_answer=True),),
        traps=((ask, old, end), (new, end)),
    )


def _after_the_call(stage: Stage, tool: ToolSpec, times: int) -> Draft:
    """The call is done; then the user wants it with another value."""
    keep_row = tool.effect is not Effect.READ
    plans: list[PlannedCall] = [stage.plan(tool)]
    changes: list[Variation] = []
    for _ in range(times):
        changes.append(vary(stage, plans[-1], variable_names(stage, tool, keep_row=keep_row), plans))
        plans.append(changes[-1].plan)
    calls = [SolutionTurn(calls=(plan.call,)) for plan in plans]
    end = SolutionTurn(content=closing_words({tool.effect}))
    return Draft(
        goal=f"{goal_phrase(tool)}: {' and then rather '.join(str(plan.arguments) for plan in plans)}",
        opening=stage.opening(tool, plans[0].told),
        facts=stage.facts(plans[0]),
        solution=tuple(turn for call in calls for turn in (call, end)),
        expected=tuple(plan.expected for plan in plans),
        checks=in_time(times),
        visible=stage.show([tool], stage.rng.randint(0, 1 + stage.difficulty)),
        follow_ups=tuple(
            _follow_up(stage, number, changed, "changed_after")
            for number, changed in enumerate(changes, start=1)
        ),
        traps=((calls[0], *(end for _ in calls)), (calls[-1], *(end for _ in calls))),
    )


def _follow_up(
    stage: Stage, number: int, changed: Variation, wording: str, *, with_answer: bool = False
) -> FollowUp:
    return FollowUp(
        name=follow_up_name(number),
        text=reply(
            wording, stage.voice, phrase=changed.phrase, old=spell(changed.old), new=spell(changed.new)
        ),
        facts=(stage.fact(changed.plan.tool, changed.name, changed.new),),
        with_answer=with_answer,
    )


def _beside(stage: Stage, tool: ToolSpec) -> bool:
    """Whether something required can be held back while something else changes."""
    names = variable_names(stage, tool)
    return any(set(names) & set(tool.required) - {name} for name in hideable(tool))


def _redoable(stage: Stage, tool: ToolSpec) -> bool:
    """Whether a second call with another value leaves things as if it had been the first."""
    if tool.effect is Effect.READ:
        return bool(variable_names(stage, tool))
    return tool.effect is Effect.UPDATE and bool(variable_names(stage, tool, keep_row=True))
