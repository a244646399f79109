"""Several independent calls, asked for at once."""

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import canonical
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_sayable, is_tellable
from inftool_env.users.language.data import put
from inftool_env.users.language.messages import message
from inftool_env.users.language.replies import reply, some
from inftool_env.users.language.requests import close, imperative, request, values_of
from inftool_env.users.phrasing import Told, goal_phrase
from inftool_env.world.entities import EntityMap


def draft(stage: Stage) -> Draft:
    """Two to four calls: of one tool with different values, or of two different tools."""
    able = [tool for tool in stage.usable if _has_arguments(tool)]
    first = stage.pick(able, "with a parameter to vary")
    rest = [tool for tool in able if tool.name != first.name and goal_phrase(tool) != goal_phrase(first)]
    if rest and stage.rng.random() < 0.4:
        plans = [stage.plan(first), stage.plan(stage.rng.choice(rest))]
        text = _ask_for_both(stage, *plans)
    else:
        plans = _vary(stage, first, stage.rng.randint(2, 2 + stage.difficulty // 2))
        text = _ask_for_each(stage, plans)
    refuse_conflicts(stage, plans)
    tools = [plan.tool for plan in plans]
    return Draft(
        goal="; ".join(f"{goal_phrase(plan.tool)}: {plan.arguments}" for plan in plans),
        opening=text,
        facts=stage.facts(*plans),
        solution=(
            SolutionTurn(calls=tuple(plan.call for plan in plans)),
            SolutionTurn(content=closing_words({tool.effect for tool in tools})),
        ),
        expected=tuple(plan.expected for plan in plans),
        visible=stage.show(tools, stage.rng.randint(0, 1 + stage.difficulty)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be a tool whose calls can differ."""
    if any(is_tellable(tool) and _has_arguments(tool) for tool in toolset.tools):
        return None
    return "no tool has a parameter that can be varied and told"


def _has_arguments(tool: ToolSpec) -> bool:
    return any(is_sayable(schema) for schema in tool.properties.values())


def _vary(stage: Stage, tool: ToolSpec, count: int) -> list[PlannedCall]:
    """Calls of one tool that all differ."""
    plans: list[PlannedCall] = []
    for _ in range(4 * count):
        plan = stage.plan(tool)
        if any(plan.arguments == other.arguments for other in plans):
            continue
        plans.append(plan)
        if len(plans) == count:
            break
    if len(plans) < 2:
        raise ScenarioError(
            f"{stage.toolset.name}.{tool.name}: its calls do not vary in this world; expected 2 different ones. "
            "Try another seed."
        )
    return plans


def refuse_conflicts(stage: Stage, plans: list[PlannedCall]) -> None:
    """Calls on the same row may depend on their order, unless all of them read."""
    keys: list[str] = []
    for plan in plans:
        binding = stage.backend.entities.binding(plan.tool.name)
        if binding.key is not None and binding.key in plan.arguments:
            keys.append(canonical([binding.entity, plan.arguments[binding.key]]))
    if len(set(keys)) < len(keys) and any(plan.tool.effect != "read" for plan in plans):
        raise ScenarioError(
            f"{stage.toolset.name}: two of the calls touch the same row; expected independent calls. Try another seed."
        )


def _ask_for_each(stage: Stage, plans: list[PlannedCall]) -> str:
    """One wish with a list of what it is to be done with, or a sentence for each."""
    first, *rest = plans
    tool, voice = first.tool, stage.voice
    varied = _only_difference(plans)
    if varied is not None and voice.happens(0.6):
        values = [plan.arguments[varied] for plan in plans]
        return stage.opening(tool, [*first.told_but([varied]), Told(varied, values)])
    if voice.happens(0.4):
        more = [
            reply(
                "once_more",
                voice,
                goal=imperative(tool, plan.told, voice),
                facts=values_of(tool, plan.told, voice),
            )
            for plan in rest
        ]
        return stage.opening(tool, first.told, *more)
    told = [values_of(tool, plan.told, voice) for plan in plans]
    base = request(tool, [], voice).rstrip(".?")
    if voice.happens(0.4):
        listed = "; ".join(f"{number}) {facts}" for number, facts in enumerate(told, start=1))
        text = f"{base}. {reply('list', voice, number=str(len(plans)), facts=listed)}"
    elif voice.happens(0.6):
        text = close(base + ", " + " and ".join(f"once with {facts}" for facts in told))
    else:
        text = base + " for each of these:" + "".join(f"\n- {facts}" for facts in told)
    return message([text], voice, tool)


def _only_difference(plans: list[PlannedCall]) -> str | None:
    """The one parameter, of a single value, in which all the calls differ; None where there is not just one."""
    names = plans[0].arguments.keys()
    if any(plan.arguments.keys() != names for plan in plans):
        return None
    different = [
        name for name in names if any(plan.arguments[name] != plans[0].arguments[name] for plan in plans)
    ]
    values = [plan.arguments[different[0]] for plan in plans] if len(different) == 1 else []
    is_single = values and all(
        isinstance(value, str | int) and not isinstance(value, bool) for value in values
    )
    return different[0] if is_single and len(set(map(str, values))) == len(plans) else None


def _ask_for_both(stage: Stage, first: PlannedCall, second: PlannedCall) -> str:
    goal = imperative(second.tool, second.told, stage.voice)
    (joint,) = some("also", 1, stage.voice)
    return stage.opening(first.tool, first.told, close(put(joint, goal=goal)))
