import functools
import json
import os
from pathlib import Path

import pytest

from inftool_env.specs import refs, remote
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.reading import BrokenPartError
from inftool_env.specs.refs import Source


def node_at(folder: Path, ref: str, access: Access = LOCAL, **document):
    value = {"$ref": ref}
    return Source.of_file(folder / "main.json", {"here": value, **document}, access).node().child("here")


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


def test_a_file_of_an_allowed_folder_is_read_and_its_neighbours_outside_are_not(tmp_path: Path) -> None:
    for name in ("spec", "shared", "secret"):
        (tmp_path / name).mkdir()
    (tmp_path / "shared" / "pet.json").write_text('{"$ref": "../secret/key.json"}')
    (tmp_path / "secret" / "key.json").write_text("{}")
    node = node_at(tmp_path / "spec", "../shared/pet.json", Access(folders=(tmp_path / "shared",)))
    with pytest.raises(
        BrokenPartError, match=r"'../secret/key.json' leads out of the document's folder.*--allow-dir"
    ):
        node.resolved()


def test_addresses_are_fetched_once_and_only_where_allowed(tmp_path: Path, monkeypatch) -> None:
    pages = {
        "https://example.com/api/pet.yaml": b"Pet: {$ref: 'parts/tail.json#/a'}",
        "https://example.com/api/parts/tail.json": b'{"a": {"type": "string"}, "b": {"$ref": "file:///etc/passwd"}}',
    }
    fetched: list[str] = []

    def fetch(_, url: str) -> remote.Fetched:
        fetched.append(url)
        return remote.Fetched(url=url, body=pages[url])

    monkeypatch.setattr(remote.Fetcher, "fetch", fetch)
    node = node_at(tmp_path, "https://example.com/api/pet.yaml#/Pet", Access(allow_remote=True))
    assert node.resolved().value == node.resolved().value == {"type": "string"}
    assert fetched == list(pages)
    tail = node.resolved().source.node().child("b")
    with pytest.raises(BrokenPartError, match="is no file and no web address"):
        tail.resolved()


def test_only_so_many_addresses_are_fetched(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(remote.Fetcher, "fetch", lambda _, url: remote.Fetched(url=url, body=b"{}"))
    links = [{"$ref": f"http://example.com/{number}"} for number in range(4)]
    store = refs.DocumentStore(tmp_path, Access(allow_remote=True), fetches_left=2)
    nodes = Source(value=links, base=tmp_path / "main.json", store=store).node().children()
    assert [node.resolved().value for node in nodes[:2]] == [{}, {}]
    with pytest.raises(BrokenPartError, match="is one address too many"):
        nodes[2].resolved()


def test_all_files_together_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_text('"' + "x" * 100 + '"')
    store = refs.DocumentStore(tmp_path, bytes_left=50)
    node = Source(value={"$ref": "big.json"}, base=tmp_path / "main.json", store=store).node()
    with pytest.raises(BrokenPartError, match="is one too many"):
        node.resolved()


def test_a_pipe_is_no_document(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(BrokenPartError, match="is no regular file"):
        node_at(tmp_path, "pipe.json").resolved()


def test_links_in_a_circle_name_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("b.json")
    (tmp_path / "b.json").symlink_to("a.json")
    with pytest.raises(BrokenPartError, match=r"names no file|cannot be read"):
        node_at(tmp_path, "a.json").resolved()


def test_where_a_value_stands_is_told_in_bounded_length(tmp_path: Path) -> None:
    node = Source(value=functools.reduce(lambda inner, _: {"k" * 5000: inner}, range(50), {})).node()
    for _ in range(50):
        node = node.members()[0]
    assert len(node.place) < 1000
