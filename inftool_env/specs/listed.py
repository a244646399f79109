"""Tools that a document lists one by one: what MCP and function lists have in common."""

from inftool_env.core.schema import JsonObject, canonical
from inftool_env.specs.merge import types_of
from inftool_env.specs.parameters import ParameterList, fields_of
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.schemas import Direction, SchemaReader


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
    if fields is None:
        return {"type": "object", "properties": {}}
    parameters = ParameterList()
    for name, schema in fields.properties.items():
        parameters.add(name, schema, required=name in fields.required, where="argument")
    return parameters.to_schema(is_open=clean.schema.get("additionalProperties") is not False)


def read_result(node: Node) -> tuple[JsonObject | None, tuple[str, ...]]:
    """The schema of a tool's result, if any, and what could not be read of it."""
    if not isinstance(node.value, dict):
        return None, ()
    clean = SchemaReader().read(_alone(node), Direction.RESPONSE)
    return clean.schema or None, clean.broken


def _alone(node: Node) -> Node:
    return Source(value=node.value, label=node.place).node()
