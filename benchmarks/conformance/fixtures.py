"""The conformance suite's own tools, served by our server: those that are texts and schemas.

    python -m benchmarks.conformance.fixtures --port 8766

The suite calls tools by the names of its example server. The server here is ours in every part; only the world
behind it answers what the suite expects.
"""

import argparse

import anyio

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.world.mcp_http import serve_http
from inftool_env.world.mcp_sessions import Sessions

_STREET: JsonObject = {"street": {"type": "string"}, "city": {"type": "string"}}
_STRICT_SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": _STREET}},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
_HEADER_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"region": {"type": "string", "x-mcp-header": "Region"}, "query": {"type": "string"}},
    "required": ["region", "query"],
}
_ANSWERS = {
    "test_simple_text": "This is a simple text response for testing.",
    "test_error_handling": "This tool intentionally returns an error for testing",
    "json_schema_2020_12_tool": "ok",
    "test_custom_header": "ok",
}
_SCHEMAS = {"json_schema_2020_12_tool": _STRICT_SCHEMA, "test_custom_header": _HEADER_SCHEMA}


class FixtureBackend:
    """Answers every tool with the text that the suite expects."""

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call."""
        failed = call.name == "test_error_handling"
        return ToolResult(call_id=call.id, name=call.name, content=_ANSWERS[call.name], is_error=failed)


class FixtureWorlds:
    """Worlds that answer alike."""

    def open(self, toolset: Toolset, seed: int, split: Split) -> FixtureBackend:  # noqa: ARG002 - the protocol's
        """One more."""
        return FixtureBackend()

    def close(self) -> None:
        """There is nothing to end."""


def fixture_toolset() -> Toolset:
    """The suite's tools."""
    tools = tuple(
        ToolSpec(name=name, description=f"Answers: {text}", parameters=_SCHEMAS.get(name, {"type": "object"}))
        for name, text in _ANSWERS.items()
    )
    return Toolset(name="conformance-fixtures", title="Conformance fixtures", tools=tools)


def main() -> None:
    """Serve until the process is told to stop."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    anyio.run(lambda: serve_http(Sessions(FixtureWorlds(), fixture_toolset()), port=port))


if __name__ == "__main__":
    main()
