"""The result of GraphQL's introspection query as operations.

A query is a tool that reads, a mutation one that changes something. Places are schema coordinates, as
``Query.user``. The JSON is read as it stands, so that one wrong type loses only what needs it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Location, ToolSpec, Wire
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, legal_name, words
from inftool_env.specs.parameters import ParameterList, fields_of
from inftool_env.specs.reader import About, ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.schemas import Direction, SchemaReader
from inftool_env.specs.text import MAX_TOOL_LENGTH, leading_sentences

_SCALARS: dict[str, JsonObject] = {
    "ID": {"type": "string"},
    "String": {"type": "string"},
    "Int": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
}
_CUSTOM_SCALARS: dict[frozenset[str], JsonObject] = {
    frozenset(("datetime", "timestamptz", "iso8601datetime")): {"type": "string", "format": "date-time"},
    frozenset(("date", "iso8601date")): {"type": "string", "format": "date"},
    frozenset(("uri", "url")): {"type": "string", "format": "uri"},
    frozenset(("uuid",)): {"type": "string", "format": "uuid"},
    frozenset(("long", "bigint", "int64", "unsignedint", "positiveint")): {"type": "integer"},
    frozenset(("json", "jsonb", "jsonobject", "any", "map", "object", "anyscalar")): {},
}
"""By name in lower case; every other scalar is a string, as nearly all of them are."""
_WRAPPERS = ("Connection", "Payload", "Response", "Result", "Results", "Page", "List", "Edge")
"""Ends of the names of types that only carry what they begin with."""
_CLIENT_KEY = "clientMutationId"
"""By which a client knows the answer to its own request; no policy chooses it."""
_MAX_WRAPS = 10
"""Lists and non-nulls around a named type."""
_MAX_POSSIBLE_TYPES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Schema:
    """The types of a GraphQL schema as JSON Schemas that refer to each other by ``#/Name``."""

    inputs: Source
    outputs: Source
    reader: SchemaReader


