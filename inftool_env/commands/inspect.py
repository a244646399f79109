"""``inftool inspect``: the tools that a document gives, and what was skipped and why."""

from json import dumps

from rich.console import Console

from inftool_env.specs.load import read_spec
from inftool_env.specs.report import report, report_json


def run(spec: str, /, *, json: bool = False) -> None:
    """Show the tools that an API document gives, and what was skipped and why.

    Args:
        spec: OpenAPI 3.x or Swagger 2.0 document, MCP tools/list result, or list of functions.
        json: Print one JSON object, with the tools' whole schemas, in place of tables.
    """
    reading = read_spec(spec)
    console = Console(soft_wrap=True) if json else Console()
    if json:
        console.print(dumps(report_json(reading), indent=2), markup=False, highlight=False)
        return
    for part in report(reading):
        console.print(part)
