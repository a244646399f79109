from pathlib import Path

import pytest

from inftool_env.core.errors import SpecError
from inftool_env.specs import document
from inftool_env.specs.document import read_value

OPENAPI = {"openapi": "3.1.0", "info": {"title": "Pets"}, "paths": {}}


def test_json_with_trailing_commas_is_read(save) -> None:
    path = save('{"openapi": "3.0.0", "paths": {},}')
    assert read_value(path)["paths"] == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ('{"openapi": "3.0.0",\n "paths": }}', "line 2 column 11"),
        ("openapi: 3.0.0\n\tpaths: {}", "neither JSON nor YAML"),
        ('{"name": "a", "parameters": {}}\n{"name": }', "a line is no JSON"),
        ("[" * 100_000, "levels deep"),
        ("[" * 300 + "]" * 300, "levels deep"),
        ('{"openapi": "3.0.0", "info": {"title": "\\ud800"}}', "half of a surrogate pair"),
    ],
)
def test_a_file_that_is_no_value_is_refused_with_what_was_found(save, content, message) -> None:
    path = save(content)
    with pytest.raises(SpecError, match=f"^{path}: .*{message}"):
        read_value(path)


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("openapi: 3.0.0 # Ü".encode("latin-1"))
    with pytest.raises(SpecError, match=r"byte 17 is not UTF-8.*Save the file again"):
        read_value(path)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    path.write_bytes(b'\xef\xbb\xbf{"openapi": "3.0.0"}')
    assert read_value(path) == {"openapi": "3.0.0"}


def test_a_misspelled_path_names_the_file_that_was_meant(save) -> None:
    path = save(OPENAPI, "petstore.json")
    with pytest.raises(SpecError, match=r"petstore\.json'"):
        read_value(path.with_name("petstor.json"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is a folder"):
        read_value(tmp_path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_value(Path("a\0b"))


def test_a_file_over_the_bound_is_not_read(save, monkeypatch) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 10)
    with pytest.raises(SpecError, match="expected at most 10"):
        read_value(save(OPENAPI))
