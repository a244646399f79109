"""OpenAPI 3.x and Swagger 2.0 documents as operations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.specs.document import ApiSpec
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import (
    described_by_name,
    legal_name,
    name_of_route,
    words,
)
from inftool_env.specs.parameters import ParameterList, fields_of
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.schemas import Direction, SchemaReader
from inftool_env.specs.text import (
    MAX_PARAMETER_LENGTH,
    MAX_TOOL_LENGTH,
    first_sentence,
    leading_sentences,
    plain_text,
)

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_CREDENTIAL = re.compile(
    r"(?:proxy[-_])?authorization|(?:x[-_])?(?:\w+[-_])?api[-_]?key|(?:x[-_])?(?:access|o?auth|csrf|bearer)[-_]?token|token",
    re.IGNORECASE,
)
"""Names by which a client says who it is, anywhere but in the path and in a JSON body."""
_TRANSPORT_HEADERS = {"accept", "content-type", "content-length", "cookie", "host", "user-agent"}
_MEDIA_RANK = (("json",), ("x-www-form-urlencoded",), ("form-data",), ("*/*",))
_SUCCESS = re.compile(r"2(?:\d\d|XX)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One method of one path."""

    method: str
    path: str
    node: Node
    """The operation."""
    shared: Node
    """The path item's own parameters."""
    credentials: frozenset[tuple[str, str]]
    """(where, name) of what the security schemes send."""
    schemas: SchemaReader


