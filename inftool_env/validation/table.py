"""Findings as tables for a terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inftool_env.scenarios.author import CATEGORIES
from inftool_env.specs.text import without_controls
from inftool_env.validation.findings import DocumentFinding, Tally, sum_tallies
from inftool_env.validation.grid import grid, legend, percent
from inftool_env.validation.promises import PROMISES, shortfalls, tally_of

_MOST_ROWS = 20
"""Reasons shown of one document."""


def tables(findings: Sequence[DocumentFinding], *, folder: Path | None = None) -> Iterator[RenderableType]:
    """What was found, what is missing and why: things to print one after another.

    The documents' words appear as plain text: neither markup nor control characters act.

    Args:
        findings: In the order to show them.
        folder: That all the documents of were looked at; None when they were named one by one.
    """
    entries = [finding for finding in findings if finding.is_entry or folder is None]
    named = [(_name(finding.source, folder), finding) for finding in entries]
    yield _sizes(named)
    yield _categories(named)
    yield legend()
    yield _promises(named)
    if len(entries) == 1:
        yield _environments(entries[0])
    missing = _missing(named)
    if missing.rows:
        yield missing
    parts = [_name(finding.source, folder) for finding in findings if finding not in entries]
    if parts:
        yield _parts(parts)


def _sizes(named: Sequence[tuple[str, DocumentFinding]]) -> Table:
    table = _table("Documents", "document", "format")
    numbers = ("KB", "ops", "tools", "skipped", "envs", "solvable", "read s", "all s", "MB")
    for header in numbers:
        table.add_column(header, justify="right")
    table.add_column("holds")
    for name, finding in named:
        table.add_row(
            _line(name),
            _line(finding.format),
            f"{finding.size_bytes / 1000:.0f}",
            str(finding.operations),
            str(len(finding.tools)),
            str(len(finding.skipped)),
            str(len(finding.environments)),
            _share(finding.solvable),
            f"{finding.seconds.get('read', 0):.2f}",
            f"{sum(finding.seconds.values()):.1f}",
            f"{finding.peak_bytes / 1e6:.0f}",
            "no" if shortfalls(finding) else "yes",
        )
    if len(named) > 1:
        each = [finding for _, finding in named]
        table.add_section()
        table.add_row(
            f"{len(each)} documents",
            "",
            f"{sum(one.size_bytes for one in each) / 1000:.0f}",
            str(sum(one.operations for one in each)),
            str(sum(len(one.tools) for one in each)),
            str(sum(len(one.skipped) for one in each)),
            str(sum(len(one.environments) for one in each)),
            _share(sum_tallies(one.solvable for one in each)),
            f"{sum(one.seconds.get('read', 0) for one in each):.2f}",
            f"{sum(sum(one.seconds.values()) for one in each):.1f}",
            f"{max(one.peak_bytes for one in each) / 1e6:.0f}",
            "no" if any(map(shortfalls, each)) else "yes",
        )
    return table


def _categories(named: Sequence[tuple[str, DocumentFinding]]) -> Table:
    table = grid("% of tools in a solvable scenario of each category", "document")
    for name, finding in named:
        if not finding.error:
            table.add_row(_line(name), *_category_cells([finding]))
    if len(named) > 1:
        table.add_section()
        table.add_row(f"{len(named)} documents", *_category_cells([finding for _, finding in named]))
    return table


def _category_cells(findings: Sequence[DocumentFinding]) -> list[str]:
    tools = sum(len(finding.tools) for finding in findings)
    return [
        percent(sum(finding.calls_in(category) for finding in findings), tools) for category in CATEGORIES
    ]


def _promises(named: Sequence[tuple[str, DocumentFinding]]) -> Table:
    table = _table("% that hold each promise", "document")
    for header in (*(promise.name for promise in PROMISES), "open ms"):
        table.add_column(header, justify="right")
    for name, finding in named:
        if not finding.error:
            table.add_row(_line(name), *_promise_cells([finding]))
    if len(named) > 1:
        table.add_section()
        table.add_row(f"{len(named)} documents", *_promise_cells([finding for _, finding in named]))
    return table


def _promise_cells(findings: Sequence[DocumentFinding]) -> list[str]:
    shares = (sum_tallies(tally_of(finding, promise) for finding in findings) for promise in PROMISES)
    slowest_s = max((one.open_s for finding in findings for one in finding.environments), default=0.0)
    return [*map(_share, shares), f"{1000 * slowest_s:.0f}"]


def _environments(finding: DocumentFinding) -> Table:
    table = _table(
        "Environments", "environment", "tools", "categories", "gold", "repeats", "check_env", "open ms"
    )
    for one in finding.environments:
        table.add_row(
            _line(one.name),
            str(len(one.tools)),
            ", ".join(one.written),
            f"{one.gold.good}/{one.gold.tried}",
            f"{one.repeats.good}/{one.repeats.tried}",
            "no" if one.gym_trouble else "yes",
            f"{1000 * one.open_s:.0f}",
        )
    return table


def _missing(named: Sequence[tuple[str, DocumentFinding]]) -> Table:
    table = _table("Missing", "document", "what", "why")
    for name, finding in named:
        rows = [("promise", text) for text in shortfalls(finding)]
        rows += [(f"skipped {skipped.place}", skipped.reason) for skipped in finding.skipped]
        rows += [(f"no scenario calls {tool.tool}", tool.obstacle) for tool in finding.tools if tool.obstacle]
        for tool in finding.tools:
            for what, tally in (("arguments", tool.arguments), ("answers", tool.answers)):
                if not tally.is_whole:
                    rows.append((f"{what} of {tool.tool}", f"{tally.good} of {tally.tried}. {tally.trouble}"))
        for one in finding.environments:
            rows += [(f"no {what} in {one.name}", why) for what, why in one.obstacles.items()]
        for what, why in rows[:_MOST_ROWS]:
            table.add_row(_line(name), _line(what), _line(why))
        if len(rows) > _MOST_ROWS:
            table.add_row(_line(name), f"and {len(rows) - _MOST_ROWS} more", "--json names all")
    return table


def _parts(names: Sequence[str]) -> Text:
    """The files that are no entries: each by its name, or how many there are in a folder of several."""
    folders: dict[str, list[str]] = {}
    for name in names:
        folders.setdefault(str(Path(name).parent), []).append(name)
    told = [one[0] if len(one) == 1 else f"{folder}/ ({len(one)} files)" for folder, one in folders.items()]
    return _line(
        f"No API by itself, as a part of a document in several files: {', '.join(told)}. --json names all."
    )


def _share(tally: Tally) -> str:
    """The share in per cent, never rounded up to 100."""
    if not tally.tried:
        return "-"
    return "100" if tally.good == tally.tried else f"{min(100 * tally.share, 99.9):.1f}"


def _name(source: str, folder: Path | None) -> str:
    path = Path(source)
    return str(path.relative_to(folder)) if folder is not None and path.is_relative_to(folder) else source


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _line(text: str) -> Text:
    return Text(without_controls(text))
