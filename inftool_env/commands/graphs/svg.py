"""A tool graph as an SVG picture: boxes in columns, so that values flow from left to right."""

from dataclasses import dataclass
from xml.etree import ElementTree

from inftool_env.commands.graphs.overview import Arrow, Box, Overview

_CHAR, _LINE, _PAD = 7.3, 16, 10
"""Pixels: width of a letter, height of a line, room around text."""
_COLUMN_GAP, _ROW_GAP = 210, 28
_TALLEST = 9
"""Boxes one above the other, at most."""
_STYLE = """
svg { background: #fff; font: 11px ui-monospace, Menlo, Consolas, monospace }
rect { fill: #f4f7fb; stroke: #6b7f99 }
.name { font-weight: bold; font-size: 12px }
path { fill: none; stroke: #4a76b8; stroke-width: 1.3; marker-end: url(#tip) }
.weak { stroke: #aab4c0; stroke-dasharray: 4 3 }
.label { font-size: 9px; fill: #44566c; paint-order: stroke; stroke: #fff; stroke-width: 3px }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    x: float
    y: float
    width: float
    height: float


def svg(view: Overview, title: str) -> str:
    """One self-contained, well-formed SVG document, without scripts, links or foreign fonts."""
    places = _places(view)
    right = max((place.x + place.width for place in places), default=200.0) + _PAD
    bottom = max((place.y + place.height for place in places), default=40.0) + _LINE + 2 * _PAD
    size = {"width": f"{right:.0f}", "height": f"{bottom:.0f}", "viewBox": f"0 0 {right:.0f} {bottom:.0f}"}
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size})
    _text(root, "title", title)
    _text(root, "style", _STYLE)
    tip = {
        "id": "tip",
        "viewBox": "0 0 8 8",
        "refX": "7",
        "refY": "4",
        "markerWidth": "7",
        "markerHeight": "7",
    }
    marker = ElementTree.SubElement(ElementTree.SubElement(root, "defs"), "marker", {**tip, "orient": "auto"})
    ElementTree.SubElement(marker, "polygon", {"points": "0,0 8,4 0,8", "fill": "#4a76b8"})
    for arrow in view.arrows:
        _draw_arrow(root, arrow, places[arrow.source], places[arrow.target])
    for box, place in zip(view.boxes, places, strict=True):
        _draw_box(root, box, place)
    if view.left_out:
        note = {"x": str(_PAD), "y": f"{bottom - _PAD:.0f}"}
        _text(root, "text", f"and {view.left_out} more resources", note)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _columns(view: Overview) -> list[list[int]]:
    """The boxes by how many arrows lie before them, those without any last; arrows that close circles do not count."""
    after: dict[int, list[int]] = {number: [] for number in range(len(view.boxes))}
    for arrow in view.arrows:
        after[arrow.source].append(arrow.target)
    indegree = dict.fromkeys(after, 0)
    for arrow in view.arrows:
        indegree[arrow.target] += 1
    depth = dict.fromkeys(after, 0)
    left = list(after)
    while left:
        # The one with the fewest unplaced before it; where circles leave none free, the document's first.
        number = min(left, key=lambda each: (indegree[each], each))
        left.remove(number)
        for target in after[number]:
            indegree[target] -= 1
            if target in left:
                depth[target] = max(depth[target], depth[number] + 1)
    linked = {end for arrow in view.arrows for end in (arrow.source, arrow.target)}
    levels = [
        [number for number in depth if number in linked and depth[number] == level]
        for level in range(max(depth.values(), default=0) + 1)
    ]
    alone = [number for number in depth if number not in linked]
    return [
        members[at : at + _TALLEST] for members in (*levels, alone) for at in range(0, len(members), _TALLEST)
    ]


def _places(view: Overview) -> list[_Place]:
    places: dict[int, _Place] = {}
    x = float(_PAD)
    for column in _columns(view):
        y = float(_PAD)
        widest = 0.0
        for number in column:
            lines = (view.boxes[number].resource, *view.boxes[number].lines)
            width = max(map(len, lines)) * _CHAR + 2 * _PAD
            height = len(lines) * _LINE + _PAD
            places[number] = _Place(x=x, y=y, width=width, height=height)
            y += height + _ROW_GAP
            widest = max(widest, width)
        x += widest + _COLUMN_GAP
    return [places[number] for number in range(len(view.boxes))]


def _draw_box(root: ElementTree.Element, box: Box, place: _Place) -> None:
    group = ElementTree.SubElement(root, "g")
    sides = {name: f"{getattr(place, name):.0f}" for name in ("x", "y", "width", "height")}
    ElementTree.SubElement(group, "rect", {**sides, "rx": "5"})
    for row, line in enumerate((box.resource, *box.lines), start=1):
        at = {"x": f"{place.x + _PAD:.0f}", "y": f"{place.y + row * _LINE:.0f}"}
        _text(group, "text", line, {**at, "class": "name"} if row == 1 else at)


def _draw_arrow(root: ElementTree.Element, arrow: Arrow, source: _Place, target: _Place) -> None:
    is_forward = source.x < target.x
    x1 = source.x + source.width if is_forward else source.x
    x2 = target.x if is_forward else target.x + target.width
    shift = 0 if is_forward else _LINE  # so that two arrows between the same boxes stay apart
    y1, y2 = source.y + source.height / 2 + shift, target.y + target.height / 2 + shift
    bend = _COLUMN_GAP / 2 if is_forward else -_COLUMN_GAP / 2
    curve = f"M{x1:.0f},{y1:.0f} C{x1 + bend:.0f},{y1:.0f} {x2 - bend:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
    kind = {} if arrow.is_strong else {"class": "weak"}
    ElementTree.SubElement(root, "path", {"d": curve, **kind})
    middle = {"x": f"{(x1 + x2) / 2:.0f}", "y": f"{(y1 + y2) / 2 - 3:.0f}", "text-anchor": "middle"}
    _text(root, "text", ", ".join(arrow.labels), {**middle, "class": "label"})


def _text(parent: ElementTree.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ElementTree.SubElement(parent, tag, attributes or {}).text = "".join(
        char if char.isprintable() or char == "\n" else " " for char in text
    )
