from pathlib import Path

import pytest

from agents.datasets.sources import read_sources
from inftool_env.core.errors import ConfigError, RegistrationError, SpecError
from inftool_env.envs.registry import register_variant

SPEC = """
openapi: 3.1.0
info: {title: Library, version: "1"}
paths:
  /books/{book_id}:
    get:
      operationId: get_book
      summary: Show a book
      parameters: [{name: book_id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object, properties: {book_id: {type: string}, title: {type: string}}}}}}}
"""


def test_an_id_opens_as_it_is_registered() -> None:
    env_id = register_variant(
        "InfTool/weather-api-synth-test-v1", {"api": "weather-api", "difficulty": 5, "categories": ["simple"]}
    )
    (source,) = read_sources([env_id])
    assert source.categories == ("simple",)
    assert source.open().open(0).scenario.difficulty == 5


def test_a_document_opens_without_being_registered(tmp_path: Path) -> None:
    (tmp_path / "library.yaml").write_text(SPEC)
    (source,) = read_sources([str(tmp_path / "library.yaml")])
    assert (source.name, source.tools) == ("library", 1)
    (tmp_path / "library.yaml").unlink()
    assert source.open().toolset.names == ("get_book",)


def test_categories_narrow_every_environment_and_drop_those_that_admit_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "library.yaml").write_text(SPEC)
    both = [str(tmp_path / "library.yaml"), "InfTool/weather-api-v0"]
    found = read_sources(both, ["multi_step"])
    assert [(one.name, one.categories) for one in found] == [("InfTool/weather-api-v0", ("multi_step",))]
    assert "library: left out" in caplog.text


def test_what_cannot_be_played_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="category 'simpel' is unknown"):
        read_sources(["InfTool/weather-api-v0"], ["simpel"])
    with pytest.raises(ConfigError, match="once more"):
        read_sources(["InfTool/weather-api-v0", "InfTool/weather-api-v0"])
    with pytest.raises(ConfigError, match="no environment is named"):
        read_sources([])
    with pytest.raises(RegistrationError, match="Did you mean"):
        read_sources(["InfTool/wether-api-v0"])
    with pytest.raises(SpecError):
        read_sources([str(tmp_path / "nowhere.yaml")])
