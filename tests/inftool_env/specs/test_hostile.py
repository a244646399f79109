"""Documents made to cost more than they weigh: each ends soon, with a tool or with a reason."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.specs import document, load, refs, yaml_text
from inftool_env.specs.load import read_spec, read_tools

Save = Callable[..., Path]
LIMIT_S = 8.0
"""Each takes well under one second on a machine that does nothing else."""


@pytest.fixture(autouse=True)
def _in_time():
    began_s = time.perf_counter()
    yield
    assert time.perf_counter() - began_s < LIMIT_S


def api(schema: JsonValue, **schemas: JsonValue) -> JsonObject:
    """One operation that takes the schema as its body."""
    operation = {"operationId": "do", "requestBody": {"content": {"application/json": {"schema": schema}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hostile"},
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": schemas},
    }


def ref(number: int) -> JsonObject:
    return {"$ref": f"#/components/schemas/S{number}"}


def only_tool(path: Path) -> ToolSpec:
    (tool,) = read_tools(path).tools
    assert len(json.dumps(tool.parameters)) < 50_000
    return tool


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_references_that_fan_out_are_cut(save: Save, keyword: str) -> None:
    chain = {f"S{number}": {keyword: [ref(number + 1)] * 8} for number in range(14)}
    only_tool(save(api(ref(0), **chain, S14={"type": "object", "properties": {"a": {"type": "string"}}})))


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_schemas_that_all_refer_to_each_other_are_cut(save: Save, keyword: str) -> None:
    web = {f"S{one}": {keyword: [ref(other) for other in range(12) if other != one]} for one in range(12)}
    only_tool(save(api({"type": "object", "properties": {"a": ref(0)}}, **web)))


@pytest.mark.parametrize("keyword", ["", "items", "additionalProperties", "not"])
def test_a_chain_of_thousands_of_references_ends(save: Save, keyword: str) -> None:
    chain = {f"S{n}": {keyword: ref(n + 1)} if keyword else ref(n + 1) for n in range(3000)}
    only_tool(save(api({"type": "object", "properties": {"a": ref(0)}}, **chain, S3000={"type": "string"})))


@pytest.mark.parametrize(
    "pointer", ["#", "#/paths/~1things/post/requestBody/content/application~1json/schema"]
)
def test_a_reference_to_what_holds_it_ends(save: Save, pointer: str) -> None:
    only_tool(save(api({"type": "object", "properties": {"a": {"$ref": pointer}}})))


def test_files_that_refer_to_each_other_in_every_way_are_read_once_each(save: Save) -> None:
    for number in range(30):
        links = {f"p{other}": {"$ref": f"f{(number * 7 + other) % 30}.json#/S"} for other in range(20)}
        save({"S": {"type": "object", "properties": links}}, f"f{number}.json")
    only_tool(save(api({"$ref": "f0.json#/S"})))


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "a0: &a0 {k: 1}\n"
        + "".join(f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}\n" for n in range(1, 99)),
    ],
)
def test_aliases_of_aliases_are_counted_before_they_are_written_out(save: Save, text: str) -> None:
    with pytest.raises(SpecError, match="more than 5,000,000 values, aliases included"):
        read_tools(save(text + "openapi: 3.0.0\npaths: {}\n", "laughs.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 99_999, "[" * 99_999 + "]" * 99_999, '{"a":' * 99_999, "- " * 99_999, "{a: " * 99_999),
        *("".join(" " * depth + "a:\n" for depth in range(500)), '{"a": 1}\n{"a": ' + "[" * 9999 + "}"),
    ],
)
def test_nesting_is_bounded(save: Save, text: str) -> None:
    with pytest.raises(SpecError, match=r"nested more than 200|neither JSON nor YAML|no JSON"):
        read_tools(save(text))


def test_a_list_of_a_million_is_refused_and_its_place_is_told(save: Save) -> None:
    schema = {"type": "object", "properties": {"a": {"enum": list(range(1_000_000))}}}
    with pytest.raises(
        SpecError, match=r"schema.properties.a.enum holds 1,000,000 values; expected at most 100,000"
    ):
        read_tools(save(api(schema)))


def test_an_enumeration_too_long_for_any_prompt_allows_more(save: Save) -> None:
    values = [f"v{number}" for number in range(90_000)]
    assert (
        "enum"
        not in only_tool(save(api({"type": "object", "properties": {"a": {"enum": values}}}))).properties["a"]
    )


def test_millions_of_values_are_refused_before_they_are_made(save: Save) -> None:
    with pytest.raises(SpecError, match="more than 5,000,000 values"):
        read_tools(save("[" + "{}," * 6_000_000 + "{}]"))


def test_more_lines_of_json_than_bounded_are_refused(save: Save, monkeypatch) -> None:
    monkeypatch.setattr(document, "MAX_MEMBERS", 100)
    with pytest.raises(SpecError, match="holds 101 lines of JSON"):
        read_tools(save('{"name": "a", "description": "b"}\n' * 101))


def test_yaml_that_would_take_long_is_refused_with_a_way_out(save: Save, monkeypatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_EVENTS", 1000)
    with pytest.raises(SpecError, match=r"more than 1,000 keys and values. Save it as JSON"):
        read_tools(
            save("openapi: 3.0.0\npaths:\n" + "".join(f"  /a{n}: {{get: {{}}}}\n" for n in range(400)))
        )


def test_operations_parameters_and_schemas_of_a_whole_document_are_bounded(save: Save, monkeypatch) -> None:
    schema = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(10)}}
    operation = api(schema)["paths"]["/things"]["post"]
    path = save(
        {**api(schema), "paths": {f"/{n}": {"post": {**operation, "operationId": f"o{n}"}} for n in range(9)}}
    )
    assert len(read_tools(path).tools) == 9
    monkeypatch.setattr(load, "MAX_PARAMETERS", 25)
    reading = read_spec(path)
    assert len(reading.toolset.tools) == 3
    assert "operations before it have 30 parameters; expected at most 25" in reading.skipped[0].reason
    monkeypatch.setattr(load, "MAX_OPERATIONS", 8)
    with pytest.raises(SpecError, match="describes more than 8 operations"):
        read_tools(path)


def test_schemas_are_counted_over_the_whole_document() -> None:
    store = refs.DocumentStore(schemas_left=2)
    store.count_schema()
    store.count_schema()
    with pytest.raises(refs.BrokenPartError, match="more than 500,000 schemas"):
        store.count_schema()


def test_a_path_of_a_hundred_thousand_letters_is_skipped(save: Save) -> None:
    path = save({"openapi": "3.0.0", "paths": {"/a" * 50_000: {"get": {}}, "/{" * 9_999: {"get": {}}}})
    with pytest.raises(SpecError, match="path has 100,004 characters; expected at most 2,000") as caught:
        read_tools(path)
    assert len(str(caught.value)) < 2000


def test_thousands_of_equal_names_are_told_apart_in_time(save: Save) -> None:
    paths = {f"/a{number}": {"get": {"operationId": "same"}} for number in range(4000)}
    tools = read_tools(save({"openapi": "3.0.0", "paths": paths})).tools
    assert (tools[1].name, tools[-1].name) == ("same_2", "same_4000")


def test_thousands_of_broken_references_are_told_in_time(save: Save) -> None:
    missing = {f"p{number}": {"$ref": f"#/components/schemas/abcdefghij{number}x"} for number in range(2000)}
    known = {f"abcdefghij{number}": {} for number in range(5000)}
    with pytest.raises(SpecError, match="Did you mean"):
        read_tools(save(api({"type": "object", "properties": missing}, **known)))


def test_long_keys_and_texts_give_a_short_tool(save: Save) -> None:
    long = "aB_" * 1_000_000
    schema = {"type": "object", "properties": {long: {"description": "<b" * 1_000_000, "example": long}}}
    only_tool(save(api(schema)))


@pytest.mark.parametrize(
    "number",
    ["9" * 4000, "9" * 5000, "1e400", "-1e400", "1e308", "5e-324", "NaN", "Infinity", "-0", "0.1e-999"],
)
def test_numbers_of_every_size_are_borne(save: Save, number: str) -> None:
    keywords = (
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "multipleOf",
        "minLength",
        "maxItems",
        "default",
        "example",
    )
    schema = (
        "{" + ",".join(f'"{keyword}": {number}' for keyword in keywords) + f', "enum": [{number}, 1]' + "}"
    )
    text = json.dumps(api({"type": "object", "properties": {"a": "@"}})).replace('"@"', schema)
    json.dumps(only_tool(save(text)).parameters, allow_nan=False)


def test_a_tag_of_python_objects_is_only_text(save: Save, tmp_path: Path) -> None:
    text = f"openapi: 3.0.0\ninfo: {{title: !!python/object/apply:os.mkdir [{tmp_path}/made]}}\npaths: {{/a: {{get: {{}}}}}}\n"
    read_tools(save(text, "tags.yaml"))
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
def test_other_encodings_are_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "spec.json"
    path.write_bytes(json.dumps(api({})).encode(encoding))
    with pytest.raises(SpecError, match=r"is not UTF-8|neither JSON nor YAML"):
        read_tools(path)


def test_a_byte_order_mark_and_other_line_ends_are_borne(tmp_path: Path) -> None:
    for number, text in enumerate(
        (b"\xef\xbb\xbf" + json.dumps(api({})).encode(), b"openapi: 3.0.0\r\npaths:\r\n  /a: {get: {}}\r\n")
    ):
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(text)
        assert len(read_tools(path).tools) == 1


@pytest.mark.parametrize(
    "text", ['{"a": "\\ud800", "tools": []}', 'a: "\\ud800"', "a: \x00", "\x00", "{\x00}"]
)
def test_half_pairs_and_null_bytes_are_refused_with_a_reason(save: Save, text: str) -> None:
    with pytest.raises(SpecError, match=r"half of a surrogate pair|neither JSON nor YAML"):
        read_tools(save(text))


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "pipe.json", Path(os.devnull), Path("/dev/zero")):
        with pytest.raises(SpecError, match="is no regular file"):
            read_tools(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_file_without_permission_says_so(save: Save) -> None:
    path = save(api({}))
    path.chmod(0)
    with pytest.raises(SpecError, match="Check the path and its permissions"):
        read_tools(path)


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"^(a|aa)+$", r"(.*)*x", r"(?=a)b", r"(a)\1", r"(a{999}){999}"]
)
def test_a_pattern_that_could_stall_anybody_is_not_handed_on(save: Save, pattern: str) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": pattern}},
        "patternProperties": {pattern: {"type": "string"}},
    }
    assert pattern not in json.dumps(only_tool(save(api(schema))).parameters).replace("\\\\", "\\")
