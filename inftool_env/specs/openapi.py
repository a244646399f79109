"""OpenAPI 3.0 to 3.2 and Swagger 2.0 documents as operations."""

import logging
import re
from collections.abc import Iterator
from functools import partial

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.specs.automatic import credentials_of
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, legal_name, name_of_route, words
from inftool_env.specs.reader import About, ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.requests import Operation, media_schema, read_request
from inftool_env.specs.schemas import Direction, SchemaReader
from inftool_env.specs.text import MAX_PARAMETER_LENGTH, MAX_TOOL_LENGTH, first_sentence, plain_text

logger = logging.getLogger(__name__)

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_SAFE_METHODS = ("propfind", "report")
"""Those beside the usual ones that change nothing."""
_METHOD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
_READABLE_MEDIA = ("json", "*/*", "event-stream")
"""Marks of media types whose values a schema describes; each event of a stream is one."""
_ERROR = re.compile(r"[45](?:\d\d|XX)|default", re.IGNORECASE)
_SUCCESS = re.compile(r"2(?:\d\d|XX)", re.IGNORECASE)


def find_operations(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The operations under ``paths`` in order; an error stands for a path that cannot be read."""
    root = Source.of_file(spec.source, spec.raw, spec.access).node()
    credentials = frozenset(credentials_of(root))
    consumes = _consumes(root)
    schemas = SchemaReader()
    for path, item in root.child("paths").items():
        if path.startswith("x-"):
            continue
        try:
            resolved = item.resolved()
        except BrokenPartError as error:
            yield error
            continue
        for method, node, where in _methods(resolved, f"paths.{path}"):
            operation = Operation(
                method=method.lower(),
                path=path if path.startswith("/") else f"/{path}",
                node=node,
                shared=resolved.child("parameters"),
                credentials=credentials,
                consumes=_consumes(node) or consumes,
                schemas=schemas,
            )
            yield _found(operation, where)


def _methods(item: Node, place: str) -> Iterator[tuple[str, Node, str]]:
    """``(method, operation, place)`` of a path item, also of methods that only the document knows."""
    for method, node in item.items():
        if method.lower() in _METHODS and isinstance(node.value, dict):
            yield method, node, f"{place}.{method}"
    for method, node in item.child("additionalOperations").items():
        if isinstance(node.value, dict) and _METHOD_NAME.fullmatch(method):
            yield method, node, f"{place}.additionalOperations.{method}"


def _consumes(node: Node) -> tuple[str, ...]:
    return tuple(kind.value for kind in node.child("consumes").children() if isinstance(kind.value, str))


def _found(operation: Operation, where: str) -> FoundOperation:
    given = operation.node.value.get("operationId")
    name = legal_name(given) if isinstance(given, str) else ""
    labels = [f"{operation.method.upper()} {operation.path}"]
    if isinstance(given, str):
        labels.append(given)
    return FoundOperation(
        place=where,
        name=name or name_of_route(operation.method, operation.path),
        labels=tuple(labels),
        read=partial(read_operation, operation, where),
    )


def read_operation(operation: Operation, where: str, name: str) -> ReadTool:
    """The tool of an operation, under the name given; other formats of HTTP APIs speak of theirs in the same words.

    Raises:
        BrokenPartError: it cannot be read.
    """
    request = read_request(operation)
    returns, warnings = _read_returns(operation)
    segments = [part for part in operation.path.split("#")[0].split("/") if part]
    given = operation.node.value.get("operationId")
    spoken = given if isinstance(given, str) else ""
    last = next((words(part) for part in reversed(segments) if "{" not in part), [])
    tool = ToolSpec(
        name=name,
        description=_description(operation.node, name),
        parameters=request.parameters,
        returns=returns,
        effect=_effect(operation.method, words(spoken), last),
        resource=resource_of(segments, spoken),
        place=where,
        route=f"{operation.method.upper()} {request.route}",
        tags=_tags(operation.node),
        wire=request.wire,
        automatic=request.automatic,
        errors=_read_errors(operation),
    )
    return ReadTool(tool=tool, warnings=warnings)


def _effect(method: str, spoken: list[str], last_segment: list[str]) -> Effect:
    if method in _METHODS:
        return effect_of(method, spoken, last_segment) or Effect.READ
    usual = Effect.READ if method in _SAFE_METHODS else Effect.UPDATE
    return effect_of(None, [method, *spoken]) or usual


def _tags(operation: Node) -> tuple[str, ...]:
    tags = (plain_text(tag.value, MAX_PARAMETER_LENGTH) for tag in operation.child("tags").children())
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _read_returns(operation: Operation) -> tuple[JsonObject | None, tuple[str, ...]]:
    """The schema of the first successful response that has one; a broken part of it is a warning."""
    responses = operation.node.child("responses")
    try:
        for code, response in sorted(responses.items(), key=lambda pair: pair[0]):
            if not _SUCCESS.fullmatch(code):
                continue
            schema = _response_schema(response.resolved())
            if schema is None:
                continue
            clean = operation.schemas.read(schema, Direction.RESPONSE)
            if clean.schema or clean.broken:
                return clean.schema or None, clean.broken
    except BrokenPartError as error:
        return None, (str(error),)
    return None, ()


def _read_errors(operation: Operation) -> dict[str, JsonObject]:
    """The schema of every error that the document tells of, by status; ``{}`` for one that cannot be read."""
    errors: dict[str, JsonObject] = {}
    for code, response in operation.node.child("responses").items():
        if not _ERROR.fullmatch(code):
            continue
        errors[code] = {}
        try:
            schema = _response_schema(response.resolved())
            if schema is not None:
                # Resolved first: a schema that many operations name is read once.
                errors[code] = operation.schemas.read(schema.resolved(), Direction.RESPONSE).schema
        except BrokenPartError:
            logger.debug("%s %s: error %s cannot be read", operation.method, operation.path, code)
    return errors


def _response_schema(response: Node) -> Node | None:
    if response.child("schema").value is not None:
        return response.child("schema")
    for kind, media in response.child("content").items():
        if any(mark in kind.lower() for mark in _READABLE_MEDIA):
            schema = media_schema(media.resolved())
            if schema.value is not None:
                return schema
    return None


def _description(operation: Node, name: str) -> str:
    summary = plain_text(operation.value.get("summary"), MAX_TOOL_LENGTH)
    if summary:
        return summary
    sentence = first_sentence(operation.value.get("description"), MAX_TOOL_LENGTH)
    return sentence or described_by_name(name)


def _recognise(raw: JsonValue, key: str, major: str) -> str | None:
    if not isinstance(raw, dict) or key not in raw:
        return None
    version = str(raw[key])[:20]
    if version.split(".")[0] == major:
        return version
    raise BrokenPartError(
        f"{key} is {version!r}; expected openapi 3.x or swagger 2.0. "
        "Convert the document to one of these versions."
    )


def _about(raw: JsonValue) -> About:
    info = raw.get("info") if isinstance(raw, dict) else None
    if not isinstance(info, dict):
        return About()
    return About(title=info.get("title"), description=info.get("description"))


OPENAPI = Reader(
    name="OpenAPI",
    where="'paths'",
    recognise=partial(_recognise, key="openapi", major="3"),
    about=_about,
    find=find_operations,
)
SWAGGER = Reader(
    name="Swagger",
    where="'paths'",
    recognise=partial(_recognise, key="swagger", major="2"),
    about=_about,
    find=find_operations,
)
