"""The result of MCP's ``tools/list`` as operations."""

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
from inftool_env.specs.text import MAX_TOOL_LENGTH, leading_sentences, plain_text


def find_tools(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The listed tools in order; an error stands for an entry that is no tool."""
    for node in Source(value=listed_tools(spec.raw), label="tools").node().children():
        name = node.child("name").value
        if not isinstance(name, str) or not legal_name(name):
            yield BrokenPartError(f"{node.place}: tool has no name; expected 'name' as text. Add it.")
            continue
        place = f"{node.place} ({name[:64]!r})"
        yield FoundOperation(
            place=place, name=legal_name(name), labels=(name,), read=partial(_read_tool, node, place)
        )


def _read_tool(node: Node, place: str, name: str) -> ReadTool:
    returns, warnings = read_result(node.child("outputSchema"))
    description = leading_sentences(node.child("description").value, MAX_TOOL_LENGTH)
    title = plain_text(node.child("title").value, MAX_TOOL_LENGTH)
    tool = ToolSpec(
        name=name,
        description=description or title or described_by_name(name),
        parameters=read_parameters(node.child("inputSchema")),
        returns=returns,
        effect=_effect(node.child("annotations"), name),
        resource=resource_of([], name),
        place=place,
    )
    return ReadTool(tool=tool, warnings=warnings)


def _effect(annotations: Node, name: str) -> Effect:
    """What the server's hints and the name's verb say; READ when both are silent."""
    spoken = effect_of(None, words(name))
    is_read_only = annotations.child("readOnlyHint").value
    if is_read_only is True:
        return Effect.READ
    if is_read_only is False and spoken in (None, Effect.READ):
        return Effect.UPDATE
    return spoken or Effect.READ
