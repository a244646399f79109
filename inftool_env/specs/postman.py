"""Postman collections as operations, their schemas inferred from the requests and responses they hold."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect
from inftool_env.specs.found import FoundOperation
from inftool_env.specs.inferred import example_of, schema_of, schema_of_text, value_of_template
from inftool_env.specs.meaning import effect_of, singular
from inftool_env.specs.names import legal_name, name_of_route, words
from inftool_env.specs.openapi import read_operation
from inftool_env.specs.postman_urls import Url, read_url
from inftool_env.specs.reader import About, ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.requests import Operation
from inftool_env.specs.schemas import SchemaReader
from inftool_env.specs.text import plain_text

_VERSION = re.compile(r"/collection/v?(\d[\d.]{0,10})")
_METHOD = re.compile(r"[A-Za-z]{1,20}")
_IDENTIFIER = re.compile(r"[a-z_]\w*", re.ASCII)
_NUMBERING = re.compile(r"\s*\d+(?:\.\d+)*[.):]\s+")
_IS_URL = re.compile(r"\w+://|\{\{|/")
_REQUIRED = re.compile(r"\s*\(required\)\s*", re.IGNORECASE)
"""What generators of collections write in front of a description."""
_GRAPHQL_VARIABLE = re.compile(r"\$(\w{1,64})\s*:\s*(?:\[\s*(\w{1,64})\s*!?\s*\]|(\w{1,64}))\s*(!?)")
"""A declared variable: its name, the type it is a list of or its own, and whether it must be given."""
_GRAPHQL_TYPES = {
    "Int": "integer",
    "Float": "number",
    "Boolean": "boolean",
    "String": "string",
    "ID": "string",
}
_MAX_QUERY = 20_000
_MAX_EXAMPLES = 20
"""Saved responses of one request that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One request of a collection."""

    node: Node
    folders: tuple[str, ...]
    """That hold it, the innermost first."""
    method: str
    """In lower case."""
    url: Url
    request: Node

    @property
    def name(self) -> str:
        """As people call it, in legal characters; that of its route where it has no name of its own."""
        given = self.node.child("name").value
        text = _NUMBERING.sub("", given, count=1) if isinstance(given, str) else ""
        if _IDENTIFIER.fullmatch(text):
            return legal_name(text)
        spelled = "" if _IS_URL.match(text.strip()) else "_".join(words(text.replace("'", "")))
        return legal_name(spelled) or name_of_route(self.method, self.url.path)

    @property
    def spoken(self) -> str:
        """The name with its verb as a command: people also write ``Creates a user``."""
        first, *rest = words(self.name) or [""]
        return "_".join([singular(first), *rest])


def find_requests(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The requests of every folder, in the collection's order.

    Requests of one name are told apart by the folders that hold them.
    """
    root = _collection(Source(value=spec.raw).node())
    variables = _variables(root)
    credentials = frozenset(_credentials(root.child("auth")))
    found = list(_items(root, (), variables))
    taken = Counter(item.name for item in found if isinstance(item, _Item))
    schemas = SchemaReader()
    for item in found:
        if isinstance(item, BrokenPartError):
            yield item
            continue
        folder = "_".join(words(item.folders[0])) if item.folders and taken[item.name] > 1 else ""
        yield _found(item, legal_name(f"{folder}_{item.name}") if folder else item.name, credentials, schemas)


def _collection(root: Node) -> Node:
    """The collection itself, where Postman's own API wraps it."""
    inner = root.child("collection")
    return inner if isinstance(inner.value, dict) else root


def _variables(root: Node) -> dict[str, str]:
    pairs = ((one.child("key").value, one.child("value").value) for one in root.child("variable").children())
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}


def _items(
    node: Node, folders: tuple[str, ...], variables: dict[str, str]
) -> Iterator[_Item | BrokenPartError]:
    for item in node.child("item").children():
        if isinstance(item.child("item").value, list):
            name = plain_text(item.child("name").value, 80)
            yield from _items(item, (name, *folders) if name else folders, variables)
            continue
        try:
            yield _read_item(item, folders, variables)
        except BrokenPartError as error:
            yield error


