"""``inftool register``: environments of an API document or a live MCP server, kept for every later process."""

import shlex
import sys
from pathlib import Path

from inftool_env.commands.list_apis import write_table
from inftool_env.commands.source import Folders, read_source
from inftool_env.envs.apis import slugify
from inftool_env.envs.partition import api_name
from inftool_env.envs.registry import register_server, register_toolset


def run(
    spec: Path | None = None,
    *,
    mcp: str | None = None,
    name: str | None = None,
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> None:
    """Make environments of an API document, or of a live MCP server, and keep them in the user's folder.

    Args:
        spec: OpenAPI, Swagger, MCP or function-list document; JSON or YAML.
        mcp: In place of a document: the command that starts an MCP server on stdio, or the URL of one that
            speaks streamable HTTP. It is asked for its tools once, now. Besides the environment whose server is
            simulated, it becomes one that plays against the real server, ``InfTool/...-live-v0``.
        name: For the ids, in place of the title of the document or the server.
        allow_remote: Fetch what the document refers to on the web.
        allow_dir: A folder whose files the document may refer to, besides its own; may be given again.
    """
    reading = read_source("register", spec, mcp, allow_remote=allow_remote, allow_dir=allow_dir)
    ids = register_toolset(reading.toolset, name=name)
    if mcp is not None:
        slug = slugify(name if name is not None else api_name(reading.toolset))
        ids = (*ids, _register_real(mcp, slug, api=slug if len(ids) == 1 else None))
    if len(ids) == 1:
        sys.stdout.write(f"{ids[0]}\n")
    else:
        write_table(ids)


def _register_real(mcp: str, slug: str, *, api: str | None) -> str:
    """The id under which the real server is played."""
    if mcp.lower().startswith(("http://", "https://")):
        return register_server(slug, url=mcp, api=api)
    # Later processes run elsewhere: files among the words are found from where we are now.
    words = [str(Path(word).absolute()) if Path(word).is_file() else word for word in shlex.split(mcp)]
    return register_server(slug, command=words, api=api)
