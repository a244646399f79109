"""Whether the simulated server answers valid calls with results as the document describes them."""

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.validation.findings import Tally
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.results import retyped_for
from inftool_env.world.values import draw_value


def check_answers(toolset: Toolset, tool: ToolSpec, seeds: int) -> Tally:
    """Calls of the tool in fresh worlds: with drawn arguments, about rows that are there.

    A call that its own schema refuses is not tried: that is told of the arguments already.
    """
    takes = SchemaValidator(tool.parameters)
    gives = SchemaValidator(tool.returns or {})
    tried = 0
    troubles = []
    for seed in range(seeds):
        split = Split.EVAL if seed % 2 else Split.TRAIN
        backend = StatefulBackend(toolset, seed, split)
        arguments = _arguments(backend, tool, seed, split)
        if not takes.is_valid(arguments):
            continue
        tried += 1
        result = backend.call(ToolCall(name=tool.name, arguments=arguments))
        if result.is_error:
            troubles.append(f"refused: {result.content[:200]}")
        else:
            troubles += [f"{one.path}: {one.message}" for one in gives.violations(result.data, limit=1)]
    return Tally(tried=tried, good=tried - len(troubles), trouble=next(iter(troubles), ""))


def _arguments(backend: StatefulBackend, tool: ToolSpec, seed: int, split: Split) -> JsonObject:
    rng = generator("answer", tool.name, seed)
    arguments: JsonObject = draw_value(tool.parameters, "arguments", rng, split, sparse=seed == 0)
    binding = backend.entities.binding(tool.name)
    rows = backend.rows(tool.name)
    if binding.key is not None and binding.key_column is not None and rows:
        known = rng.choice(rows).get(binding.key_column)
        arguments[binding.key] = retyped_for(tool.properties[binding.key], tool.parameters, known)
    return arguments
