"""Lists of functions, as chat APIs take them, as operations."""

import re
from collections.abc import Iterator
from functools import partial

from inftool_env.core.schema import JsonValue, canonical
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.listed import (
    about_listed,
    given_parameters,
    listed_tools,
    read_parameters,
    read_result,
    tool_of,
)
from inftool_env.specs.mcp import is_mcp
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, legal_name, words
from inftool_env.specs.reader import About, ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node
from inftool_env.specs.text import MAX_TOOL_LENGTH, leading_sentences
from inftool_env.specs.type_words import in_json_types

_PREAMBLE_END = "Tool description:"
"""BFCL's documents say the same of the API in front of every function, up to these words."""
_PREAMBLE_START = re.compile(r"\s*This tool belongs to ")
_RESULTS = ("returns", "response", "output_schema", "outputSchema")


def find_functions(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The listed functions in order, bare or wrapped; an error stands for an entry that is none.

    A function that is listed twice, word for word, is found once.
    """
    seen: set[str] = set()
    for item in listed_tools(spec.raw) or ():
        spelled = canonical(item.value)
        if spelled in seen:
            continue
        seen.add(spelled)
        node = tool_of(item)
        name = node.child("name").value
        if not isinstance(name, str) or not legal_name(name):
            yield BrokenPartError(f"{item.place}: function has no name; expected 'name' as text. Add it.")
            continue
        place = f"{item.place} ({name[:64]!r})".strip()
        yield FoundOperation(
            place=place, name=legal_name(name), labels=(name,), read=partial(_read_tool, node, place)
        )


def _read_tool(node: Node, place: str, name: str) -> ReadTool:
    result = next((node.child(key) for key in _RESULTS if node.child(key).value), node.child(_RESULTS[0]))
    returns, warnings = read_result(_in_json_types(result))
    tool = ToolSpec(
        name=name,
        description=leading_sentences(_split(node)[1], MAX_TOOL_LENGTH) or described_by_name(name),
        parameters=read_parameters(_in_json_types(given_parameters(node))),
        returns=returns,
        effect=effect_of(None, words(name)) or Effect.READ,
        resource=resource_of([], name),
        place=place,
    )
    return ReadTool(tool=tool, warnings=warnings)


def _in_json_types(node: Node) -> Node:
    return Node(value=in_json_types(node.value), source=node.source, place=node.place)


def _split(tool: Node) -> tuple[str, str]:
    """What a description says of the API, and of the tool."""
    text = tool.child("description").value
    if not isinstance(text, str):
        return "", ""
    preamble, _, own = text.rpartition(_PREAMBLE_END)
    return preamble, own


def _about(raw: JsonValue) -> About:
    """What stands beside the list, or else what the functions say of their API."""
    about = about_listed(raw)
    if about.description:
        return about
    first = next((_split(tool_of(item))[0] for item in listed_tools(raw) or ()), "")
    told = _PREAMBLE_START.sub("", first, count=1)
    return About(title=about.title, description=told[:1].upper() + told[1:])


FUNCTIONS = Reader(
    name="function list",
    where="'tools' or 'functions'",
    recognise=lambda raw: None if listed_tools(raw) is None or is_mcp(raw) else "",
    about=_about,
    find=find_functions,
)
