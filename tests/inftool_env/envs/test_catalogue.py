"""What every API document of the catalogue keeps to."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from inftool_env.core.tool import Effect
from inftool_env.specs.load import read_spec
from inftool_env.specs.reading import SpecReading
from inftool_env.world.entities import Action, entity_map

CATALOGUE = Path(str(resources.files("inftool_env.envs"))) / "catalogue"
DOCUMENTS = sorted(CATALOGUE.glob("*.yaml"))
METHODS = ("get", "put", "post", "delete", "patch")

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


@cache
def read(path: Path) -> SpecReading:
    return read_spec(path)


@cache
def operations(path: Path) -> list[dict[str, Any]]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [item[method] for item in document["paths"].values() for method in METHODS if method in item]


def test_catalogue_holds_at_least_eight_documents() -> None:
    assert len(DOCUMENTS) >= 8


@each_document
def test_document_is_read_without_loss(path: Path) -> None:
    reading = read(path)
    assert not reading.skipped
    assert not reading.warnings
    assert len(reading.toolset.tools) == reading.operations == len(operations(path))


@each_document
def test_slug_is_the_file_name(path: Path) -> None:
    assert read(path).toolset.name == f"{path.stem}-api"


@each_document
def test_document_has_eight_to_twenty_operations(path: Path) -> None:
    assert 8 <= len(operations(path)) <= 20


@each_document
def test_every_tool_says_what_it_returns(path: Path) -> None:
    assert all(tool.returns for tool in read(path).toolset.tools)


@each_document
def test_document_reads_creates_updates_and_deletes(path: Path) -> None:
    assert {tool.effect for tool in read(path).toolset.tools} == set(Effect)


@each_document
def test_summaries_are_short_phrases_of_their_own(path: Path) -> None:
    summaries = [operation["summary"] for operation in operations(path)]
    assert all(4 <= len(summary.split()) <= 10 for summary in summaries)
    assert len({summary.lower() for summary in summaries}) == len(summaries)


@each_document
def test_no_tool_needs_more_than_four_arguments(path: Path) -> None:
    assert all(len(tool.required) <= 4 for tool in read(path).toolset.tools)


@each_document
def test_every_tool_that_changes_the_world_changes_a_table(path: Path) -> None:
    toolset = read(path).toolset
    actions = {tool.name: entity_map(toolset).binding(tool.name).action for tool in toolset.tools}
    changing = {tool.name: tool.effect.value for tool in toolset.tools if tool.effect is not Effect.READ}
    assert {name: actions[name].value for name in changing} == changing


@each_document
def test_one_row_is_always_found_by_its_id(path: Path) -> None:
    toolset = read(path).toolset
    bindings = [entity_map(toolset).binding(tool.name) for tool in toolset.tools]
    named = [one for one in bindings if one.action in (Action.GET, Action.UPDATE, Action.DELETE)]
    assert named
    assert {one.key_column for one in named} == {"id"}


def test_operation_ids_are_snake_case_and_unique_in_the_catalogue() -> None:
    ids = [operation["operationId"] for path in DOCUMENTS for operation in operations(path)]
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in ids)
    assert len(set(ids)) == len(ids)
