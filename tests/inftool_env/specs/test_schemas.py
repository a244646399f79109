import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inftool_env.core.schema import canonical
from inftool_env.specs.refs import Source
from inftool_env.specs.schemas import MAX_REQUEST_NODES, Direction, SchemaReader


def clean(schema, direction=Direction.REQUEST, **document):
    source = Source(value={"at": schema, **document})
    return SchemaReader().read(source.node().child("at"), direction)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a"], "x-nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "integer", "maximum": 9, "exclusiveMaximum": False}, {"type": "integer", "maximum": 9}),
        ({"type": "integer", "minimum": "1", "default": "5"}, {"type": "integer", "minimum": 1, "default": 5}),
        ({"type": "boolean", "default": "false"}, {"type": "boolean", "default": False}),
        ({"type": "integer", "default": "many"}, {"type": "integer"}),
        ({"type": "string", "enum": [1, True]}, {"type": "string", "enum": ["1", "true"]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "file"}, {"type": "string"}),
        ({"type": "dict"}, {"type": "object"}),
        ({"type": "any"}, {}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"items": [{"type": "string"}, {"type": "null"}, None]}, {"type": "array", "items": {"type": ["string", "null"]}}),
        ({"type": "string", "format": "date", "xml": {}, "title": "T"}, {"type": "string", "format": "date"}),
        ({"type": "integer", "example": "7"}, {"type": "integer", "examples": [7]}),
        ({"type": "string", "examples": ["string", "Oslo", "Rome", "Bonn"]}, {"type": "string", "examples": ["Oslo", "Rome"]}),
        ({"type": "integer", "maximum": 5, "example": 7, "default": 5}, {"type": "integer", "maximum": 5, "default": 5}),
        ({"enum": ["a", "b"], "example": "a"}, {"enum": ["a", "b"]}),
        ({"properties": {"n": {}, "s": {}}, "example": {"n": 7}}, {"type": "object", "properties": {"n": {"examples": [7]}, "s": {}}}),
        ({"type": "integer", "enum": list(range(2000))}, {"type": "integer"}),
        ({"type": "string", "pattern": "(a+)+$"}, {"type": "string"}),
        ({"type": "string", "minLength": 5, "maxLength": 2}, {"type": "string"}),
        ({"type": "object", "required": ""}, {"type": "object"}),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"type": "object", "additionalProperties": {"type": "string"}}),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a", "b"]}),
        ({"anyOf": [{"type": "string"}, {}]}, {}),
        (True, {}),
    ],
)  # fmt: skip
def test_a_schema_is_mended(raw, expected) -> None:
    assert clean(raw).schema == expected


def test_properties_that_do_not_travel_are_left_out() -> None:
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"readOnly": True}, "name": {}, "secret": {"$ref": "#/secret"}},
    }
    secret = {"type": "string", "writeOnly": True}
    assert clean(schema, secret=secret).schema["properties"].keys() == {"name", "secret"}
    assert clean(schema, secret=secret).schema["required"] == ["name"]
    assert clean(schema, Direction.RESPONSE, secret=secret).schema["properties"].keys() == {"id", "name"}


def test_all_of_becomes_one_object() -> None:
    base = {"type": "object", "properties": {"id": {"type": "number"}}, "additionalProperties": False}
    schema = {
        "description": "A cat.",
        "allOf": [
            {"$ref": "#/base"},
            {
                "required": ["id", "lives"],
                "properties": {"lives": {"type": "integer"}, "id": {"type": "integer"}},
            },
        ],
    }
    assert clean(schema, base=base).schema == {
        "description": "A cat.",
        "type": "object",
        "properties": {"id": {"type": "integer"}, "lives": {"type": "integer"}},
        "required": ["id", "lives"],
    }


def test_recursion_is_cut_into_a_valid_schema() -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/tree"}}}}
    schema = clean({"$ref": "#/tree"}, tree=tree).schema
    assert schema["properties"]["children"] == {"type": "array", "items": {"type": "object"}}


def test_a_schema_too_large_is_cut_below_its_first_levels() -> None:
    leaf = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(40)}}
    schema = {"type": "object", "properties": {f"q{n}": leaf for n in range(40)}}
    found = clean(schema).schema
    assert found["properties"] == {f"q{n}": {"type": "object"} for n in range(40)}
    assert canonical(found).count("type") < MAX_REQUEST_NODES


