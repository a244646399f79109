"""Values from every corner of a request, flattened into one object schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Wire
from inftool_env.specs.merge import unite
from inftool_env.specs.names import legal_name, unique_name


@dataclass(slots=True)
class ParameterList:
    """The parameters of one tool while they are gathered, each under a legal name of its own."""

    properties: JsonObject = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    wire: dict[str, Wire] = field(default_factory=dict)

    def add(
        self, name: str, schema: JsonObject, *, required: bool, where: str, wire: Wire | None = None
    ) -> str:
        """Take a parameter in; a taken name is told apart by where the value goes.

        Args:
            name: As the document spells it.
            schema: Of its value, cleaned.
            required: Whether a call must carry it.
            where: One word for where the value goes.
            wire: Its place in the real request, where there is one.

        Returns:
            The name that the tool's parameter got.
        """
        legal = legal_name(name) or legal_name(where) or "value"
        if legal in self.properties:
            legal = unique_name(legal_name(f"{where}_{legal}"), self.properties)
        self.properties[legal] = schema
        if required:
            self.required.append(legal)
        if wire is not None:
            self.wire[legal] = wire
        return legal

    def to_schema(self, *, is_open: bool) -> JsonObject:
        """The object schema; unless ``is_open``, it refuses every other parameter."""
        schema: JsonObject = {"type": "object", "properties": self.properties}
        if self.required:
            schema["required"] = self.required
        if not is_open:
            schema["additionalProperties"] = False
        return schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The members of an object schema that a tool takes as parameters of its own."""

    properties: Mapping[str, JsonObject]
    required: frozenset[str]
    is_open: bool
    """Whether the document allows further members by a schema of their own."""


def fields_of(schema: JsonObject) -> Fields | None:
    """The members of a cleaned object schema; None when it is no object with known members.

    Of several alternatives (``anyOf``) all members are offered, and those are required that every one
    requires.
    """
    united = unite(schema)
    if united is None or not united.get("properties"):
        return None
    return Fields(
        properties=united["properties"],
        required=frozenset(united.get("required", ())),
        is_open=isinstance(schema.get("additionalProperties"), dict),
    )