def _read_item(item: Node, folders: tuple[str, ...], variables: dict[str, str]) -> _Item:
    request = item.child("request")
    if isinstance(request.value, str):
        request = Node(value={"url": request.value}, source=request.source, place=request.place)
    if not isinstance(request.value, dict):
        raise BrokenPartError(f"{item.place}: item holds no request; expected 'request' or 'item'. Add one.")
    method = request.child("method").value or "GET"
    if not isinstance(method, str) or not _METHOD.fullmatch(method):
        raise BrokenPartError(
            f"{request.place}.method: is {str(method)[:40]!r}; expected an HTTP method. Correct it."
        )
    url = read_url(request.child("url"), variables)
    return _Item(node=item, folders=folders, method=method.lower(), url=url, request=request)


def _found(
    item: _Item, name: str, credentials: frozenset[tuple[str, str]], schemas: SchemaReader
) -> FoundOperation:
    node = item.node
    operation = Operation(
        method=item.method,
        path=item.url.path,
        node=Node(value=_as_openapi(item), source=node.source, place=node.place),
        shared=Node(value=None, source=node.source, place=node.place),
        credentials=credentials | frozenset(_credentials(item.request.child("auth"))),
        consumes=(),
        schemas=schemas,
    )
    given = node.child("name").value
    labels = (f"{item.method.upper()} {item.url.path}", *([given] if isinstance(given, str) else []))
    place = f"{node.place} ({given[:64]!r})" if isinstance(given, str) else node.place
    return FoundOperation(
        place=place, name=name, labels=labels, read=partial(read_operation, operation, place)
    )


def _credentials(auth: Node) -> Iterator[tuple[str, str]]:
    """``(in, name in lower case)`` of an API key, which v2.1 writes as a list and v2.0 as an object."""
    key = auth.child("apikey")
    given = {one.child("key").value: one.child("value").value for one in key.children()} or key.value
    if isinstance(given, dict) and isinstance(given.get("key"), str):
        yield ("query" if given.get("in") == "query" else "header"), given["key"].lower()


def _as_openapi(item: _Item) -> JsonObject:
    """The request as an operation object."""
    operation: JsonObject = {
        "operationId": item.spoken,
        "description": _text(item.request.child("description")) or _text(item.node.child("description")),
        "tags": list(item.folders),
        "parameters": [
            *(_parameter(key, "path", value, text) for key, (value, text) in item.url.keys.items()),
            *_parameters(item.url.query, "query"),
            *_parameters(_headers(item.request.child("header")), "header"),
        ],
    }
    if body := _body(item):
        operation["requestBody"] = body
    values = list(_responses(item.node))
    if values:
        schema = schema_of(values)
        operation["responses"] = {"200": {"content": {"application/json": {"schema": schema}}}}
    return operation


def _text(node: Node) -> str:
    """A description, which may be wrapped with the type of its markup."""
    value = node.child("content").value if isinstance(node.value, dict) else node.value
    return value if isinstance(value, str) else ""


def _parameters(fields: list[Node], place: str) -> Iterator[JsonObject]:
    for field in _named(fields):
        value = field.child("value").value
        yield _parameter(
            field.value["key"],
            place,
            value if isinstance(value, str) else "",
            _text(field.child("description")),
        )


def _named(fields: list[Node]) -> list[Node]:
    """The fields that have a name, each name once."""
    named = {one.value["key"]: one for one in reversed(fields) if _has_key(one.value)}
    return list(reversed(named.values()))


def _has_key(value: JsonValue) -> bool:
    return isinstance(value, dict) and isinstance(value.get("key"), str) and bool(value["key"])


def _parameter(name: str, place: str, value: str, text: str) -> JsonObject:
    told, is_required = _REQUIRED.subn("", text, count=1)
    return {
        "name": name,
        "in": place,
        "required": place == "path" or bool(is_required),
        "description": told,
        "schema": schema_of_text(value),
        "example": example_of(value),
    }


def _headers(node: Node) -> list[Node]:
    """The headers, which v2.0 may write as one text."""
    if not isinstance(node.value, str):
        return node.children()
    pairs = (line.partition(":") for line in node.value.splitlines() if ":" in line)
    return [
        Node(value={"key": key.strip(), "value": value.strip()}, source=node.source, place=node.place)
        for key, _, value in pairs
    ]


