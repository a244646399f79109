import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from inftool_env.commands.graphs.mermaid import mermaid
from inftool_env.commands.graphs.overview import MAX_ARROWS, MAX_BOXES, NO_RESOURCE, overview
from inftool_env.commands.graphs.picture import check_picture_path, write_picture
from inftool_env.commands.graphs.svg import svg
from inftool_env.core.errors import ConfigError
from inftool_env.world.graph import Action, Edge, Evidence, Node, ToolGraph

EVIL = 'a"]; click r0 "javascript:1" <script>&`x` \ud800\x00\u202e]]>'


def graph_of(count: int, field: str = "id", evidence: Evidence = Evidence.REFERENCE) -> ToolGraph:
    """Every resource feeds the next two."""
    nodes = [Node(tool=f"list_{n}", action=Action.LIST, resource=f"thing_{n}") for n in range(count)]
    pairs = [(n, m) for n in range(count) for m in (n + 1, n + 2) if m < count]
    edges = [
        Edge(producer=f"list_{n}", field=field, consumer=f"list_{m}", parameter="key", evidence=evidence)
        for n, m in pairs
    ]
    return ToolGraph(nodes=tuple(nodes), edges=tuple(edges))


def test_a_box_lists_its_tools_and_an_arrow_its_values() -> None:
    view = overview(graph_of(2))
    assert [(box.resource, box.lines) for box in view.boxes] == [
        ("thing_0", ("list: list_0",)),
        ("thing_1", ("list: list_1",)),
    ]
    assert [(arrow.source, arrow.target, arrow.labels) for arrow in view.arrows] == [(0, 1, ("id → key",))]


def test_values_that_a_caller_knew_are_not_drawn() -> None:
    assert overview(graph_of(2, evidence=Evidence.ECHO)).arrows == ()


def test_a_tool_without_a_resource_has_a_box_too() -> None:
    node = Node(tool="convert", action=Action.COMPUTE, resource=None)
    assert overview(ToolGraph(nodes=(node,), edges=())).boxes[0].resource == NO_RESOURCE


def test_a_large_graph_is_cut_to_what_a_renderer_takes() -> None:
    view = overview(graph_of(900))
    assert (len(view.boxes), view.left_out) == (MAX_BOXES, 900 - MAX_BOXES)
    assert len(view.arrows) <= MAX_ARROWS < 500
    assert len(mermaid(view)) < 50_000
    assert "and 840 more resources" in svg(view, "Large")


def test_a_flowchart_names_boxes_and_arrows() -> None:
    assert mermaid(overview(graph_of(2))) == (
        "flowchart LR\n"
        '  r0["thing_0<br/>list: list_0"]\n'
        '  r1["thing_1<br/>list: list_1"]\n'
        '  r0 -->|"id → key"| r1\n'
    )


def test_the_documents_words_are_only_text_in_a_flowchart() -> None:
    for line in mermaid(overview(graph_of(2, field=EVIL))).splitlines()[1:]:
        label = re.fullmatch(r'  r\d(?:\[| -->\|)"([^"]*)"(?:\]|\| r\d)', line)
        assert label is not None
        assert not set("<>&`[]\x00\u202e") & set(label[1].replace("<br/>", ""))


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_picture_is_well_formed(count: int) -> None:
    text = svg(overview(graph_of(count, field=EVIL)), EVIL)
    root = ElementTree.fromstring(text.encode())
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "a", "image", "foreignObject"}
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == count


def test_no_two_boxes_of_a_picture_overlap() -> None:
    root = ElementTree.fromstring(svg(overview(graph_of(40)), "Forty"))
    boxes = [
        tuple(float(rect.attrib[side]) for side in ("x", "y", "width", "height"))
        for rect in root.iter("{http://www.w3.org/2000/svg}rect")
    ]
    for at, (x, y, width, height) in enumerate(boxes):
        for x2, y2, width2, height2 in boxes[at + 1 :]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def test_resources_that_feed_each_other_are_drawn() -> None:
    forth = graph_of(2)
    back = Edge(producer="list_1", field="id", consumer="list_0", parameter="key", evidence=Evidence.KEY)
    view = overview(ToolGraph(nodes=forth.nodes, edges=(*forth.edges, back)))
    assert svg(view, "Circle").count("<path") == 2


@pytest.mark.parametrize(
    ("name", "start"), [("g.svg", "<svg"), ("g.mmd", "flowchart"), ("g.md", "```mermaid\n")]
)
def test_the_ending_chooses_the_format(tmp_path: Path, name: str, start: str) -> None:
    write_picture(graph_of(3), tmp_path / name, "Things")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize("name", ["g.png", "g", "none/g.svg"])
def test_a_file_that_cannot_be_drawn_into_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="--graph-out"):
        check_picture_path(tmp_path / name)
