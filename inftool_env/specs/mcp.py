"""The result of MCP's ``tools/list`` as operations."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.listed import about_listed, listed_tools, read_parameters, read_result
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, legal_name, words
from inftool_env.specs.reader import ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node
from inftool_env.specs.text import MAX_TOOL_LENGTH, leading_sentences, plain_text, without_controls

META_KEYS = ("inftool/effect", "inftool/resource", "inftool/route", "inftool/tags")
"""Under which ``_meta`` of a tool says what MCP has no words for, in documents that we write ourselves."""


def is_mcp(raw: JsonValue) -> bool:
    """Whether a document lists tools in MCP's spelling."""
    tools = listed_tools(raw) or ()
    return any(isinstance(tool.value, dict) and "inputSchema" in tool.value for tool in tools)


def find_tools(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The listed tools in order; an error stands for an entry that is no tool."""
    for node in listed_tools(spec.raw) or ():
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
    annotations = node.child("annotations")
    titles = (plain_text(one.child("title").value, MAX_TOOL_LENGTH) for one in (node, annotations))
    tool = ToolSpec(
        name=name,
        description=description or next(filter(None, titles), "") or described_by_name(name),
        parameters=read_parameters(node.child("inputSchema")),
        returns=returns,
        effect=_effect(annotations, name),
        resource=resource_of([], name),
        place=place,
    )
    return ReadTool(tool=_with_meta(tool, node.child("_meta")), warnings=warnings)


def _with_meta(tool: ToolSpec, meta: Node) -> ToolSpec:
    """The tool with what its ``_meta`` says in our words; unchanged where it says nothing of the kind."""
    effect, resource, route, tags = (meta.child(key).value for key in META_KEYS)
    if effect not in tuple(Effect):
        return tool
    return replace(
        tool,
        effect=Effect(effect),
        resource=legal_name(resource) or None if isinstance(resource, str) else None,
        route=without_controls(route) if isinstance(route, str) else None,
        tags=tuple(without_controls(tag) for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else (),
    )


def _effect(annotations: Node, name: str) -> Effect:
    """What the server's hints and the name's verb say; READ when both are silent."""
    is_read_only, is_destructive, is_idempotent = (
        annotations.child(f"{hint}Hint").value for hint in ("readOnly", "destructive", "idempotent")
    )
    if is_read_only is True:
        return Effect.READ
    spoken = effect_of(None, words(name))
    if spoken not in (None, Effect.READ):
        return spoken
    if is_read_only is False and is_destructive is False and is_idempotent is not True:
        return Effect.CREATE  # Only adds, and adds again with every call.
    if is_read_only is False or (spoken is None and is_destructive is True):
        return Effect.UPDATE
    return Effect.READ


MCP = Reader(
    name="MCP tools/list",
    where="'tools'",
    recognise=lambda raw: "" if is_mcp(raw) else None,
    about=about_listed,
    find=find_tools,
)