def test_a_request_cut_short_still_names_what_it_must_hold() -> None:
    text = {"type": "string"}
    leaf = {"properties": {"key": text, **{f"p{n}": text for n in range(40)}}, "required": ["key"]}
    schema = {"type": "object", "properties": {f"q{n}": leaf for n in range(40)}}
    short = {"type": "object", "properties": {"key": text}, "required": ["key"]}
    assert clean(schema).schema["properties"] == {f"q{n}": short for n in range(40)}


def test_alternatives_too_many_to_list_become_one_object() -> None:
    options = [{"properties": {"kind": {"const": n}, f"p{n}": {}}, "required": ["kind"]} for n in range(60)]
    found = clean({"oneOf": options}).schema
    assert found["properties"]["kind"] == {"enum": list(range(60))}
    assert found["required"] == ["kind"]


def test_schemas_that_multiply_with_every_reference_are_read_in_bounded_time() -> None:
    schemas = {f"s{n}": {"allOf": [{"$ref": f"#/s{n + 1}"}] * 9} for n in range(20)}
    assert clean({"$ref": "#/s0"}, **schemas, s20={"type": "string"}).schema["type"] == "string"


def test_a_schema_met_again_is_cut_where_it_would_turn_in_a_circle_and_only_there() -> None:
    node = {"type": "object", "properties": {"leaf": {"$ref": "#/leaf"}}}
    leaf = {"type": "object", "properties": {"node": {"$ref": "#/node"}, "n": {"type": "integer"}}}
    both = {"type": "object", "properties": {"a": {"$ref": "#/node"}, "b": {"$ref": "#/leaf"}}}
    found = clean(both, node=node, leaf=leaf).schema["properties"]
    cut = {"type": "object"}
    assert found["a"]["properties"]["leaf"]["properties"] == {"node": cut, "n": {"type": "integer"}}
    assert found["b"]["properties"]["node"]["properties"] == {"leaf": cut}


def test_what_is_broken_is_told_of_every_schema_that_refers_to_it() -> None:
    document = {
        "one": {"items": {"$ref": "#/bad"}},
        "two": {"items": {"$ref": "#/bad"}},
        "bad": {"type": "intger"},
    }
    root, reader = Source(value=document).node(), SchemaReader()
    for name in ("one", "two"):
        (broken,) = reader.read(root.child(name), Direction.RESPONSE).broken
        assert broken.startswith("bad: schema type is 'intger'")


def test_references_nested_without_end_are_cut() -> None:
    schemas = {f"s{n}": {"allOf": [{"$ref": f"#/s{n + 1}"}]} for n in range(2000)}
    assert clean({"$ref": "#/s0"}, **schemas).schema == {}


def test_a_property_may_be_named_ref() -> None:
    schema = {"type": "object", "properties": {"$ref": {"type": "string"}}}
    assert clean(schema).schema == schema


def test_text_beside_a_reference_wins() -> None:
    schema = clean(
        {"$ref": "#/a", "description": "Mine."}, a={"type": "string", "description": "Its."}
    ).schema
    assert schema == {"type": "string", "description": "Mine."}


def test_a_misspelled_type_is_told_with_the_one_that_was_meant() -> None:
    (broken,) = clean({"type": "object", "properties": {"n": {"type": "intger"}}}).broken
    assert broken == (
        "at.properties.n: schema type is 'intger'; expected one of string, number, integer, boolean, "
        "array, object, null. Did you mean 'integer'?"
    )


def test_references_in_a_circle_allow_anything() -> None:
    assert clean({"$ref": "#/a"}, a={"$ref": "#/b"}, b={"$ref": "#/a"}).schema == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
keywords = st.sampled_from(
    [
        "type",
        "enum",
        "const",
        "default",
        "minimum",
        "exclusiveMinimum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "prefixItems",
        "allOf",
        "oneOf",
        "anyOf",
        "nullable",
        "description",
        "uniqueItems",
        "$ref",
    ]
)
types = st.sampled_from(["string", "integer", "object", "array", "null", "intger", 5])
schemas = st.recursive(
    st.dictionaries(keywords, json_values | types, max_size=4),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": types | st.lists(types, max_size=2),
            "properties": st.dictionaries(st.text(max_size=3), inner, max_size=3),
            "items": inner | st.lists(inner, max_size=2),
            "allOf": st.lists(inner, max_size=3),
            "anyOf": st.lists(inner, max_size=3),
            "required": json_values,
            "default": json_values,
        },
    ),
    max_leaves=4,
)


@settings(max_examples=60)
@given(schemas)
def test_whatever_comes_in_a_valid_schema_comes_out(schema) -> None:
    Draft202012Validator.check_schema(clean(schema).schema)
