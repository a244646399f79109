"""Tools that a document lists one by one: what MCP and function lists have in common."""

from collections.abc import Iterator

from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.specs.merge import types_of
from inftool_env.specs.parameters import ParameterList, fields_of
from inftool_env.specs.reader import About
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.schemas import Direction, SchemaReader

_LISTS = ("tools", "functions", "function", "functionDeclarations", "function_declarations")
_GROUPS = ("function", "functionDeclarations", "function_declarations")
"""Keys of an entry that holds a list of tools in its turn."""
_WRAPPERS = ("result", "toolConfig", "tool_config")
_MAX_WRAPPERS = 4
_TOOL_WRAPPERS = ("function", "toolSpec")
_SCHEMAS = (
    "inputSchema",
    "input_schema",
    "parameters",
    "parametersJsonSchema",
    "args_schema",
    "args",
    "inputs",
)
"""Under which keys the lists of the world write a tool's arguments."""


def listed_tools(raw: JsonValue) -> list[Node] | None:
    """The entries of a document's list of tools, whatever wraps the list; None when it has no such list."""
    node = Source(value=raw).node()
    for _ in range(_MAX_WRAPPERS):
        for key in _LISTS if isinstance(node.value, dict) else ():
            entries = _entries(node.child(key))
            if entries == [] or any(_is_tool(entry.value) for entry in entries or ()):
                return entries
        inner = next((node.child(key) for key in _WRAPPERS if isinstance(node.child(key).value, dict)), None)
        if inner is None:
            break
        node = inner
    if isinstance(node.value, list):
        entries = _entries(node)
        return entries if any(_is_tool(entry.value) for entry in entries or ()) else None
    return [node] if _is_tool(node.value) and _is_schema(given_parameters(tool_of(node)).value) else None


def tool_of(entry: Node) -> Node:
    """The tool itself, where its entry only wraps it: ``{"type": "function", "function": {...}}``."""
    return next(
        (entry.child(key) for key in _TOOL_WRAPPERS if isinstance(entry.child(key).value, dict)), entry
    )


def given_parameters(tool: Node) -> Node:
    """The schema of a tool's arguments as it stands there; None's node when there is none."""
    node = next((tool.child(key) for key in _SCHEMAS if tool.child(key).value is not None), None)
    if node is None:
        return tool.child("parameters")
    if isinstance(node.child("json").value, dict) and node.child("type").value is None:
        return node.child("json")
    return _object_of(node) if node.place.endswith((".args", ".inputs")) else node


def about_listed(raw: JsonValue) -> About:
    """What stands beside the list, or beside the result that holds it."""
    outer = raw if isinstance(raw, dict) else {}
    result = outer.get("result")
    outer = {**result, **outer} if isinstance(result, dict) else outer
    info = outer.get("info") or outer.get("serverInfo")
    if not isinstance(info, dict):
        return About(description=outer.get("instructions"))
    return About(
        title=info.get("title") or info.get("name"),
        description=info.get("description") or outer.get("instructions"),
    )


def read_parameters(node: Node) -> JsonObject:
    """The object schema of a tool's arguments; its ``#/...`` references start at the schema itself.

    Raises:
        BrokenPartError: a part cannot be read, or the arguments are no object.
    """
    if node.value is None:
        return {"type": "object", "properties": {}}
    clean = SchemaReader().read(_alone(node), Direction.REQUEST)
    if clean.broken:
        raise BrokenPartError(clean.broken[0])
    types = types_of(clean.schema)
    if types and "object" not in types:
        raise BrokenPartError(
            f"{node.place}: schema type is {canonical(clean.schema['type'])}; "
            "expected 'object', since arguments have names. Wrap the value in an object."
        )
    fields = fields_of(clean.schema)
    parameters = ParameterList()
    if fields is not None:
        for name, schema in fields.properties.items():
            parameters.add(name, schema, required=name in fields.required, where="argument")
    return parameters.to_schema(is_open=clean.schema.get("additionalProperties") is not False)


def read_result(node: Node) -> tuple[JsonObject | None, tuple[str, ...]]:
    """The schema of a tool's result, if any, and what could not be read of it."""
    if not isinstance(node.value, dict):
        return None, ()
    clean = SchemaReader().read(_alone(node), Direction.RESPONSE)
    return clean.schema or None, clean.broken


def _entries(node: Node) -> list[Node] | None:
    if not isinstance(node.value, list):
        return None
    return [entry for child in node.children() for entry in _ungrouped(child)]


def _ungrouped(entry: Node) -> Iterator[Node]:
    group = next((entry.child(key) for key in _GROUPS if isinstance(entry.child(key).value, list)), None)
    if group is None:
        yield entry
    else:
        yield from group.children()


def _is_tool(entry: JsonValue) -> bool:
    if not isinstance(entry, dict):
        return False
    if any(isinstance(entry.get(key), dict) for key in _TOOL_WRAPPERS):
        return True
    return isinstance(entry.get("name"), str) and not entry.keys().isdisjoint((*_SCHEMAS, "description"))


def _is_schema(value: JsonValue) -> bool:
    return isinstance(value, dict) and (
        not value or isinstance(value.get("properties"), dict) or "$ref" in value
    )


def _object_of(members: Node) -> Node:
    """The object schema where only its members are written; those without a default must be given."""
    required = [
        name
        for name, member in members.items()
        if isinstance(member.value, dict)
        and "default" not in member.value
        and member.value.get("nullable") is not True
    ]
    value = {"type": "object", "properties": members.value, "required": required}
    return Node(value=value, source=members.source, place=members.place)


def _alone(node: Node) -> Node:
    return Source(value=node.value, store=node.source.store, label=node.place).node()
