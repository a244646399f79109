"""What an HTTP operation takes: parameters of every place, and the body's members, as one list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Location, Wire
from inftool_env.specs.automatic import automatic_wire, is_automatic
from inftool_env.specs.examples import given_in
from inftool_env.specs.names import legal_name
from inftool_env.specs.parameters import ParameterList, fields_of
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node
from inftool_env.specs.schemas import Direction, SchemaReader, with_examples
from inftool_env.specs.text import MAX_PARAMETER_LENGTH, leading_sentences
from inftool_env.specs.wire import body_location, field_wire, parameter_wire

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_ORDER = ("path", "query", "querystring", "header", "cookie")
_MEDIA_RANK = (("json",), ("x-www-form-urlencoded",), ("form-data",), ("*/*",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    """In lower case."""
    path: str
    """Begins with ``/``."""
    node: Node
    """The operation object."""
    shared: Node
    """The path item's own parameters."""
    credentials: frozenset[tuple[str, str]]
    """(where, name) of what the security schemes send."""
    consumes: tuple[str, ...]
    """The media types of bodies where the document says them apart from the bodies (Swagger 2.0)."""
    schemas: SchemaReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an operation takes."""

    parameters: JsonObject
    """The object schema of a tool's arguments."""
    wire: dict[str, Wire]
    automatic: tuple[Wire, ...]
    route: str
    """The path, with the parameters' own names in braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A value of many members, as a body is, or a part of it."""

    name: str
    """What to call it when it stays one value."""
    schema: JsonObject
    is_required: bool
    """Whether its required members must be given."""
    where: str
    media: str
    encoding: Node | None = None
    """How each member is written."""

    def wire(self, member: str) -> Wire:
        """The way of a member, or of the whole where that is empty."""
        if self.where == "querystring":
            return Wire(location=Location.QUERYSTRING, name=member, media=self.media)
        encoding = None if self.encoding is None else self.encoding.child(member)
        return field_wire(member, media=self.media, encoding=encoding)


def read_request(operation: Operation) -> Request:
    """The arguments of an operation: those in its path first, those of its body last.

    Raises:
        BrokenPartError: a part cannot be read.
    """
    gathered = ParameterList()
    automatic: list[Wire] = []
    spelled_in_path: dict[str, str] = {}
    asked: list[Node] = []
    for parameter in sorted(_declared(operation), key=_rank):
        if is_automatic(parameter, operation.credentials):
            wire = automatic_wire(parameter)
            automatic.extend([] if wire is None else [wire])
        else:
            asked.append(parameter)
    for parameter in asked:
        kind, given = parameter.value["in"], parameter.value["name"]
        if kind in ("body", "formData", "querystring"):
            continue
        schema = _parameter_schema(parameter, operation.schemas)
        is_required = kind == "path" or parameter.value.get("required") is True
        wire = parameter_wire(parameter)
        legal = gathered.add(given, schema, required=is_required, where=kind, wire=wire)
        if kind == "path":
            spelled_in_path[given] = legal
    for given in _TEMPLATE.findall(operation.path):
        if given not in spelled_in_path:
            wire = Wire(location=Location.PATH, name=given, style="simple")
            spelled_in_path[given] = gathered.add(
                given, {"type": "string"}, required=True, where="path", wire=wire
            )
    in_path = frozenset(spelled_in_path.values())
    is_open = False
    for value in _values(operation, asked):
        is_open = _add_members(gathered, value, in_path) or is_open
    return Request(
        parameters=gathered.to_schema(is_open=is_open),
        wire=gathered.wire,
        automatic=tuple(automatic),
        route=_TEMPLATE.sub(lambda match: "{" + spelled_in_path[match[1]] + "}", operation.path),
    )


def _declared(operation: Operation) -> list[Node]:
    """The path's parameters and the operation's, which win, each resolved."""
    found: dict[tuple[str, str], Node] = {}
    for node in (*operation.shared.children(), *operation.node.child("parameters").children()):
        parameter = node.resolved()
        value = parameter.value
        if (
            not isinstance(value, dict)
            or not isinstance(value.get("name"), str)
            or not isinstance(value.get("in"), str)
        ):
            raise BrokenPartError(
                f"{node.place}: parameter lacks 'name' or 'in'; expected both as text. Add them."
            )
        found[value["in"], value["name"]] = parameter
    return list(found.values())


