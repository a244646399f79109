"""Where the tools of a verb come from: a document, or a live MCP server."""

from pathlib import Path
from typing import Annotated, TypeAlias

import tyro

from inftool_env.core.errors import ConfigError
from inftool_env.specs.access import Access
from inftool_env.specs.load import read_spec
from inftool_env.specs.reading import SpecReading

Folders: TypeAlias = Annotated[tuple[Path, ...], tyro.conf.UseAppendAction]
"""An option that is given once for each folder, so that it takes nothing of what follows."""


def read_source(
    verb: str,
    spec: Path | None,
    mcp: str | None,
    *,
    allow_remote: bool = False,
    allow_dir: tuple[Path, ...] = (),
) -> SpecReading:
    """The tools of the one source that was named.

    Args:
        verb: For messages.
        spec: A document.
        mcp: The command or URL of a live MCP server.
        allow_remote: Let the document's references lead onto the web.
        allow_dir: Folders that they may lead into, besides the document's own.

    Raises:
        ConfigError: not exactly one source is named, or a permission is given to a live server.
        SpecError: the source cannot be read.
    """
    if (spec is None) == (mcp is None):
        raise ConfigError(
            f"{verb}: {'neither SPEC nor --mcp is' if spec is None else 'both SPEC and --mcp are'} given; "
            "expected one of them. Name a document, or a server as "
            '--mcp "npx -y @modelcontextprotocol/server-memory".'
        )
    if spec is not None:
        return read_spec(spec, access=Access(allow_remote=allow_remote, folders=allow_dir))
    if allow_remote or allow_dir:
        raise ConfigError(
            f"{verb}: --allow-remote and --allow-dir are given with --mcp; expected them with a document: "
            "the schemas of a live server refer to themselves alone. Leave them out."
        )
    assert mcp is not None, "one of the two is given"
    # Here, since the MCP SDK takes a second to load.
    from inftool_env.specs.live_mcp import read_live_tools

    return read_live_tools(mcp)
