"""``inftool register``: environments of an API document or a live MCP server, kept for every later process."""

import sys
from pathlib import Path

from inftool_env.core.errors import ConfigError
from inftool_env.envs.registry import register_api, register_toolset


def run(spec: Path | None = None, *, mcp: str | None = None, name: str | None = None) -> None:
    """Make environments of an API document, or of a live MCP server, and keep them in the user's folder.

    Args:
        spec: OpenAPI, Swagger, MCP or function-list document; JSON or YAML.
        mcp: In place of a document: the command that starts an MCP server on stdio, or the URL of one that
            speaks streamable HTTP. It is asked for its tools once, now.
        name: For the id, in place of the title of the document or the server.
    """
    for env_id in _register(spec, mcp, name):
        sys.stdout.write(f"{env_id}\n")


def _register(spec: Path | None, mcp: str | None, name: str | None) -> tuple[str, ...]:
    if mcp is None and spec is not None:
        return register_api(spec, name=name, keep=True)
    if mcp is not None and spec is None:
        # Here, since the MCP SDK takes a second to load.
        from inftool_env.specs.live_mcp import read_live_tools

        return register_toolset(read_live_tools(mcp).toolset, name=name)
    raise ConfigError(
        f"register: {'neither SPEC nor --mcp is' if spec is None else 'both SPEC and --mcp are'} given; expected "
        'one of them. Name a document, or a server as --mcp "npx -y @modelcontextprotocol/server-memory".'
    )