def find_operations(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The operations under ``paths`` in order; an error stands for a path that cannot be read."""
    root = Source.of_file(spec.source, spec.raw).node()
    credentials = frozenset(_credentials(root))
    schemas = SchemaReader()
    for path, item in root.child("paths").items():
        if path.startswith("x-"):
            continue
        try:
            resolved = item.resolved()
        except BrokenPartError as error:
            yield error
            continue
        for method, node in resolved.items():
            if method.lower() in _METHODS and isinstance(node.value, dict):
                place = _Place(
                    method=method.lower(),
                    path=path if path.startswith("/") else f"/{path}",
                    node=node,
                    shared=resolved.child("parameters"),
                    credentials=credentials,
                    schemas=schemas,
                )
                yield _found(place, f"paths.{path}.{method}")


def _credentials(root: Node) -> Iterator[tuple[str, str]]:
    for schemes in (root.child("components").child("securitySchemes"), root.child("securityDefinitions")):
        for scheme in schemes.members():
            value = scheme.value
            if isinstance(value, dict) and value.get("type") == "apiKey":
                yield str(value.get("in")), str(value.get("name")).lower()


def _found(place: _Place, where: str) -> FoundOperation:
    given = place.node.value.get("operationId")
    name = legal_name(given) if isinstance(given, str) else ""
    labels = [f"{place.method.upper()} {place.path}"]
    if isinstance(given, str):
        labels.append(given)
    return FoundOperation(
        place=where,
        name=name or name_of_route(place.method, place.path),
        labels=tuple(labels),
        read=partial(_read_tool, place, where),
    )


def _read_tool(place: _Place, where: str, name: str) -> ReadTool:
    parameters = ParameterList()
    spelled_in_path: dict[str, str] = {}
    is_open = False
    declared = _declared_parameters(place)
    for parameter in sorted(declared, key=_rank):
        kind, given = parameter.value["in"], parameter.value["name"]
        if kind in ("body", "formData") or _is_credential(kind, given, place):
            continue
        schema = _parameter_schema(parameter, place.schemas)
        is_required = kind == "path" or parameter.value.get("required") is True
        legal = parameters.add(given, schema, required=is_required, where=kind)
        if kind == "path":
            spelled_in_path[given] = legal
    for given in _TEMPLATE.findall(place.path):
        if given not in spelled_in_path:
            spelled_in_path[given] = parameters.add(given, {"type": "string"}, required=True, where="path")
    in_path = frozenset(spelled_in_path.values())
    for body in _bodies(place, declared):
        is_open = _add_body(parameters, body, in_path) or is_open
    returns, warnings = _read_returns(place)
    route = _TEMPLATE.sub(lambda match: "{" + spelled_in_path[match[1]] + "}", place.path)
    segments = [part for part in place.path.split("#")[0].split("/") if part]
    given = place.node.value.get("operationId")
    spoken = given if isinstance(given, str) else ""
    last = next((words(part) for part in reversed(segments) if "{" not in part), [])
    tool = ToolSpec(
        name=name,
        description=_description(place.node, name),
        parameters=parameters.to_schema(is_open=is_open),
        returns=returns,
        effect=effect_of(place.method, words(spoken), last) or Effect.READ,
        resource=resource_of(segments, spoken),
        place=where,
        route=f"{place.method.upper()} {route}",
    )
    return ReadTool(tool=tool, warnings=warnings)


def _declared_parameters(place: _Place) -> list[Node]:
    """The path's parameters and the operation's, which win, each resolved."""
    found: dict[tuple[str, str], Node] = {}
    for node in (*place.shared.children(), *place.node.child("parameters").children()):
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
    kinds = ("path", "query", "header", "cookie")
    kind = parameter.value["in"]
    return kinds.index(kind) if kind in kinds else len(kinds)


def _is_credential(kind: str, name: str, place: _Place) -> bool:
    if (kind, name.lower()) in place.credentials:
        return True
    if kind == "header" and name.lower() in _TRANSPORT_HEADERS:
        return True
    return kind != "path" and _CREDENTIAL.fullmatch(name) is not None


def _parameter_schema(parameter: Node, schemas: SchemaReader) -> JsonObject:
    schema = parameter.child("schema")
    if schema.value is None:
        media = [node.child("schema") for node in parameter.child("content").members()]
        schema = media[0] if media else parameter  # Swagger 2.0 writes the schema on the parameter itself.
    cleaned = _clean_request(schema, schemas)
    text = leading_sentences(parameter.value.get("description"), MAX_PARAMETER_LENGTH)
    return {**cleaned, "description": text} if text else cleaned


def _clean_request(schema: Node, schemas: SchemaReader) -> JsonObject:
    clean = schemas.read(schema, Direction.REQUEST)
    if clean.broken:
        raise BrokenPartError(clean.broken[0])
    return clean.schema


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A request's body, or a part of it."""

    name: str
    """What to call it when it is one value."""
    schema: JsonObject
    is_required: bool
    """Whether its required members must be given."""


def _bodies(place: _Place, declared: list[Node]) -> Iterator[_Body]:
    for parameter in declared:
        kind, name = parameter.value["in"], parameter.value["name"]
        is_required = parameter.value.get("required") is True
        if kind == "formData" and not _is_credential(kind, name, place):
            schema = {"type": "object", "properties": {name: _parameter_schema(parameter, place.schemas)}}
            yield _Body(
                name=name,
                schema={**schema, "required": [name]} if is_required else schema,
                is_required=is_required,
            )
        elif kind == "body":
            schema = _clean_request(parameter.child("schema"), place.schemas)
            yield _Body(name=name, schema=schema, is_required=parameter.value.get("required") is not False)
    request = place.node.child("requestBody")
    if request.value is None:
        return
    body = request.resolved()
    media = _best_media(body.child("content"))
    if media is not None:
        schema = _clean_request(media.child("schema"), place.schemas)
        yield _Body(name="body", schema=schema, is_required=body.child("required").value is not False)


def _best_media(content: Node) -> Node | None:
    """JSON before forms before the rest; None where no body is described."""
    media = content.items()

    def rank(kind: str) -> int:
        return next(
            (at for at, marks in enumerate(_MEDIA_RANK) if any(mark in kind for mark in marks)),
            len(_MEDIA_RANK),
        )

    described = [(rank(kind.lower()), node) for kind, node in media if node.child("schema").value is not None]
    if described:
        return min(described, key=lambda pair: pair[0])[1]
    return media[0][1] if media else None


def _add_body(parameters: ParameterList, body: _Body, in_path: frozenset[str]) -> bool:
    """Add a body's members, or the body as one value; True when further members are allowed."""
    fields = fields_of(body.schema)
    if fields is None:
        parameters.add(body.name, body.schema, required=body.is_required, where="body")
        return False
    for name, schema in fields.properties.items():
        if legal_name(name) in in_path:
            continue  # The row that the path names: its key is not given twice.
        is_required = body.is_required and name in fields.required
        parameters.add(name, schema, required=is_required, where="body")
    return fields.is_open


def _read_returns(place: _Place) -> tuple[JsonObject | None, tuple[str, ...]]:
    """The schema of the first successful response that has one; a broken part of it is a warning."""
    responses = place.node.child("responses")
    try:
        for code, response in sorted(responses.items(), key=lambda pair: pair[0]):
            if not _SUCCESS.fullmatch(code):
                continue
            schema = _response_schema(response.resolved())
            if schema is None:
                continue
            clean = place.schemas.read(schema, Direction.RESPONSE)
            if clean.schema or clean.broken:
                return clean.schema or None, clean.broken
    except BrokenPartError as error:
        return None, (str(error),)
    return None, ()


def _response_schema(response: Node) -> Node | None:
    if response.child("schema").value is not None:
        return response.child("schema")
    for kind, media in response.child("content").items():
        if ("json" in kind.lower() or kind == "*/*") and media.child("schema").value is not None:
            return media.child("schema")
    return None


def _description(operation: Node, name: str) -> str:
    summary = plain_text(operation.value.get("summary"), MAX_TOOL_LENGTH)
    if summary:
        return summary
    sentence = first_sentence(operation.value.get("description"), MAX_TOOL_LENGTH)
    return sentence or described_by_name(name)
