"""A toolset as a document that every reader of MCP knows, and that ours reads back whole."""

import json

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.specs.mcp import META_KEYS


def listing(toolset: Toolset) -> str:
    """The result of MCP's ``tools/list`` as JSON, one tool after another, with the API's title beside it."""
    document: JsonObject = {"serverInfo": {"name": toolset.name, "title": toolset.title}}
    if toolset.description:
        document["instructions"] = toolset.description
    document["tools"] = [_tool(tool) for tool in toolset.tools]
    return json.dumps(document, indent=1) + "\n"


def _tool(tool: ToolSpec) -> JsonObject:
    listed: JsonObject = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.parameters,
    }
    if tool.returns is not None:
        listed["outputSchema"] = tool.returns
    listed["annotations"] = _hints(tool.effect)
    meta = (tool.effect.value, tool.resource, tool.route, list(tool.tags))
    listed["_meta"] = dict(zip(META_KEYS, meta, strict=True))
    return listed


def _hints(effect: Effect) -> JsonObject:
    if effect is Effect.READ:
        return {"readOnlyHint": True}
    return {"readOnlyHint": False, "destructiveHint": effect in (Effect.UPDATE, Effect.DELETE)}
