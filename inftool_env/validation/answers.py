"""Whether the simulated server answers valid calls with results as the document describes them."""

import random

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset, ToolSpec, argument_validator
from inftool_env.validation.findings import Tally
from inftool_env.world.acceptable import acceptable
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Action
from inftool_env.world.values import draw_value

_TRIES = 8
"""Draws of a new row's id before one that is taken is put up with."""


def check_answers(toolset: Toolset, tool: ToolSpec, seeds: int) -> Tally:
    """Calls of the tool in fresh worlds: with drawn arguments, about rows that are there.

    A call that its own schema refuses is not tried: that is told of the arguments already.
    """
    gives = SchemaValidator(tool.returns or {})
    tried = 0
    troubles = []
    for seed in range(seeds):
        split = Split.EVAL if seed % 2 else Split.TRAIN
        backend = StatefulBackend(toolset, seed, split)
        arguments = _arguments(backend, tool, generator("answer", tool.name, seed), split, sparse=seed == 0)
        if not argument_validator(tool).is_valid(arguments):
            continue
        tried += 1
        result = backend.call(ToolCall(name=tool.name, arguments=arguments))
        if result.is_error:
            troubles.append(f"refused: {result.content[:200]}")
        else:
            troubles += [f"{one.path}: {one.message}" for one in gives.violations(result.data, limit=1)]
    return Tally(tried=tried, good=tried - len(troubles), trouble=next(iter(troubles), ""))


def _arguments(
    backend: StatefulBackend, tool: ToolSpec, rng: random.Random, split: Split, *, sparse: bool
) -> JsonObject:
    binding = backend.entities.binding(tool.name)
    rows = backend.rows(tool.name)
    arguments: JsonObject = {}
    for _ in range(_TRIES):
        arguments = draw_value(tool.parameters, "arguments", rng, split, sparse=sparse)
        if binding.action is not Action.CREATE or binding.entity is None:
            break
        key = backend.entities.entities[binding.entity].key_column
        named = next((name for name, column in binding.columns.items() if column == key), None)
        if named is None or str(arguments.get(named)) not in {str(row[key]) for row in rows}:
            break
    return acceptable(backend, tool, arguments, rng)
