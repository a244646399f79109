"""Which tools of a server are offered, and under which name the server knows each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inftool_env.core.errors import ConfigError
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, Toolset
from inftool_env.specs.load import read_operations
from inftool_env.specs.mcp import MCP
from inftool_env.specs.names import legal_name
from inftool_env.specs.reader import ApiSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What may be called of a server."""

    toolset: Toolset
    real_names: Mapping[str, str]
    """The server's own name of every tool."""
    readers: frozenset[str]
    """Names of the tools that only read."""
    withheld: tuple[str, ...]
    """Names of the tools that may write, where that is not allowed."""


def make_offer(
    listed: Sequence[JsonObject],
    info: JsonObject,
    *,
    server: str,
    read_only: Sequence[str] = (),
    allow_writes: bool = False,
) -> Offer:
    """The tools that a policy may call.

    A tool only reads if its ``readOnlyHint`` says so, or our own recipe does. One whose arguments cannot be
    sent as the server spells them is left out.

    Args:
        listed: The entries of ``tools/list``.
        info: The server's ``serverInfo``.
        server: Its command or URL, for messages.
        read_only: Tools known to read alone.
        allow_writes: Offer the others too.

    Raises:
        SpecError: none of the tools can be read.
        ConfigError: none of them may be offered.
    """
    raw = {"serverInfo": info, "tools": list(listed)}
    reading = read_operations(ApiSpec(source=Path(server), reader=MCP, version="", raw=raw), source=server)
    by_name = {legal_name(str(tool.get("name", ""))): tool for tool in reversed(listed)}
    readers = frozenset(name for name, tool in by_name.items() if name in read_only or _only_reads(tool))
    tools = []
    withheld = []
    for tool in reading.toolset.tools:
        if not set(tool.properties) <= _parameters(by_name.get(tool.name, {})):
            continue
        if tool.name in readers:
            tools.append(replace(tool, effect=Effect.READ))
        elif allow_writes:
            tools.append(tool if tool.effect is not Effect.READ else replace(tool, effect=Effect.UPDATE))
        else:
            withheld.append(tool.name)
    if not tools:
        raise ConfigError(
            f"MCP server {server!r}: says of none of its {len(reading.toolset.tools)} tools that it only reads; "
            "expected at least one with readOnlyHint. Let it write with allow_writes=True, "
            "where nothing of value can be lost."
        )
    return Offer(
        toolset=replace(reading.toolset, tools=tuple(tools)),
        real_names={tool.name: str(by_name[tool.name]["name"]) for tool in tools},
        readers=readers,
        withheld=tuple(withheld),
    )


def _only_reads(tool: JsonObject) -> bool:
    annotations = tool.get("annotations")
    return isinstance(annotations, dict) and annotations.get("readOnlyHint") is True


def _parameters(tool: JsonObject) -> frozenset[str]:
    schema = tool.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return frozenset(properties if isinstance(properties, dict) else ())
