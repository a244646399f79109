"""What answers a call: the protocol, and the simulated server that needs no model."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Protocol

import msgspec

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.same import Same
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Toolset, ToolSpec, argument_validator
from inftool_env.world.entities import EntityMap, entity_map
from inftool_env.world.handlers import EFFECTS, handle
from inftool_env.world.problems import Problem, problem_body
from inftool_env.world.rows import Row, draw_keys, draw_rows
from inftool_env.world.rules import World
from inftool_env.world.state import WorldState


class Backend(Protocol):
    """Whatever answers tool calls."""

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call; a mistake in the call is an error result, never an exception.

        Raises:
            BackendError: the backend is broken, gone or too late.
        """
        ...


def digest_of(backend: Backend) -> str:
    """A hash of what has changed in the backend's world since the beginning; empty where it has no ``digest()``.

    Raises:
        BackendError: the backend is broken, gone or too late.
    """
    digest: Callable[[], str] | None = getattr(backend, "digest", None)
    return "" if digest is None else digest()


def close_backend(backend: Backend) -> None:
    """Let go of what the backend holds: its ``close()``, if it has one, raises nothing and may come twice."""
    close: Callable[[], None] | None = getattr(backend, "close", None)
    if close is not None:
        close()


class StatefulBackend:
    """A simulated server: tables drawn from the schemas and a seed, changed by the calls.

    Equal toolset (the order of its properties included), seed, split and calls give equal bytes. Tables are
    made when they are first touched.

    Args:
        toolset: The tools to answer for; pass the whole API, since what one tool shows another may tell.
        seed: Fixes the first rows and everything the server makes up later.
        split: The side of the wall that every made-up value lies on.
    """

    def __init__(self, toolset: Toolset, seed: int, split: Split = Split.TRAIN) -> None:
        self.toolset = toolset
        self.entities: EntityMap = entity_map(toolset)
        tables = self.entities.entities
        self.state = WorldState(
            self._first_rows,
            {EFFECTS: "call", **{name: entity.key_column for name, entity in tables.items()}},
            {name: frozenset((*entity.made, *entity.changed)) for name, entity in tables.items()},
        )
        self._world = World(state=self.state, entities=self.entities, seed=seed, split=split)

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call."""
        binding = self.entities.bindings.get(call.name)
        if binding is None:
            return refusal(call, None, Problem(404, f"unknown tool '{call.name}'"))
        problem = argument_problem(binding.tool, call.arguments)
        if problem is not None:
            return refusal(call, binding.tool, problem)
        answer = handle(self._world, binding, call.arguments)
        if isinstance(answer, Problem):
            return refusal(call, binding.tool, answer)
        return ToolResult(call_id=call.id, name=call.name, content=spell(answer), data=answer)

    def digest(self) -> str:
        """A hash of what has changed since the beginning; which tables were only read does not matter."""
        return self.state.digest()

    def rows(self, tool_name: str) -> list[Row]:
        """The rows now in the table that a tool works on; empty for one that works on none."""
        entity = self.entities.binding(tool_name).entity
        return [] if entity is None else self.state.rows(entity)

    def _first_rows(self, table: str) -> list[Row]:
        if table == EFFECTS:
            return []
        rows = _first_rows(Same(self.entities), table, self._world.seed, self._world.split)
        # Rows are replaced, never edited. What they hold is copied, so that whoever edits an answer edits this world alone.
        return [row if is_flat else _copied(row) for row, is_flat in rows]


@lru_cache(maxsize=512)
def _first_rows(same: Same[EntityMap], table: str, seed: int, split: Split) -> tuple[tuple[Row, bool], ...]:
    """The first rows of one table of one world, each with whether it holds single values only.

    A world's author, its judge and its episode all begin with them.
    """
    entities = same.held.entities
    keys: dict[str, list[JsonValue]] = {}

    def keys_of(name: str) -> list[JsonValue] | None:
        entity = entities.get(name)
        if entity is not None and name not in keys:
            keys[name] = draw_keys(entity, seed, split)
        return keys.get(name)

    rows = draw_rows(entities[table], seed, split, keys_of)
    return tuple((row, not any(isinstance(value, dict | list) for value in row.values())) for row in rows)


def _copied(row: Row) -> Row:
    return {name: deepcopy(value) if isinstance(value, dict | list) else value for name, value in row.items()}


_encode = msgspec.json.Encoder().encode


def spell(value: JsonValue) -> str:
    """A result as the server writes it: JSON on one line, in the order of the schema."""
    try:
        return msgspec.json.format(_encode(value), indent=0).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which a policy may write and an answer repeat
        return json.dumps(value, ensure_ascii=False)


def argument_problem(tool: ToolSpec, arguments: JsonValue) -> Problem | None:
    """What a server would say against the arguments, naming the parameter; None when they are right."""
    if not isinstance(arguments, dict):
        return Problem(422, "arguments must be an object")
    if argument_validator(tool).is_valid(arguments):
        return None
    missing = next((name for name in tool.required if name not in arguments), None)
    if missing is not None:
        return Problem(422, f"missing required parameter '{missing}'", missing)
    violations = argument_validator(tool).violations(arguments, limit=1)
    if not violations:
        return None
    path, told = violations[0].path, violations[0].message
    return Problem(422, f"invalid parameter '{path}': {told}".replace(" ''", "s", 1), path)


def refusal(call: ToolCall, tool: ToolSpec | None, problem: Problem) -> ToolResult:
    """The error result of a call, in the tool's own error schema where its document has one."""
    body = problem_body(tool, problem)
    return ToolResult(call_id=call.id, name=call.name, content=spell(body), is_error=True, data=body)


def argument_error(tool: ToolSpec, arguments: JsonValue) -> str | None:
    """The sentence of ``argument_problem``; None when the arguments are right."""
    problem = argument_problem(tool, arguments)
    return None if problem is None else problem.message
