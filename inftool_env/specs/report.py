"""A reading as tables for a terminal, and as JSON for programs."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import ToolSpec
from inftool_env.specs.reading import SpecReading
from inftool_env.specs.text import without_controls


def report(reading: SpecReading) -> Iterator[RenderableType]:
    """What was read, what was skipped and why, what was mended: things to print one after another.

    The document's words appear as plain text: neither markup nor control characters act.
    """
    toolset = reading.toolset
    yield _line(toolset.title, style="bold")
    yield _line(f"{reading.format} in {reading.source}; environment name '{toolset.name}'")
    yield _line(
        f"{_count(reading.operations, 'operation')}: {_count(len(toolset.tools), 'tool')}, "
        f"{len(reading.skipped)} skipped"
    )
    yield _tools(toolset.tools)
    if reading.skipped:
        table = _table("Skipped", "place", "why")
        for skipped in reading.skipped:
            table.add_row(_line(skipped.place), _line(skipped.reason))
        yield table
    if reading.warnings:
        table = _table("Warnings", "what was mended or widened")
        for warning in reading.warnings:
            table.add_row(_line(warning))
        yield table


def report_json(reading: SpecReading) -> JsonObject:
    """The same as one JSON object, with the tools' whole schemas."""
    toolset = reading.toolset
    return {
        "name": toolset.name,
        "title": toolset.title,
        "description": toolset.description,
        "source": reading.source,
        "format": reading.format,
        "operations": reading.operations,
        "tools": [_tool_json(tool) for tool in toolset.tools],
        "skipped": [{"place": skipped.place, "reason": skipped.reason} for skipped in reading.skipped],
        "warnings": list(reading.warnings),
    }


def _tools(tools: Sequence[ToolSpec]) -> Table:
    table = _table("Tools (* required)", "tool", "effect", "resource", "parameters", "place")
    for tool in tools:
        required = set(tool.required)
        names = ", ".join(f"{name}*" if name in required else name for name in tool.properties)
        cells = (tool.name, tool.effect.value, tool.resource or "", names, tool.place)
        table.add_row(*(_line(cell) for cell in cells))
    return table


def _tool_json(tool: ToolSpec) -> JsonObject:
    return {
        "name": tool.name,
        "description": tool.description,
        "effect": tool.effect.value,
        "resource": tool.resource,
        "route": tool.route,
        "place": tool.place,
        "parameters": tool.parameters,
        "returns": tool.returns,
    }


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _line(text: str, style: str = "") -> Text:
    return Text(without_controls(text), style=style)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
