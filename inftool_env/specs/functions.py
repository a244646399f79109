"""Lists of functions, as chat APIs take them, as operations."""

from collections.abc import Iterator
from functools import partial

from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.specs.document import ApiSpec, listed_tools
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.listed import read_parameters, read_result
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, legal_name, words
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.text import MAX_TOOL_LENGTH, leading_sentences

_PREAMBLE_END = "Tool description:"
"""BFCL's documents say the same of the API in front of every function, up to these words."""


def find_functions(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The listed functions in order, bare or wrapped; an error stands for an entry that is none."""
    for item in Source(value=listed_tools(spec.raw), label="functions").node().children():
        node = item.child("function") if isinstance(item.child("function").value, dict) else item
        name = node.child("name").value
        if not isinstance(name, str) or not legal_name(name):
            yield BrokenPartError(f"{item.place}: function has no name; expected 'name' as text. Add it.")
            continue
        place = f"{item.place} ({name[:64]!r})"
        yield FoundOperation(
            place=place, name=legal_name(name), labels=(name,), read=partial(_read_tool, node, place)
        )


def _read_tool(node: Node, place: str, name: str) -> ReadTool:
    keys = ("parameters", "input_schema", "inputSchema")
    given = next((node.child(key) for key in keys if node.child(key).value is not None), node.child(keys[0]))
    returns, warnings = read_result(
        next(
            (node.child(key) for key in ("returns", "response") if node.child(key).value),
            node.child("returns"),
        )
    )
    text = node.child("description").value
    if isinstance(text, str):
        text = text.rpartition(_PREAMBLE_END)[2]
    tool = ToolSpec(
        name=name,
        description=leading_sentences(text, MAX_TOOL_LENGTH) or described_by_name(name),
        parameters=read_parameters(given),
        returns=returns,
        effect=effect_of(None, words(name)) or Effect.READ,
        resource=resource_of([], name),
        place=place,
    )
    return ReadTool(tool=tool, warnings=warnings)