def find_fields(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The fields of the query type, then those of the mutation type; subscriptions are left out."""
    root = _schema_node(spec.raw)
    types = {
        node.child("name").value: node
        for node in root.child("types").children()
        if isinstance(node.child("name").value, str)
    }
    schema = _Schema(
        inputs=Source(value={name: _input_schema(node) for name, node in types.items()}),
        outputs=Source(value={name: _output_schema(node) for name, node in types.items()}),
        reader=SchemaReader(),
    )
    for key in ("queryType", "mutationType"):
        name = root.child(key).child("name").value
        if name is None:
            continue
        if not isinstance(name, str) or name not in types:
            yield BrokenPartError(
                f"__schema.{key}: names the type {str(name)[:64]!r}, which is not among 'types'; expected one of them. "
                "Ask the server again with the full introspection query."
            )
            continue
        for field in types[name].child("fields").children():
            yield _found(field, name, schema, is_mutation=key == "mutationType")


def _found(
    field: Node, owner: str, schema: _Schema, *, is_mutation: bool
) -> FoundOperation | BrokenPartError:
    name = field.child("name").value
    if not isinstance(name, str) or not legal_name(name):
        return BrokenPartError(
            f"{field.place}: field of {owner} has no name; expected 'name' as text. Add it."
        )
    place = f"{owner}.{name}"
    return FoundOperation(
        place=place,
        name=legal_name(name),
        labels=(name,),
        read=partial(_read_tool, field, place, schema, is_mutation),
    )


def _read_tool(field: Node, place: str, schema: _Schema, is_mutation: bool, name: str) -> ReadTool:
    result = _type_schema(field.child("type"))[0]
    returns = schema.reader.read(Node(value=result, source=schema.outputs, place=place), Direction.RESPONSE)
    description = leading_sentences(field.child("description").value, MAX_TOOL_LENGTH)
    gathered = _gather(field, place, schema)
    tool = ToolSpec(
        name=name,
        description=description or described_by_name(name),
        parameters=gathered.to_schema(is_open=False),
        returns=returns.schema or None,
        effect=_effect(name) if is_mutation else Effect.READ,
        resource=resource_of([], name) if is_mutation else _resource(field.child("type"), name),
        place=place,
        wire=gathered.wire,
    )
    return ReadTool(tool=tool, warnings=returns.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Argument:
    """An argument of a field, or a member of its only argument."""

    name: str
    path: str
    """As ``input.title``."""
    schema: JsonObject
    is_required: bool


def _gather(field: Node, place: str, schema: _Schema) -> ParameterList:
    gathered = ParameterList()
    for argument in _arguments(field, place, schema):
        wire = Wire(location=Location.BODY, name=argument.path, media="application/json")
        gathered.add(
            argument.name, argument.schema, required=argument.is_required, where="argument", wire=wire
        )
    return gathered


def _arguments(field: Node, place: str, schema: _Schema) -> list[_Argument]:
    """The arguments; the members of one that stands alone, as mutations take their ``input``."""
    found = [_argument(node, place, schema) for node in field.child("args").children()]
    members = fields_of(found[0].schema) if len(found) == 1 else None
    if members is None:
        return found
    (whole,) = found
    return [
        _Argument(
            name=name,
            path=f"{whole.path}.{name}",
            schema=member,
            is_required=whole.is_required and name in members.required,
        )
        for name, member in members.properties.items()
        if name != _CLIENT_KEY
    ]


def _argument(node: Node, place: str, schema: _Schema) -> _Argument:
    name = node.child("name").value
    if not isinstance(name, str):
        raise BrokenPartError(f"{place}: argument has no name; expected 'name' as text. Add it.")
    where = f"{place}({name}:)"
    value, is_required = _member(node)
    clean = schema.reader.read(Node(value=value, source=schema.inputs, place=where), Direction.REQUEST)
    if clean.broken:
        raise BrokenPartError(clean.broken[0])
    return _Argument(name=name, path=name, schema=clean.schema, is_required=is_required)


def _effect(name: str) -> Effect:
    """What a mutation's verb says; a mutation changes something, whatever it is called."""
    spoken = effect_of(None, words(name))
    return spoken if spoken not in (None, Effect.READ) else Effect.UPDATE


def _resource(type_node: Node, name: str) -> str | None:
    """The noun of what a query returns, or else of its name."""
    node = type_node
    for _ in range(_MAX_WRAPS):
        if node.child("ofType").value is None:
            break
        node = node.child("ofType")
    named, kind = node.child("name").value, node.child("kind").value
    if not isinstance(named, str) or kind not in ("OBJECT", "INTERFACE", "UNION"):
        return resource_of([], name)
    bare = next((named.removesuffix(end) for end in _WRAPPERS if named.endswith(end) and named != end), named)
    return resource_of([], bare) or resource_of([], name)


def _input_schema(node: Node) -> JsonObject:
    return _object_schema(node, "inputFields") if node.child("inputFields").value else _leaf_schema(node)


def _output_schema(node: Node) -> JsonObject:
    """Of an object: the fields that can be asked for without arguments."""
    possible = [one.child("name").value for one in node.child("possibleTypes").children()]
    if node.child("kind").value == "UNION":
        return {"anyOf": [{"$ref": f"#/{name}"} for name in possible[:_MAX_POSSIBLE_TYPES]]}
    return _object_schema(node, "fields") if node.child("fields").value else _leaf_schema(node)


def _leaf_schema(node: Node) -> JsonObject:
    name = str(node.child("name").value)
    choices = [one.child("name").value for one in node.child("enumValues").children()]
    if choices:
        return {"type": "string", "enum": choices}
    if name in _SCALARS:
        return dict(_SCALARS[name])
    spelled = name.lower().replace("_", "").removesuffix("scalar")
    known = next(
        (schema for names, schema in _CUSTOM_SCALARS.items() if spelled in names), {"type": "string"}
    )
    return dict(known)


def _object_schema(node: Node, key: str) -> JsonObject:
    properties: JsonObject = {}
    required: list[str] = []
    for field in node.child(key).children():
        name = field.child("name").value
        needs = any(_member(one)[1] for one in field.child("args").children())
        if not isinstance(name, str) or needs or name == _CLIENT_KEY:
            continue
        properties[name], is_required = _member(field)
        if is_required:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _member(node: Node) -> tuple[JsonObject, bool]:
    """The schema of a field or an argument, and whether it must be given."""
    schema, is_required = _type_schema(node.child("type"))
    description = node.child("description").value
    if isinstance(description, str):
        schema = {**schema, "description": description}
    return schema, is_required and node.child("defaultValue").value is None


def _type_schema(node: Node) -> tuple[JsonObject, bool]:
    """The schema that a type reference stands for, and whether the value is never null."""
    is_required, lists = node.child("kind").value == "NON_NULL", 0
    for _ in range(_MAX_WRAPS):
        if node.child("kind").value not in ("NON_NULL", "LIST"):
            break
        lists += node.child("kind").value == "LIST"
        node = node.child("ofType")
    name = node.child("name").value
    schema: JsonObject = {"$ref": f"#/{name}"} if isinstance(name, str) else {}
    for _ in range(lists):
        schema = {"type": "array", "items": schema}
    return schema, is_required


def _schema_node(raw: JsonValue) -> Node:
    root = Source(value=raw).node()
    outer = root.child("data") if isinstance(root.child("data").value, dict) else root
    return outer.child("__schema")


def _recognise(raw: JsonValue) -> str | None:
    return "" if isinstance(_schema_node(raw).child("types").value, list) else None


def _about(raw: JsonValue) -> About:
    return About(description=_schema_node(raw).child("description").value)


GRAPHQL = Reader(
    name="GraphQL introspection",
    where="the query type's 'fields'",
    recognise=_recognise,
    about=_about,
    find=find_fields,
)
