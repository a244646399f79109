"""Which parameters a client sends on its own: no policy chooses them, and no person tells them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Wire
from inftool_env.specs.refs import Node
from inftool_env.specs.wire import parameter_wire

_CREDENTIAL = re.compile(
    r"(?:proxy[-_])?authorization|(?:x[-_])?(?:[\w-]*[-_])?api[-_]?key"
    r"|(?:x[-_])?(?:access|o?auth|csrf|xsrf|bearer)[-_]?token|token",
    re.IGNORECASE,
)
"""Names by which a client says who it is, anywhere but in the path and in a JSON body."""
_HEADER = re.compile(
    # Who asks.
    r"[\w-]*(?:api-?key|access-?token|auth-?token|session-?token|security-?token|client-?secret|-signature)"
    r"|(?:x-)?(?:[\w]+-)*auth(?:entication)?|(?:x-)?[\w-]*registry-config"
    r"|(?:x-)?api-user(?:name)?|(?:[\w-]+-)?tenant-?id|x-amz-[\w-]+"
    # Which try of which request this is.
    r"|[\w-]*idempoten(?:cy|t)[\w-]*|(?:x-)?(?:[\w-]+-)?(?:request|correlation|trace)-?id"
    r"|traceparent|tracestate|x-b3-[\w-]+"
    # How the two sides speak.
    r"|accept(?:-(?:charset|encoding))?|connection|content-(?:encoding|length|type)|cookie|host|origin|referer"
    r"|user-agent|x-requested-with|(?:x-)?(?:[\w-]+-)?api-?version",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:x-)?[a-z]+-version", re.IGNORECASE)
"""``Notion-Version``: part of the protocol where the document fixes it; else, as ``If-Version``, a choice."""


def credentials_of(root: Node) -> Iterator[tuple[str, str]]:
    """``(in, name in lower case)`` of what the document's security schemes send."""
    for schemes in (root.child("components").child("securitySchemes"), root.child("securityDefinitions")):
        for scheme in schemes.members():
            value = scheme.value
            if isinstance(value, dict) and value.get("type") == "apiKey":
                yield str(value.get("in")), str(value.get("name")).lower()


def is_automatic(parameter: Node, credentials: frozenset[tuple[str, str]]) -> bool:
    """Whether a client sends a parameter by itself.

    These are the credentials, keys that make a repeated request count once, request ids, what HTTP itself
    needs, and headers that name the version of the protocol or must have one value.

    Args:
        parameter: The resolved parameter object.
        credentials: Of the document's security schemes.

    Raises:
        BrokenPartError: the reference to its schema is broken.
    """
    kind, name = parameter.value["in"], parameter.value["name"]
    if (kind, name.lower()) in credentials:
        return True
    if kind != "header":
        return kind != "path" and _CREDENTIAL.fullmatch(name) is not None
    if _HEADER.fullmatch(name) or _CREDENTIAL.fullmatch(name):
        return True
    schema = _schema(parameter)
    if _only_value(schema) is not None and parameter.value.get("required") is True:
        return True
    return _VERSION.fullmatch(name) is not None and _fixed_value(schema) is not None


def automatic_wire(parameter: Node) -> Wire | None:
    """The way of a parameter that a client sends on its own; None for a place that no request has.

    Raises:
        BrokenPartError: the reference to its schema is broken.
    """
    wire = parameter_wire(parameter)
    return None if wire is None else replace(wire, value=_fixed_value(_schema(parameter)))


def _schema(parameter: Node) -> JsonObject:
    """The schema under a parameter, or the parameter itself, where Swagger 2.0 writes it."""
    under = parameter.child("schema")
    schema = parameter.value if under.value is None else under.resolved().value
    return schema if isinstance(schema, dict) else {}


def _only_value(schema: JsonObject) -> JsonValue:
    if "const" in schema:
        return schema["const"]
    choices = schema.get("enum")
    return choices[0] if isinstance(choices, list) and len(choices) == 1 else None


def _fixed_value(schema: JsonObject) -> JsonValue:
    only = _only_value(schema)
    return schema.get("default") if only is None else only
