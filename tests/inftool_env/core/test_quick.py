"""The fast answer is the full validator's answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool_env.core.quick import compile_check
from inftool_env.core.schema import _KEYWORDS, _Validator

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, -2.0])
    | st.text("ab", max_size=3)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=5,
)
kinds = st.sampled_from(["string", "boolean", "null", "object", "array", "number", "integer"])


def schemas(inner: st.SearchStrategy) -> st.SearchStrategy:
    keywords = {
        "type": kinds | st.lists(kinds, min_size=1, max_size=2, unique=True),
        "enum": st.lists(scalars, min_size=1, max_size=3),
        "const": scalars,
        "minimum": st.integers(-2, 2),
        "maximum": st.integers(-2, 2),
        "exclusiveMinimum": st.integers(-2, 2),
        "exclusiveMaximum": st.integers(-2, 2),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "minItems": st.integers(0, 3),
        "maxItems": st.integers(0, 3),
        "pattern": st.sampled_from(["a", "^b+$", "^[ab]{2}"]),
        "items": inner,
        "required": st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
        "properties": st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
        "additionalProperties": inner,
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "format": st.just("date"),
        "description": st.just("words"),
    }
    return st.booleans() | st.lists(st.sampled_from(sorted(keywords)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({word: keywords[word] for word in chosen})
    )


@settings(max_examples=400, deadline=None)
@given(schema=st.recursive(st.just({}), schemas, max_leaves=6), value=values)
def test_the_fast_answer_is_the_full_one(schema, value):
    check = compile_check(schema, _KEYWORDS)
    if check is not None:
        assert check(value) == _Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {}},
        {"oneOf": [{}]},
        {"$ref": "#/$defs/a"},
        {"items": {"multipleOf": 2}},
        {"enum": [1, "a"]},
        5,
    ],
)
def test_what_is_not_compiled_is_left_to_the_full_validator(schema):
    assert compile_check(schema, _KEYWORDS) is None


def test_most_of_what_schemas_say_is_compiled():
    schema = {
        "type": "object",
        "properties": {
            "day": {"type": "string", "format": "date"},
            "count": {"type": "integer", "minimum": 1},
        },
        "required": ["day"],
        "additionalProperties": False,
    }
    check = compile_check(schema, _KEYWORDS)
    assert check is not None
    wanted = [
        ({"day": "x"}, True),
        ({}, False),
        ({"day": "x", "count": 0}, False),
        ({"day": "x", "no": 1}, False),
    ]
    assert [(value, check(value)) for value, _ in wanted] == wanted