def _body(item: _Item) -> JsonObject | None:
    """The body as a request body object; None where the request has none that can be read."""
    body = item.request.child("body")
    mode = body.child("mode").value
    if mode == "raw":
        raw = body.child("raw").value
        return _raw_body(raw, _is_creation(item)) if isinstance(raw, str) and raw.strip() else None
    if mode == "urlencoded":
        return _form_body(body.child("urlencoded"), "application/x-www-form-urlencoded")
    if mode == "formdata":
        return _form_body(body.child("formdata"), "multipart/form-data")
    return _graphql_body(body.child("graphql")) if mode == "graphql" else None


def _is_creation(item: _Item) -> bool:
    return effect_of(item.method, words(item.spoken)) is Effect.CREATE


def _raw_body(raw: str, is_creation: bool) -> JsonObject:
    """A body like the example; only to create something are all of its members needed."""
    found = value_of_template(raw)
    if found is None:
        return {"content": {"text/plain": {"schema": {"type": "string"}}}}
    media = {"schema": schema_of(found), "example": example_of(found[0])}
    return {"content": {"application/json": media}, "required": is_creation}


def _form_body(node: Node, media: str) -> JsonObject | None:
    fields = _named(node.children())
    if not fields:
        return None
    described = [(field, next(_parameters([field], "form"))) for field in fields]
    properties = {
        told["name"]: {
            **({"type": "string"} if field.child("type").value == "file" else told["schema"]),
            "description": told["description"],
            "example": told["example"],
        }
        for field, told in described
    }
    required = [told["name"] for _, told in described if told["required"]]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"content": {media: {"schema": schema}}}


def _graphql_body(node: Node) -> JsonObject | None:
    """The variables of a query; the query itself is always the same."""
    query, variables = node.child("query").value, node.child("variables").value
    found = value_of_template(variables) if isinstance(variables, str) else (variables,)
    example = found[0] if found is not None and isinstance(found[0], dict) else {}
    text = query[:_MAX_QUERY] if isinstance(query, str) else ""
    properties: JsonObject = dict(schema_of([example])["properties"])
    required: list[str] = []
    for name, of, kind, mark in _GRAPHQL_VARIABLE.findall(text):
        one = {"type": _GRAPHQL_TYPES[of or kind]} if (of or kind) in _GRAPHQL_TYPES else {}
        properties.setdefault(name, {"type": "array", "items": one} if of else one)
        required.extend([name] if mark else [])
    if not properties:
        return None
    schema = {"type": "object", "properties": properties, "required": required}
    return {"content": {"application/json": {"schema": schema, "example": example_of(example)}}}


def _responses(item: Node) -> Iterator[JsonValue]:
    """The bodies of the saved responses that tell of success."""
    for response in item.child("response").children()[:_MAX_EXAMPLES]:
        code, body = response.child("code").value, response.child("body").value
        if (code is None or str(code).startswith("2")) and isinstance(body, str) and body.strip():
            found = value_of_template(body)
            if found is not None:
                yield found[0]


def _recognise(raw: JsonValue) -> str | None:
    outer = raw if isinstance(raw, dict) else {}
    inner = outer.get("collection")
    collection = inner if isinstance(inner, dict) else outer
    info = collection.get("info")
    schema = info.get("schema") if isinstance(info, dict) else None
    found = _VERSION.search(schema) if isinstance(schema, str) else None
    if found is not None:
        version = found[1].strip(".")
        if version.split(".")[0] == "2":
            return version
        raise BrokenPartError(f"info.schema names version {version!r}; expected v2.0 or v2.1. {_EXPORT}")
    if isinstance(collection.get("requests"), list) and isinstance(collection.get("order"), list):
        raise BrokenPartError(f"is a Postman collection of version 1; expected v2.0 or v2.1. {_EXPORT}")
    return "" if isinstance(info, dict) and isinstance(collection.get("item"), list) else None


_EXPORT = "Export it again as Collection v2.1."


def _about(raw: JsonValue) -> About:
    info = _collection(Source(value=raw).node()).child("info")
    return About(title=info.child("name").value, description=_text(info.child("description")))


POSTMAN = Reader(
    name="Postman collection", where="'item'", recognise=_recognise, about=_about, find=find_requests
)
