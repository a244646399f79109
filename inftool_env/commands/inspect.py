"""``inftool inspect``: the tools that a document or a live MCP server gives, and what was skipped and why."""

from json import dumps
from pathlib import Path

from rich.console import Console

from inftool_env.commands.graphs.picture import check_picture_path, write_picture
from inftool_env.commands.graphs.table import graph_json, graph_table
from inftool_env.commands.source import Folders, read_source
from inftool_env.specs.report import report, report_json
from inftool_env.world.graph import tool_graph


def run(
    spec: Path | None = None,
    /,
    *,
    mcp: str | None = None,
    json: bool = False,
    graph: bool = False,
    graph_out: Path | None = None,
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> None:
    """Show the tools that an API document or a live MCP server gives, and what was skipped and why.

    Args:
        spec: OpenAPI 3.x or Swagger 2.0 document, MCP tools/list result, or list of functions.
        mcp: In place of a document: the command that starts an MCP server on stdio, or the URL of one that
            speaks streamable HTTP.
        json: Print one JSON object, with the tools' whole schemas, in place of tables.
        graph: Show which resource each tool reads or changes and which tool's output feeds which tool's input, in
            place of the parameters; with --json, beside the rest.
        graph_out: Draw that graph into a file: .svg, .mmd (Mermaid) or .md (Mermaid in Markdown).
        allow_remote: Fetch what the document refers to on the web.
        allow_dir: A folder whose files the document may refer to, besides its own; may be given again.
    """
    if graph_out is not None:
        check_picture_path(graph_out)
    reading = read_source("inspect", spec, mcp, allow_remote=allow_remote, allow_dir=allow_dir)
    console = Console(soft_wrap=True) if json else Console()
    found = tool_graph(reading.toolset) if graph or graph_out is not None else None
    if found is not None and graph_out is not None:
        write_picture(found, graph_out, reading.toolset.title)
    if json:
        shown = report_json(reading) | ({"graph": graph_json(found)} if found is not None else {})
        console.print(dumps(shown, indent=2), markup=False, highlight=False)
        return
    if found is not None:
        console.print(graph_table(found))
        return
    for part in report(reading):
        console.print(part)
