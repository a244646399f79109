import json
from pathlib import Path

import pytest

from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Source


def node_at(folder: Path, ref: str, **document):
    value = {"$ref": ref}
    return Source.of_file(folder / "main.json", {"here": value, **document}).node().child("here")


def test_a_pointer_unescapes_its_keys(tmp_path: Path) -> None:
    assert node_at(tmp_path, "#/a~1b/c%20d/1", **{"a/b": {"c d": [0, 7]}}).resolved().value == 7


def test_a_file_beside_the_document_is_read_and_its_own_references_start_there(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    part = {"Pet": {"$ref": "#/Real"}, "Real": {"type": "object"}}
    (tmp_path / "parts" / "pet.json").write_text(json.dumps(part))
    assert node_at(tmp_path, "parts/pet.json#/Pet").resolved().value == {"type": "object"}


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("#/components/schemas/Pat", r"components.schemas has no 'Pat'. Did you mean 'Pet'\?"),
        ("#/components/nothing", "has no 'nothing'. Add it"),
        ("#Pet", "no JSON pointer"),
        ("https://example.com/a.json#/Pet", "is remote and is not fetched"),
        ("//example.com/a.json", "is no file and no web address"),
        ("file:///etc/passwd", "is no file and no web address"),
        ("../secret.json", "out of the document's folder"),
        ("/etc/passwd", "out of the document's folder"),
        ("missing.yaml#/a", "cannot be read"),
        ("a%00b.json", "names no file"),
    ],
)
def test_a_broken_reference_says_where_and_why(tmp_path: Path, ref: str, message: str) -> None:
    node = node_at(tmp_path, ref, components={"schemas": {"Pet": {}}})
    with pytest.raises(BrokenPartError, match=f"^here: .*{message}"):
        node.resolved()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "spec"
    folder.mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(BrokenPartError, match="out of the document's folder"):
        node_at(folder, "link.json").resolved()


def test_references_in_a_circle_end(tmp_path: Path) -> None:
    node = node_at(tmp_path, "#/a", a={"$ref": "#/b"}, b={"$ref": "#/a"})
    with pytest.raises(BrokenPartError, match="circle"):
        node.resolved()
