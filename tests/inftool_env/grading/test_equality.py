from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.tool import ToolSpec
from inftool_env.grading.equality import same_argument, same_value


def tool(**properties: Any) -> ToolSpec:
    parameters = {
        "type": "object",
        "properties": properties,
        "$defs": {"day": {"type": "string", "format": "date"}},
    }
    return ToolSpec(name="f", description="F.", parameters=parameters)


def same(one: object, other: object, **schema: Any) -> bool:
    x = tool(x=schema)
    assert same_argument(x, "x", one, other) == same_argument(x, "x", other, one), "sameness has no direction"
    return same_argument(x, "x", one, other)


FORMATS = [
    ("date-time", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00+01:00", "2026-11-24T10:00:01Z"),
    ("date-time", "2026-11-24T10:00:00.000z", "2026-11-24 10:00:00+00:00", "2026-11-24T10:00:00"),
    ("date", "2026-11-24", "20261124", "2026-11-25"),
    ("time", "10:00", "10:00:00", "10:01"),
    ("time", "10:00Z", "10:00:00+00:00", "10:00+01:00"),
    ("uuid", "A" * 8 + "-1111-4111-8111-" + "b" * 12, "a" * 8 + "-1111-4111-8111-" + "B" * 12, "x"),
    ("ipv6", "::1", "0:0:0:0:0:0:0:1", "::2"),
    ("ipv4", "10.0.0.1", " 10.0.0.1 ", "10.0.0.2"),
    ("hostname", "Example.org", "example.ORG", "example.com"),
    ("email", "ann@Example.org", "ann@example.org", "Ann@example.org"),
    ("uri", "HTTPS://Example.org", "https://example.org/", "https://example.org/A"),
    ("uri", "https://x.org/a?b#c", "https://X.org/a?b#c", "https://x.org/a?B#c"),
]


@pytest.mark.parametrize(("form", "value", "alike", "other"), FORMATS)
def test_a_format_says_which_spellings_mean_the_same(form: str, value: str, alike: str, other: str) -> None:
    assert same(value, alike, type="string", format=form)
    assert not same(value, other, type="string", format=form)
    if value != alike.strip():
        assert not same(value, alike, type="string")
        assert not same(value, alike, type="string", format="nickname")


@pytest.mark.parametrize("form", sorted({form for form, *_ in FORMATS} - {"hostname"}))
def test_texts_that_are_none_of_their_format_are_the_same_only_when_equal(form: str) -> None:
    assert not same("soon", "later", type="string", format=form)
    assert not same("soon", "SOON", type="string", format=form)
    assert same("soon", "soon", type="string", format=form)


def test_an_address_without_a_host_is_read_as_it_stands() -> None:
    assert not same("URN:a", "urn:a", type="string", format="uri")
    assert not same("//X.org", "//x.org", type="string", format="uri")


def test_case_does_not_matter_where_the_choices_hold_both() -> None:
    assert same("asc", "ASC", enum=["asc", "ASC", "desc"])
    assert not same("asc", "ASC", enum=["asc", "desc"])
    assert not same("asc", "desc", enum=["asc", "ASC", "desc"])


def test_a_number_in_words_of_digits_is_that_number_where_the_schema_takes_both() -> None:
    assert same("5", 5, type=["integer", "string"])
    assert same(5.0, "5", type=["string", "number"])
    assert not same("5", 5, type="integer")
    assert not same("5", 5)
    assert not same("five", 5, type=["integer", "string"])
    assert not same("6", 5, type=["integer", "string"])
    assert not same("1", True, type=["boolean", "string"])
    assert not same(None, 5, type=["integer", "string"])


def test_the_order_of_a_list_matters_unless_it_is_a_set() -> None:
    assert same(["a", "b", "b"], ["b", "a", "b"], type="array", uniqueItems=True)
    assert not same(["a", "b", "b"], ["b", "a", "a"], type="array", uniqueItems=True)
    assert not same(["a", "b"], ["b", "a"], type="array")
    assert not same(["a", "b"], ["b", "a"], type="array", uniqueItems=False)
    assert not same(["a"], ["a", "a"], type="array", uniqueItems=True)
    assert same_argument(tool(Tags={"type": "array"}), "Tags", [1, 2], [2, 1])
    assert not same_argument(tool(rows={"type": "array"}), "rows", [1, 2], [2, 1])


def test_what_lies_in_lists_objects_references_and_branches_is_read_by_its_own_schema() -> None:
    day = {"$ref": "#/$defs/day"}
    assert same(["20261124"], ["2026-11-24"], type="array", items=day)
    assert same({"on": "20261124"}, {"on": "2026-11-24"}, type="object", properties={"on": day})
    assert same("20261124", "2026-11-24", anyOf=[{"type": "null"}, day])
    assert same("20261124", "2026-11-24", oneOf=[{"type": "integer"}, day])
    assert same("20261124", "2026-11-24", allOf=[{"type": "string"}, day])
    assert not same({"on": "20261124"}, {"on": "2026-11-25"}, type="object", properties={"on": day})
    assert same(
        [{"on": "20261124"}, 1],
        [1, {"on": "2026-11-24"}],
        uniqueItems=True,
        items={"properties": {"on": day}},
    )


def test_a_member_left_out_is_its_default() -> None:
    schema = {"type": "object", "properties": {"unit": {"default": "km"}, "far": {}}}
    assert same({"far": 1}, {"far": 1, "unit": "km"}, **schema)
    assert not same({"far": 1}, {"far": 1, "unit": "mile"}, **schema)
    assert not same({"far": 1}, {"far": 1, "near": None}, **schema)
    assert not same({}, {"far": None}, **schema)
    assert same({}, {"note": None}, type="object", properties={"note": {"default": None}})


def test_unlike_kinds_are_never_the_same() -> None:
    kinds: list[object] = [None, True, 1.5, "x", ["x"], {"x": 1}]
    for at, one in enumerate(kinds):
        for other in kinds[at + 1 :]:
            assert not same(one, other)
            assert not same(one, other, type=["string", "number", "array", "object"], uniqueItems=True)


def test_a_schema_that_never_ends_is_followed_only_so_far() -> None:
    root = {
        "type": "object",
        "properties": {"x": {"$ref": "#/properties/x"}, "y": {"anyOf": [{"$ref": "#/properties/y"}]}},
    }
    endless = ToolSpec(name="f", description="F.", parameters=root)
    assert not same_argument(endless, "x", "a", "b")
    assert not same_argument(endless, "y", "a", "b")
    deep: Any = "a"
    for _ in range(50):
        deep = [deep]
    assert same_argument(endless, "y", deep, deep)


NESTS = {
    "lists": (lambda inner: [inner], {"items": {"$ref": "#/properties/x"}}),
    "sets": (lambda inner: [inner], {"uniqueItems": True, "items": {"$ref": "#/properties/x"}}),
    "objects": (lambda inner: {"x": inner}, {"properties": {"x": {"$ref": "#/properties/x"}}}),
}


@pytest.mark.parametrize("kind", NESTS)
def test_a_schema_is_read_32_containers_deep_and_no_deeper(kind: str) -> None:
    wrap, schema = NESTS[kind]
    nest = tool(x={**schema, "format": "date"})
    one, other = "20261124", "2026-11-24"
    for _ in range(32):
        one, other = wrap(one), wrap(other)
    assert same_argument(nest, "x", one, other)
    assert same_argument(nest, "x", wrap(one), wrap(one))
    assert not same_argument(nest, "x", wrap(one), wrap(other))


def test_the_last_of_many_branches_in_branches_is_read() -> None:
    schema: dict[str, Any] = {"format": "date"}
    for _ in range(32):
        schema = {"anyOf": [schema]}
    assert same("20261124", "2026-11-24", **schema)
    assert not same("20261124", "2026-11-24", anyOf=[schema])


def test_parts_that_schemas_lead_to_in_many_ways_are_compared_once() -> None:
    # Every level has two ways to the next one: all of them together would take days.
    branches = {"anyOf": [{"$ref": "#/properties/x"}, {"$ref": "#/properties/x"}]}
    assert not same_argument(tool(x=branches), "x", "a", "b")
    sets = tool(x={"uniqueItems": True, "items": {"$ref": "#/properties/x"}})
    one: Any = "a"
    other: Any = "b"
    for _ in range(31):
        one, other = [one, 1, 2], [other, 2, 1]
    assert not same_argument(sets, "x", one, other)


def test_members_of_a_set_in_another_order_are_found_however_deep() -> None:
    sets = tool(x={"uniqueItems": True, "format": "date", "items": {"$ref": "#/properties/x"}})
    one: Any = "20261124"
    other: Any = "2026-11-24"
    for _ in range(20):
        one, other = [one, 1, 2], [2, 1, other]
    assert same_argument(sets, "x", one, other)


def test_properties_that_are_no_object_declare_nothing() -> None:
    assert not same({"a": "x"}, {"a": "y"}, properties=["a"])
    assert not same({"a": "x"}, {}, properties=None)


def test_a_parameter_that_the_tool_does_not_declare_is_compared_as_json() -> None:
    assert same_argument(tool(), "x", 1, 1.0)
    assert not same_argument(tool(), "x", "A", "a")


def test_lists_and_objects_are_the_same_only_when_all_of_them_is() -> None:
    assert same_value([1, {"a": 2}], [1.0, {"a": 2.0}])
    assert same_value([" a "], ["a"])
    assert not same_value([True], [1])
    assert same_value({"a": " x "}, {"a": "x"})
    assert not same_value({"a": True}, {"a": 1})
    assert not same_value([1, 2], [1, 3])
    assert not same_value([1], [1, 2])
    assert not same_value({"a": 1, "b": 2}, {"a": 1, "b": 3})
    assert not same_value({"a": 1}, {"b": 1})
    day = {"type": "string", "format": "date"}
    assert not same(["20261124", "x"], ["2026-11-24", "y"], type="array", items=day)
    assert not same({"on": "20261124", "to": 1}, {"on": "2026-11-24", "to": 2}, properties={"on": day})
    assert not same({"to": 1, "on": "20261124"}, {"to": 2, "on": "2026-11-24"}, properties={"on": day})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SCHEMAS = st.sampled_from(
    [
        {},
        {"uniqueItems": True},
        {"type": ["string", "integer"]},
        {"format": "date"},
        {"anyOf": [{}, {"format": "uri"}]},
    ]
)


@given(JSON, JSON, SCHEMAS)
def test_sameness_is_reflexive_and_symmetric_and_wider_than_that_of_json(
    one: object, other: object, schema: dict
) -> None:
    x = tool(x=schema)
    assert same_argument(x, "x", one, one)
    assert same_argument(x, "x", one, other) == same_argument(x, "x", other, one)
    if same_value(one, other):
        assert same_argument(x, "x", one, other)
