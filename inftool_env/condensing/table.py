"""What came of condensing, as tables for a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inftool_env.condensing.audit import AuditLine
from inftool_env.condensing.folder import AUDIT, SUMMARY, Summary
from inftool_env.specs.text import without_controls

_MAX_SHOWN = 20
"""Merges that are shown."""


def tables(summary: Summary, lines: Sequence[AuditLine]) -> Iterator[RenderableType]:
    """Documents and merges: things to print one after another."""
    documents = _table("document", "tools", "kept", "merged", "now in", numbers=(1, 2, 3))
    for one in summary.documents:
        row = (one.document, one.tools, one.kept, one.merged, ", ".join(one.files))
        documents.add_row(*(_plain(str(cell)) for cell in row))
    documents.add_section()
    before, after = summary.tools_before, summary.tools_after
    documents.add_row("all", str(before), str(after), str(before - after), f"{len(summary.files)} files")
    yield documents
    merged = [line for line in lines if line.fate == "merged"]
    if merged:
        merges = _table("merged", "into", "alike", "why", numbers=(2,))
        for line in merged[:_MAX_SHOWN]:
            alike = f"{line.similarity:.2f}"
            merges.add_row(
                _plain(f"{line.document}: {line.tool}"), _plain(line.nearest), alike, _plain(line.why)
            )
        yield merges
        if len(merged) > _MAX_SHOWN:
            yield Text(f"... and {len(merged) - _MAX_SHOWN} more in {AUDIT}.")
    if summary.left_out:
        yield Text(f"{len(summary.left_out)} other files give no tools; {SUMMARY} says why.")


def _table(*columns: str, numbers: Sequence[int] = ()) -> Table:
    table = Table(box=None, header_style="bold")
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at in numbers else "left", overflow="fold")
    return table


def _plain(text: str) -> Text:
    """A document's words, in which neither markup nor control characters act."""
    return Text(without_controls(text))
