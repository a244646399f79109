"""What may be called: tools and sets of tools."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator, canonical


class Effect(StrEnum):
    """What calling a tool does to the world."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Location(StrEnum):
    """The part of an HTTP request that a value travels in."""

    PATH = "path"
    QUERY = "query"
    QUERYSTRING = "querystring"
    """The whole of the query string (OpenAPI 3.2)."""
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    """A body that is one value of its media type, as JSON is."""
    FORM = "form"
    """A body of ``application/x-www-form-urlencoded``."""
    MULTIPART = "multipart"
    """A body of ``multipart/form-data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Where a value goes in the real request."""

    location: Location
    name: str
    """As the API spells it; empty where the value is the whole body or query string."""
    style: str = ""
    """How a list or an object is written (``form``, ``deepObject``, ...); empty where JSON says it."""
    explode: bool = False
    """Whether each of its items or members stands under a name of its own."""
    media: str = ""
    """The media type of the body, or of a parameter written in one; empty where there is none."""
    value: JsonValue = None
    """What is always sent, for a parameter that allows one value alone; else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """One operation of an API, as a policy may call it."""

    name: str
    """Legal for every chat API: ``[A-Za-z0-9_-]{1,64}``, unique in its toolset."""
    description: str
    """Plain text, one or two sentences."""
    parameters: JsonObject
    """JSON Schema 2020-12 of ``type: object``; self-contained."""
    returns: JsonObject | None = None
    """JSON Schema of a successful result; None when the document does not say."""
    effect: Effect = Effect.READ
    resource: str | None = None
    """Singular snake_case noun of what is read or changed (``order``); None for a computation."""
    place: str = ""
    """Where the document defines it, as ``paths./orders.post``."""
    route: str | None = None
    """``POST /orders/{order_id}`` where the document is an HTTP API."""
    tags: tuple[str, ...] = ()
    """The groups that the document puts it in."""
    wire: dict[str, Wire] = field(default_factory=dict)
    """Where each parameter goes in the real request; empty where the document is no HTTP API."""
    automatic: tuple[Wire, ...] = ()
    """What a client adds to every call and no policy chooses: credentials, idempotency keys,
    request ids, and headers of one allowed value. They are no parameters."""
    errors: dict[str, JsonObject] = field(default_factory=dict)
    """JSON Schema of what comes with each status that the document calls an error (``404``, ``4XX``,
    ``default``); ``{}`` where it does not say."""

    @property
    def properties(self) -> dict[str, JsonObject]:
        """The parameters by name; an unconstrained one is ``{}``."""
        declared = self.parameters.get("properties", {})
        return {name: schema if isinstance(schema, dict) else {} for name, schema in declared.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters that a call must carry."""
        return tuple(self.parameters.get("required", ()))

    def to_openai(self) -> JsonObject:
        """The tool as chat APIs and chat templates take it."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolset:
    """The tools of one API, in the order of the document."""

    name: str
    """Slug, as in ``InfTool/<name>-v0``."""
    title: str
    description: str = ""
    tools: tuple[ToolSpec, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The tools' names, in order."""
        return tuple(tool.name for tool in self.tools)

    @property
    def digest(self) -> str:
        """Hash of all that a policy sees of a success; ``place``, ``tags``, the wire and errors are not part of it."""
        return _digest(tuple((tool.name, canonical(_content(tool))) for tool in self.tools))

    def get(self, name: str) -> ToolSpec | None:
        """The tool of that name, or None."""
        return next((tool for tool in self.tools if tool.name == name), None)

    def subset(self, names: Iterable[str]) -> "Toolset":
        """The toolset with these tools alone, in the order given; KeyError for an unknown one."""
        by_name = {tool.name: tool for tool in self.tools}
        return Toolset(
            name=self.name,
            title=self.title,
            description=self.description,
            tools=tuple(by_name[name] for name in names),
        )


def argument_validator(tool: ToolSpec) -> SchemaValidator:
    """A compiled validator of the tool's arguments; compiled once per object."""
    return _argument_validator(Same(tool))


@lru_cache(maxsize=4096)
def _argument_validator(same: Same[ToolSpec]) -> SchemaValidator:
    return SchemaValidator(same.held.parameters)


def _content(tool: ToolSpec) -> list[object]:
    return [tool.description, tool.parameters, tool.returns, tool.effect.value, tool.resource, tool.route]


def _digest(content: tuple[tuple[str, str], ...]) -> str:
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()
