"""Arguments that a simulated server accepts: drawn ones, led to rows that exist."""

import random

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import ToolSpec
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Action, Binding
from inftool_env.world.fitting import retyped_for
from inftool_env.world.vocabulary import PARAMETERS, plain


def acceptable(
    backend: StatefulBackend, tool: ToolSpec, arguments: JsonObject, rng: random.Random
) -> JsonObject:
    """The arguments with what names rows replaced by the keys of rows, and without cursors, which no one can draw.

    Args:
        backend: The world that they are for.
        tool: The tool to be called.
        arguments: Such as its schema allows.
        rng: Chooses among the rows.
    """
    binding = backend.entities.binding(tool.name)
    fitted = {param: value for param, value in arguments.items() if not _is_cursor(param, tool, binding)}
    if binding.entity is None:
        return fitted
    entities = backend.entities.entities
    rows = backend.rows(tool.name)
    row = rng.choice(rows) if rows and binding.key is not None else {}
    for param in binding.columns:
        table = entities[binding.entity].links.get(binding.columns[param])
        known = row.get(binding.columns[param]) if param in binding.parents else None
        if known is None and table is not None and (others := backend.state.rows(table)):
            known = rng.choice(others)[entities[table].key_column]
        if known is not None and param in fitted:
            fitted[param] = retyped_for(tool.properties[param], tool.parameters, known)
    if binding.key is not None and binding.key_column in row:
        key = row[binding.key_column]
        fitted[binding.key] = retyped_for(tool.properties[binding.key], tool.parameters, key)
    return fitted


def _is_cursor(param: str, tool: ToolSpec, binding: Binding) -> bool:
    is_named = binding.action is Action.LIST and plain(param) in PARAMETERS["cursor"]
    return is_named and param not in binding.columns and param not in tool.required
