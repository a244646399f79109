"""Laws of every world, tried with random histories of calls on several APIs of the catalogue."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import ToolSpec
from inftool_env.envs.registry import load_toolset
from inftool_env.world.acceptable import acceptable
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Action
from inftool_env.world.state import RowChange, WorldState
from inftool_env.world.values import draw_value

APIS = ("bank-api", "calendar-api", "files-api", "shop-api", "tickets-api", "weather-api")
chances = st.integers(0, 10**6)
"""What chooses tools, rows and values."""


class Machine(RuleBasedStateMachine):
    """Calls a world and a twin of it alike, beside a plain copy of its tables."""

    api = ""

    def __init__(self) -> None:
        super().__init__()
        toolset = load_toolset(self.api)
        self.world, self.twin = StatefulBackend(toolset, 7), StatefulBackend(toolset, 7)
        self.tables = {name: self.world.state.rows(name) for name in self.world.entities.entities}
        self.start = self.world.state.snapshot()

    def tools(self, *actions: Action) -> list[ToolSpec]:
        bindings = self.world.entities.bindings.values()
        return [binding.tool for binding in bindings if binding.action in actions]

    def call(self, tool: ToolSpec, arguments: JsonObject) -> ToolResult:
        result, other = (
            world.call(ToolCall(name=tool.name, arguments=arguments)) for world in (self.world, self.twin)
        )
        assert result == other
        if tool.returns is not None and not result.is_error:
            assert SchemaValidator(tool.returns).is_valid(result.data)
        return result

    def arguments(self, tool: ToolSpec, chance: int) -> JsonObject:
        rng = generator("machine", tool.name, chance)
        drawn = draw_value(tool.parameters, "arguments", rng, Split.TRAIN)
        return acceptable(self.world, tool, drawn, rng)

    def shown(self, tool: ToolSpec) -> list[ToolSpec]:
        entity = self.world.entities.binding(tool.name).entity
        return [
            reader
            for reader in self.tools(Action.GET)
            if self.world.entities.binding(reader.name).entity == entity
            and set(reader.required) <= {self.world.entities.binding(reader.name).key}
        ]

    def read(self, reader: ToolSpec, key: object) -> ToolResult:
        name = self.world.entities.binding(reader.name).key
        return self.call(reader, {} if name is None else {name: key})

    @rule(chance=chances, pick=chances)
    def what_is_made_can_be_read(self, chance: int, pick: int) -> None:
        tools = self.tools(Action.CREATE)
        tool = tools[pick % len(tools)]
        table = self.world.entities.binding(tool.name).entity
        entity = self.world.entities.entities[table]
        arguments = self.arguments(tool, chance)
        before = {str(row[entity.key_column]) for row in self.world.state.rows(table)}
        made = self.call(tool, arguments)
        rows = {str(row[entity.key_column]): row for row in self.world.state.rows(table)}
        if made.is_error:
            assert rows.keys() == before
            return
        (key,) = rows.keys() - before
        for param, column in self.world.entities.binding(tool.name).columns.items():
            if param in arguments:
                assert rows[key][column] == arguments[param]
        for reader in self.shown(tool):
            found = self.read(reader, rows[key][entity.key_column])
            assert not found.is_error
            assert {name: found.data[name] for name in found.data if name in made.data} == {
                name: made.data[name] for name in made.data if name in found.data
            }

    @rule(chance=chances, pick=chances)
    def what_is_deleted_is_gone(self, chance: int, pick: int) -> None:
        tools = [tool for tool in self.tools(Action.DELETE) if self.world.rows(tool.name)]
        if not tools:
            return
        tool = tools[pick % len(tools)]
        binding = self.world.entities.binding(tool.name)
        arguments = self.arguments(tool, chance)
        assert not self.call(tool, arguments).is_error
        again = self.call(tool, arguments)
        assert again.is_error
        assert "not found" in again.content
        assert all(self.read(reader, arguments[binding.key]).is_error for reader in self.shown(tool))

    @rule(chance=chances, pick=chances)
    def an_update_twice_is_an_update_once(self, chance: int, pick: int) -> None:
        tools = [tool for tool in self.tools(Action.UPDATE) if self.world.rows(tool.name)]
        if not tools:
            return
        tool = tools[pick % len(tools)]
        arguments = self.arguments(tool, chance)
        first = self.call(tool, arguments)
        once = self.world.state.snapshot()
        assert self.call(tool, arguments) == first
        assert self.world.state.snapshot() == once

    @rule(chance=chances, pick=chances)
    def reading_changes_nothing(self, chance: int, pick: int) -> None:
        tools = self.tools(Action.GET, Action.LIST)
        tool = tools[pick % len(tools)]
        before = self.world.state.snapshot()
        arguments = self.arguments(tool, chance)
        assert self.call(tool, arguments) == self.call(tool, arguments)
        assert self.world.state.snapshot() == before

    @rule(chance=chances, count=st.integers(1, 4))
    def restoring_is_as_if_nothing_had_happened(self, chance: int, count: int) -> None:
        moment = self.world.state.snapshot()
        rows = {name: self.world.state.rows(name) for name in self.tables}
        digest = self.world.digest()
        tools = self.tools(Action.CREATE, Action.UPDATE, Action.DELETE)
        calls = []
        for step in range(count):
            tool = tools[(chance + step) % len(tools)]
            if self.world.rows(tool.name):
                calls.append((tool, arguments := self.arguments(tool, chance + step)))
                self.call(tool, arguments)
        then, digest_then = self.world.state.snapshot(), self.world.digest()
        for world in (self.world, self.twin):
            world.state.restore(moment)
        assert self.world.state.snapshot() == moment
        assert {name: self.world.state.rows(name) for name in self.tables} == rows
        assert self.world.digest() == digest
        for tool, arguments in calls:
            self.call(tool, arguments)
        assert (self.world.state.snapshot(), self.world.digest()) == (then, digest_then)

    @invariant()
    def a_diff_tells_exactly_what_changed(self) -> None:
        changes = WorldState.diff(self.start, self.world.state.snapshot())
        tables = {name: self.world.state.rows(name) for name in self.tables}
        assert self.replayed(changes) == {name: self.by_key(name, rows) for name, rows in tables.items()}
        assert all(change.before != change.after for change in changes)

    @invariant()
    def references_that_calls_write_lead_somewhere(self) -> None:
        changed = self.world.state.snapshot()
        for (table, _), change in changed.changes.items():
            entity = self.world.entities.entities.get(table)
            for column, other in entity.links.items() if entity is not None and change.before is None else ():
                value = None if change.after is None else change.after.get(column)
                gone = (other, str(value)) in changed.changes
                assert value is None or gone or self.world.state.get(other, value) is not None

    @invariant()
    def twins_stay_alike(self) -> None:
        assert self.world.digest() == self.twin.digest()

    def by_key(self, table: str, rows: list[JsonObject]) -> dict[str, JsonObject]:
        return {str(row[self.world.entities.entities[table].key_column]): row for row in rows}

    def replayed(self, changes: tuple[RowChange, ...]) -> dict[str, dict[str, JsonObject]]:
        tables = {name: self.by_key(name, rows) for name, rows in self.tables.items()}
        for change in changes:
            if change.after is None:
                del tables[change.table][change.key]
            else:
                tables[change.table][change.key] = change.after
        return tables


@pytest.mark.parametrize("api", APIS)
def test_the_laws_of_worlds_hold(api: str) -> None:
    machine = type("Named", (Machine,), {"api": api})
    limits = settings(
        max_examples=8,
        stateful_step_count=10,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=limits)


@pytest.mark.parametrize("api", APIS)
def test_one_seed_is_one_world_and_another_seed_another(api: str) -> None:
    toolset = load_toolset(api)
    one, same, other = (StatefulBackend(toolset, seed) for seed in (3, 3, 4))
    tables = [[world.state.rows(name) for name in world.entities.entities] for world in (one, same, other)]
    assert tables[0] == tables[1] != tables[2]
