"""A tool graph drawn together: one box a resource, one arrow for all that one resource gives another."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from inftool_env.specs.text import without_controls
from inftool_env.world.graph import Edge, Evidence, ToolGraph

NO_RESOURCE = "no resource"
"""The box of tools that are about no resource."""
MAX_BOXES = 60
"""Boxes in one picture; the resources that have the most arrows and tools are kept."""
MAX_ARROWS = 150
"""Arrows in one picture; those with the strongest evidence are kept."""
MAX_LINE = 48
"""Characters of one line of text in a picture."""
_MOST_LABELS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One resource."""

    resource: str
    lines: tuple[str, ...]
    """What its tools do: ``get: get_pet``; a line for each action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """What one resource gives another."""

    source: int
    """Index of the box that gives."""
    target: int
    """Index of the box that takes."""
    labels: tuple[str, ...]
    """``id → pet_id``, and how many more there are."""
    is_strong: bool
    """Whether some parameter names the source's rows, rather than only sharing a field's name with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a picture shows."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int
    """Resources that found no room."""


def overview(graph: ToolGraph) -> Overview:
    """The boxes and arrows of a graph, no more than a picture can hold.

    Left out: what a resource gives itself, and values that a producer's own caller had to know (``Evidence.ECHO``).
    """
    resource_of = {node.tool: node.resource or NO_RESOURCE for node in graph.nodes}
    between: dict[tuple[str, str], list[Edge]] = {}
    for edge in graph.edges:
        pair = (resource_of[edge.producer], resource_of[edge.consumer])
        if edge.evidence is not Evidence.ECHO and pair[0] != pair[1]:
            between.setdefault(pair, []).append(edge)
    weight = Counter(resource_of.values())
    for pair in between:
        weight.update(pair)
    kept = sorted(weight, key=lambda resource: -weight[resource])[:MAX_BOXES]
    shown = [resource for resource in weight if resource in kept]
    pairs = [pair for pair in between if pair[0] in kept and pair[1] in kept]
    order = list(Evidence)
    pairs.sort(
        key=lambda pair: (min(order.index(edge.evidence) for edge in between[pair]), -len(between[pair]))
    )
    arrows = tuple(_arrow(pair, between[pair], shown) for pair in pairs[:MAX_ARROWS])
    boxes = tuple(Box(resource=_cut(resource), lines=_lines(graph, resource)) for resource in shown)
    return Overview(boxes=boxes, arrows=arrows, left_out=len(weight) - len(shown))


def cut_list(words: Iterable[str], most: int) -> str:
    """The first few of some words, and how many more there are."""
    each = list(dict.fromkeys(words))
    more = f" and {len(each) - most} more" if len(each) > most else ""
    return ", ".join(each[:most]) + more


def _arrow(pair: tuple[str, str], edges: list[Edge], shown: list[str]) -> Arrow:
    values = list(dict.fromkeys(_cut(f"{edge.field} → {edge.parameter}") for edge in edges))
    more = (f"and {len(values) - _MOST_LABELS} more",) if len(values) > _MOST_LABELS else ()
    return Arrow(
        source=shown.index(pair[0]),
        target=shown.index(pair[1]),
        labels=(*values[:_MOST_LABELS], *more),
        is_strong=any(edge.evidence in (Evidence.KEY, Evidence.REFERENCE) for edge in edges),
    )


def _lines(graph: ToolGraph, resource: str) -> tuple[str, ...]:
    tools: dict[str, list[str]] = {}
    for node in graph.nodes:
        if (node.resource or NO_RESOURCE) == resource:
            tools.setdefault(node.action.value, []).append(node.tool)
    return tuple(_cut(f"{action}: {cut_list(names, 2)}") for action, names in tools.items())


def _cut(text: str) -> str:
    text = without_controls(text)
    return text if len(text) <= MAX_LINE else text[: MAX_LINE - 1] + "…"
