from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inftool_env.core.schema import JsonObject
from inftool_env.validation.document import STAGES, validate
from inftool_env.validation.promises import PROMISES, shortfalls, tally_of

Save = Callable[..., Path]


def test_a_good_document_holds_every_promise(save: Save, library: JsonObject) -> None:
    finding = validate(str(save(library)), seeds=2)
    assert shortfalls(finding) == ()
    assert (finding.format, finding.operations, len(finding.tools)) == ("OpenAPI 3.1.0", 5, 5)
    for promise in PROMISES:
        assert tally_of(finding, promise).is_whole, promise.name
    assert finding.calls_in("simple") == 5
    assert finding.calls_in("multi_step") > 0
    assert finding.calls_in("irrelevance") == 5
    assert tuple(finding.seconds) == STAGES
    assert 0 < finding.read_peak_bytes <= finding.peak_bytes


def test_the_same_document_gives_the_same_episodes(save: Save, library: JsonObject) -> None:
    first, second = (validate(str(save(library)), seeds=1).environments[0] for _ in range(2))
    assert first.digest == second.digest != ""
    assert replace(first, open_s=0) == replace(second, open_s=0)


def test_what_is_too_much_to_tell_is_named_with_its_size(
    save: Save, library: JsonObject, too_much: JsonObject
) -> None:
    library["paths"]["/forms"] = {"post": too_much}
    finding = validate(str(save(library)), seeds=1)
    (tool,) = [tool for tool in finding.tools if tool.obstacle]
    assert tool.tool == "fill_the_form"
    assert "takes 40 values or more" in tool.obstacle
    assert (finding.solvable.good, finding.solvable.tried) == (5, 6)
    assert [text for text in shortfalls(finding) if "5 of 6 tools are called by a solvable scenario" in text]


def test_a_skipped_operation_breaks_a_promise_of_a_small_document(save: Save, library: JsonObject) -> None:
    misspelt = {"name": "days", "in": "query", "schema": {"type": "intger"}}
    library["paths"]["/quote"]["get"]["parameters"] = [misspelt]
    finding = validate(str(save(library)), seeds=1)
    assert (finding.read.good, finding.read.tried) == (4, 5)
    assert "4 of 5 operations became tools" in shortfalls(finding)[0]
    assert "/quote" in shortfalls(finding)[0]


def test_a_document_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    finding = validate(str(tmp_path / "nothing.yaml"))
    assert "nothing.yaml" in finding.error
    assert shortfalls(finding) == (finding.error,)
    assert finding.is_entry


def test_a_part_of_a_document_is_no_entry(save: Save) -> None:
    finding = validate(str(save({"type": "object", "properties": {"id": {"type": "string"}}})))
    assert not finding.is_entry


def test_a_registered_environment_is_looked_at_by_its_id() -> None:
    finding = validate("InfTool/bank-api-v0", seeds=1)
    assert shortfalls(finding) == ()
    assert finding.environments[0].name == "InfTool/bank-api-v0"


def test_an_unknown_id_is_a_finding() -> None:
    assert "not registered" in validate("InfTool/no-such-api-v0").error


@pytest.mark.parametrize("name", [promise.name for promise in PROMISES])
def test_every_promise_counts_something_of_a_finding(name: str, save: Save, library: JsonObject) -> None:
    finding = validate(str(save(library)), seeds=1)
    assert getattr(finding, name).tried > 0
