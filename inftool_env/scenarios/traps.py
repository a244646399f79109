"""Tempting ways to go about a task, each of which must fail before a scenario is handed out."""

from collections.abc import Sequence
from dataclasses import replace

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.scenarios.stage import PlannedCall, Stage
from inftool_env.scenarios.strangers import in_sight
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.values import draw_value

Turns = tuple[SolutionTurn, ...]


def distractor(stage: Stage, visible: Sequence[str], solution: Sequence[SolutionTurn]) -> tuple[Turns, ...]:
    """A valid call of a tool that nothing asks for in place of the first call; nothing where no other tool is shown."""
    used = {call.name for turn in solution for call in turn.calls}
    others = [name for name in visible if name not in used]
    if not others:
        return ()
    (tool,) = in_sight(stage.toolset, [stage.rng.choice(others)]).tools
    arguments = draw_value(tool.parameters, tool.name, stage.rng, stage.split)
    stray = SolutionTurn(calls=(ToolCall(name=tool.name, arguments=arguments),))
    at = next((at for at, turn in enumerate(solution) if turn.calls), 0)
    return ((*solution[:at], stray, *solution[at + 1 :]),)


def is_shown_first(tool: ToolSpec, arguments: JsonObject) -> bool:
    """Whether a call is the first that the tool's schema shows, so that who reads no request makes it, too."""
    return bool(arguments) and all(
        _shown_first(tool.properties.get(name, {}), tool.parameters) == value
        for name, value in arguments.items()
    )


def _shown_first(schema: JsonValue, root: JsonObject) -> JsonValue:
    """The first value that a schema names, or else the least one it takes; None where it does not say."""
    shape = chosen_shape(schema, root)
    for listed in (shape.get("examples"), shape.get("enum")):
        if isinstance(listed, list) and listed:
            return listed[0]
    for word in ("example", "default", "const", "minimum"):
        if word in shape:
            return shape[word]
    return True if kind_of(shape) == "boolean" else None


def at_once(solution: Sequence[SolutionTurn]) -> Turns:
    """All calls in the first message, before anything is known or said."""
    calls = tuple(call for turn in solution for call in turn.calls)
    return (SolutionTurn(calls=calls), solution[-1])


def unfinished(solution: Sequence[SolutionTurn]) -> Turns:
    """All but the last call."""
    last = max(at for at, turn in enumerate(solution) if turn.calls)
    rest = replace(solution[last], calls=solution[last].calls[:-1])
    return (*solution[:last], *((rest,) if rest.calls else ()), *solution[last + 1 :])


def invented(stage: Stage, plan: PlannedCall, names: Sequence[str]) -> PlannedCall:
    """The call with values that nobody has told for the named parameters."""
    tool = plan.tool
    drawn = {
        name: draw_value(tool.properties.get(name, {}), name, stage.rng, stage.split, root=tool.parameters)
        for name in names
    }
    return replace(plan, arguments={**plan.arguments, **drawn})
