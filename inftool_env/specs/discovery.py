"""Google's API Discovery documents as operations."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.specs.found import FoundOperation, ReadTool
from inftool_env.specs.meaning import resource_of, singular
from inftool_env.specs.names import MAX_NAME, legal_name, name_of_route, words
from inftool_env.specs.openapi import read_operation
from inftool_env.specs.reader import About, ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Node, Source
from inftool_env.specs.requests import Operation
from inftool_env.specs.schemas import SchemaReader

_KIND = "discovery#restDescription"
_OUTPUT_ONLY = ("output only", "[output only]", "[output-only]")
_REQUIRED = ("required.", "[required]")
"""How the descriptions of Google's fields begin where a keyword is missing, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Method:
    """One method of a resource."""

    node: Node
    trail: tuple[str, ...]
    """The keys that lead to it from the document's root."""
    path: str
    verb: str
    """In lower case."""

    @property
    def id(self) -> str:
        """As ``calendar.events.list``; the names of its resources and its own where it has none."""
        given = self.node.child("id").value
        return given if isinstance(given, str) and given else ".".join(self.trail[1::2])

    @property
    def resource(self) -> str | None:
        """The noun that its resource is named by; that of its path where it stands in none."""
        if len(self.trail) > 2:
            *before, noun = words(self.trail[-3]) or [""]
            return "_".join([*before, singular(noun)])[:MAX_NAME] or None
        flat = self.node.child("flatPath").value
        return resource_of((flat if isinstance(flat, str) else self.path).split("/"), self.trail[-1])


def find_methods(spec: ApiSpec) -> Iterator[FoundOperation | BrokenPartError]:
    """The methods of every resource, a resource's own before those of the resources in it.

    The parameters that a document allows on all methods (``alt``, ``fields``, ``key``, ...) say how the two
    sides speak, and are left to the client.
    """
    root = Source.of_file(spec.source, _mended(spec.raw), spec.access).node()
    api = str(root.child("name").value)
    schemas = SchemaReader()
    for found in _methods_of(root, ()):
        yield found if isinstance(found, BrokenPartError) else _found(found, api, schemas)


def _methods_of(node: Node, trail: tuple[str, ...]) -> Iterator[_Method | BrokenPartError]:
    for name, method in node.child("methods").items():
        path, verb = method.child("path").value, method.child("httpMethod").value
        if isinstance(path, str) and isinstance(verb, str):
            where = (*trail, "methods", name)
            yield _Method(node=method, trail=where, path=_plain(path), verb=verb.lower())
        else:
            yield BrokenPartError(
                f"{method.place}: method lacks 'path' or 'httpMethod'; expected both as text. Add them."
            )
    for name, resource in node.child("resources").items():
        yield from _methods_of(resource, (*trail, "resources", name))


def _plain(path: str) -> str:
    """The path with ``{name}`` for ``{+name}``, which only says that the value may hold slashes."""
    return "/" + path.replace("{+", "{").lstrip("/")


def _found(method: _Method, api: str, schemas: SchemaReader) -> FoundOperation:
    node = method.node
    operation = Operation(
        method=method.verb,
        path=method.path,
        node=Node(value=_as_openapi(method), source=node.source, place=node.place),
        shared=Node(value=None, source=node.source, place=node.place),
        credentials=frozenset(),
        consumes=(),
        schemas=schemas,
    )
    return FoundOperation(
        place=node.place,
        name=_name(method.id.removeprefix(f"{api}.")) or name_of_route(method.verb, method.path),
        labels=(method.id, f"{method.verb.upper()} {method.path}"),
        read=partial(_read_tool, method, operation),
    )


def _name(spoken: str) -> str:
    """The id as a legal name, without its outer resources where it is too long."""
    while len(spoken) > MAX_NAME and "." in spoken:
        spoken = spoken.partition(".")[2]
    return legal_name(spoken)


def _read_tool(method: _Method, operation: Operation, name: str) -> ReadTool:
    read = read_operation(operation, method.node.place, name)
    return replace(read, tool=replace(read.tool, resource=method.resource))


def _as_openapi(method: _Method) -> JsonObject:
    """The method as an operation object, its schemas referred to where they stand."""
    node = method.node
    operation: JsonObject = {
        "operationId": method.trail[-1],
        "description": node.child("description").value,
        "tags": list(reversed(method.trail[1:-2:2])),
        "parameters": [
            _parameter(name, parameter, method.trail) for name, parameter in node.child("parameters").items()
        ],
    }
    request, response = node.child("request").value, node.child("response").value
    if isinstance(request, dict):
        required = _required_by(node.child("request"), method.id)
        schema = {**request, "required": required} if required else request
        # A change of a part needs no member, whatever the description of the whole says.
        body = {"content": {"application/json": {"schema": schema}}, "required": method.verb != "patch"}
        operation["requestBody"] = body
    if isinstance(response, dict):
        operation["responses"] = {"200": {"content": {"application/json": {"schema": response}}}}
    return operation


def _parameter(name: str, node: Node, trail: tuple[str, ...]) -> JsonValue:
    if not isinstance(node.value, dict):
        return node.value
    schema: JsonObject = {"$ref": _pointer((*trail, "parameters", name))}
    if node.value.get("repeated") is True:
        schema = {
            "type": "array",
            "items": {key: value for key, value in node.value.items() if key != "description"},
        }
    return {
        "name": name,
        "in": node.value.get("location", "query"),
        "required": node.value.get("required") is True,
        "description": node.value.get("description"),
        "schema": schema,
    }


def _pointer(keys: tuple[str, ...]) -> str:
    return "#/" + "/".join(quote(key.replace("~", "~0").replace("/", "~1"), safe="~") for key in keys)


def _required_by(request: Node, method_id: str) -> list[str]:
    """The members of a body that say themselves which methods need them."""
    try:
        members = request.resolved().child("properties").items()
    except BrokenPartError:
        return []  # Reading the body will say it.
    return [
        name
        for name, member in members
        if any(one.value == method_id for one in member.child("annotations").child("required").children())
    ]


def _mended(value: JsonValue) -> JsonValue:
    """The value with references as JSON pointers, and with keywords for what descriptions begin with."""
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: _mended(member) for key, member in value.items()}
    ref, description = value.get("$ref"), value.get("description")
    if isinstance(ref, str) and not ref.startswith("#"):
        result["$ref"] = _pointer(("schemas", ref))
    if isinstance(description, str) and "location" not in value:
        start = description[:20].lower()
        if start.startswith(_OUTPUT_ONLY):
            result["readOnly"] = True
        elif start.startswith(_REQUIRED) and "required" not in value:
            result["required"] = True
    return result


def _recognise(raw: JsonValue) -> str | None:
    if not isinstance(raw, dict) or raw.get("kind") != _KIND:
        return None
    version = raw.get("discoveryVersion")
    return version[:20] if isinstance(version, str) else ""


def _about(raw: JsonValue) -> About:
    known = raw if isinstance(raw, dict) else {}
    return About(title=known.get("title") or known.get("name"), description=known.get("description"))


DISCOVERY = Reader(
    name="Google Discovery",
    where="'methods' or 'resources'",
    recognise=_recognise,
    about=_about,
    find=find_methods,
)
