"""``inftool inspect``: the tools that a document or a live MCP server gives, and what was skipped and why."""

from json import dumps
from pathlib import Path

from rich.console import Console

from inftool_env.commands.source import Folders, read_source
from inftool_env.specs.report import report, report_json


def run(
    spec: Path | None = None,
    /,
    *,
    mcp: str | None = None,
    json: bool = False,
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> None:
    """Show the tools that an API document or a live MCP server gives, and what was skipped and why.

    Args:
        spec: OpenAPI 3.x or Swagger 2.0 document, MCP tools/list result, or list of functions.
        mcp: In place of a document: the command that starts an MCP server on stdio, or the URL of one that
            speaks streamable HTTP.
        json: Print one JSON object, with the tools' whole schemas, in place of tables.
        allow_remote: Fetch what the document refers to on the web.
        allow_dir: A folder whose files the document may refer to, besides its own; may be given again.
    """
    reading = read_source("inspect", spec, mcp, allow_remote=allow_remote, allow_dir=allow_dir)
    console = Console(soft_wrap=True) if json else Console()
    if json:
        console.print(dumps(report_json(reading), indent=2), markup=False, highlight=False)
        return
    for part in report(reading):
        console.print(part)