def _rank(parameter: Node) -> int:
    kind = parameter.value["in"]
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _parameter_schema(parameter: Node, schemas: SchemaReader) -> JsonObject:
    schema = parameter.child("schema")
    if schema.value is None:
        media = [node.resolved().child("schema") for node in parameter.child("content").members()]
        schema = media[0] if media else parameter  # Swagger 2.0 writes the schema on the parameter itself.
    cleaned = _clean_request(schema, schemas)
    if schema is not parameter and (found := given_in(parameter.value)):
        cleaned = with_examples(cleaned, found)
    text = leading_sentences(parameter.value.get("description"), MAX_PARAMETER_LENGTH)
    return {**cleaned, "description": text} if text else cleaned


def _clean_request(schema: Node, schemas: SchemaReader) -> JsonObject:
    clean = schemas.read(schema, Direction.REQUEST)
    if clean.broken:
        raise BrokenPartError(clean.broken[0])
    return clean.schema


def _values(operation: Operation, asked: list[Node]) -> Iterator[_Value]:
    """The values of many members that a request holds: a query string, a form, a body."""
    has_file = any(parameter.value.get("type") == "file" for parameter in asked)
    for parameter in asked:
        kind, name = parameter.value["in"], parameter.value["name"]
        is_required = parameter.value.get("required") is True
        if kind == "querystring":
            yield _Value(
                name=name,
                schema=_parameter_schema(parameter, operation.schemas),
                is_required=is_required,
                where=kind,
                media=next((media for media, _ in parameter.child("content").items()), ""),
            )
        elif kind == "formData":
            schema = {"type": "object", "properties": {name: _parameter_schema(parameter, operation.schemas)}}
            yield _Value(
                name=name,
                schema={**schema, "required": [name]} if is_required else schema,
                is_required=is_required,
                where="body",
                media=_form_media(operation.consumes, has_file=has_file),
                encoding=Node(value={name: parameter.value}, source=parameter.source, place=parameter.place),
            )
        elif kind == "body":
            yield _Value(
                name=name,
                schema=_clean_request(parameter.child("schema"), operation.schemas),
                is_required=parameter.value.get("required") is not False,
                where="body",
                media=min(operation.consumes, key=_rank_media, default="application/json"),
            )
    yield from _request_body(operation)


def _form_media(consumes: tuple[str, ...], *, has_file: bool) -> str:
    kinds = [kind for kind in consumes if body_location(kind) is not Location.BODY]
    if has_file:  # Only this kind of form carries files.
        kinds = [kind for kind in kinds if body_location(kind) is Location.MULTIPART]
        return kinds[0] if kinds else "multipart/form-data"
    return kinds[0] if kinds else "application/x-www-form-urlencoded"


def _request_body(operation: Operation) -> Iterator[_Value]:
    request = operation.node.child("requestBody")
    if request.value is None:
        return
    body = request.resolved()
    found = best_media(body.child("content"))
    if found is not None:
        kind, media = found
        yield _Value(
            name="body",
            schema=with_examples(
                _clean_request(media_schema(media), operation.schemas), given_in(media.value)
            ),
            is_required=body.child("required").value is not False,
            where="body",
            media=kind,
            encoding=media.child("encoding"),
        )


def best_media(content: Node) -> tuple[str, Node] | None:
    """JSON before forms before the rest, with its resolved media type object; None where there is none."""
    media = [(kind, node.resolved()) for kind, node in content.items()]
    described = [pair for pair in media if media_schema(pair[1]).value is not None]
    if described:
        return min(described, key=lambda pair: _rank_media(pair[0]))
    return media[0] if media else None


def _rank_media(kind: str) -> int:
    spelled = kind.lower()
    return next(
        (at for at, marks in enumerate(_MEDIA_RANK) if any(mark in spelled for mark in marks)),
        len(_MEDIA_RANK),
    )


def media_schema(media: Node) -> Node:
    """The schema of a media type's value; of a stream of items (``itemSchema``) it is a list of them."""
    schema, items = media.child("schema"), media.child("itemSchema")
    if schema.value is not None or items.value is None:
        return schema
    return Node(value={"type": "array", "items": items.value}, source=items.source, place=media.place)


def _add_members(gathered: ParameterList, value: _Value, in_path: frozenset[str]) -> bool:
    """Add a value's members, or the value as one parameter; True when further members are allowed."""
    fields = fields_of(value.schema)
    if fields is None:
        gathered.add(
            value.name, value.schema, required=value.is_required, where=value.where, wire=value.wire("")
        )
        return False
    for name, schema in fields.properties.items():
        if legal_name(name) in in_path:
            continue  # The row that the path names: its key is not given twice.
        is_required = value.is_required and name in fields.required
        gathered.add(name, schema, required=is_required, where=value.where, wire=value.wire(name))
    return fields.is_open
