"""A tool graph as a table for a terminal, and as JSON for programs."""

from rich.table import Table
from rich.text import Text

from inftool_env.commands.graphs.overview import NO_RESOURCE, cut_list
from inftool_env.core.schema import JsonObject
from inftool_env.specs.text import without_controls
from inftool_env.world.graph import Evidence, ToolGraph

_MOST_SOURCES = 3
"""Tools named as the source of one parameter."""


def graph_table(graph: ToolGraph) -> Table:
    """One row a resource: its tools by action, and what feeds their parameters."""
    table = Table(title="Resources", title_justify="left")
    for header in ("resource", "tools", "fed by"):
        table.add_column(header, overflow="fold")
    resource_of = {node.tool: node.resource or NO_RESOURCE for node in graph.nodes}
    tools: dict[str, dict[str, list[str]]] = {}
    for node in graph.nodes:
        tools.setdefault(node.resource or NO_RESOURCE, {}).setdefault(node.action.value, []).append(node.tool)
    fed: dict[str, dict[str, list[str]]] = {}
    for edge in sorted(graph.edges, key=lambda edge: list(Evidence).index(edge.evidence)):
        if edge.evidence is not Evidence.ECHO:
            by_parameter = fed.setdefault(resource_of[edge.consumer], {})
            by_parameter.setdefault(edge.parameter, []).append(f"{edge.producer}.{edge.field}")
    for resource, by_action in tools.items():
        does = "\n".join(f"{action}: {', '.join(names)}" for action, names in by_action.items())
        sources = fed.get(resource, {})
        takes = "\n".join(f"{name} ← {cut_list(values, _MOST_SOURCES)}" for name, values in sources.items())
        table.add_row(*map(_plain, (resource, does, takes)), end_section=True)
    return table


def graph_json(graph: ToolGraph) -> JsonObject:
    """The whole graph: every tool with its action and resource, every edge with its evidence."""
    return {
        "tools": [
            {"tool": node.tool, "action": node.action.value, "resource": node.resource}
            for node in graph.nodes
        ],
        "edges": [
            {
                "producer": edge.producer,
                "field": edge.field,
                "consumer": edge.consumer,
                "parameter": edge.parameter,
                "evidence": edge.evidence.value,
            }
            for edge in graph.edges
        ],
    }


def _plain(text: str) -> Text:
    return Text("\n".join(map(without_controls, text.split("\n"))))
