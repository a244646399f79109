"""Looking whether a change took effect: a reading call whose answer tells the two worlds apart."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, argument_validator
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Action, Binding, entity_map
from inftool_env.world.fitting import retyped_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A call that shows whether a change took effect."""

    call: ToolCall
    shown: frozenset[str]
    """The single values that it shows after the change, as text."""


def find_look(scenario: Scenario, toolset: Toolset, turn: int, index: int) -> Look | None:
    """The call with which one can see whether a change of the reference solution took effect.

    Tools in sight are tried first, and of these the ones that read one row. Every argument is one of the change's own.

    Args:
        scenario: Its solution makes the change.
        toolset: The whole one.
        turn: Number of the turn that makes it.
        index: Which call of the turn it is.

    Returns:
        None when no tool shows it.
    """
    done = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    lost = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    for number, each in enumerate(scenario.solution[: turn + 1]):
        for at, call in enumerate(each.calls):
            done.call(call)
            if (number, at) != (turn, index):
                lost.call(call)
    change = scenario.solution[turn].calls[index]
    for call in _candidates(change, toolset, scenario.tools):
        yes, no = done.call(call), lost.call(call)
        if _tells_apart(change, toolset, yes, no):
            shown = {str(value) for row in rows_in(yes.data) for value in row.values()}
            return Look(call=call, shown=frozenset(shown))
    return None


def readers_of(call: ToolCall, toolset: Toolset, shown: Collection[str]) -> tuple[str, ...]:
    """Names of the tools in sight that read what a changing call works on; none for a call that reads itself."""
    bindings = entity_map(toolset).bindings
    own = bindings[call.name]
    if own.tool.effect is Effect.READ or own.entity is None:
        return ()
    return tuple(
        name
        for name, binding in bindings.items()
        if name in shown and binding.entity == own.entity and binding.tool.effect is Effect.READ
    )


def rows_in(data: JsonValue) -> Iterator[JsonObject]:
    """Every object in a JSON value, from the outside in."""
    if isinstance(data, dict):
        yield data
    if isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from rows_in(part)


def _candidates(change: ToolCall, toolset: Toolset, shown: Collection[str]) -> Iterator[ToolCall]:
    bindings = entity_map(toolset).bindings
    own = bindings[change.name]
    names = readers_of(change, toolset, toolset.names)
    given = _columns(own, change.arguments)
    for name in sorted(names, key=lambda one: (one not in shown, bindings[one].action is not Action.GET)):
        binding = bindings[name]
        tool = binding.tool
        known: JsonObject = {}
        for param, schema in tool.properties.items():
            column = binding.key_column if param == binding.key else binding.columns.get(param)
            value = given.get(column) if column is not None else change.arguments.get(param)
            if isinstance(value, str | int | float):
                known[param] = retyped_for(schema, tool.parameters, value)
        needed = {param: known[param] for param in known if param in tool.required or param == binding.key}
        for arguments in (known, *({**needed, param: known[param]} for param in known), needed):
            if binding.key in (None, *arguments) and argument_validator(tool).is_valid(arguments):
                yield ToolCall(name=name, arguments=arguments)


def _columns(binding: Binding, arguments: JsonObject) -> JsonObject:
    """What a call says of its row, by column."""
    given = {column: arguments[param] for param, column in binding.columns.items() if param in arguments}
    if binding.key is not None and binding.key_column is not None and binding.key in arguments:
        given[binding.key_column] = arguments[binding.key]
    return given


def _tells_apart(change: ToolCall, toolset: Toolset, done: ToolResult, lost: ToolResult) -> bool:
    """Whether a row that holds a value of the change is shown in one of the two worlds alone: that which has it."""
    values = [value for value in change.arguments.values() if isinstance(value, str | int | float)]
    tool = toolset.get(change.name)
    assert tool is not None, "the solution calls tools of the toolset"
    having, lacking = (lost, done) if tool.effect is Effect.DELETE else (done, lost)
    if having.is_error:
        return False
    absent = [row for row in rows_in(lacking.data) if not lacking.is_error]
    return any(
        row not in absent and any(value in values for value in row.values() if not isinstance(value, bool))
        for row in rows_in(having.data)
    )
