import functools
import random
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inftool_env.core.scenario import Split
from inftool_env.core.schema import canonical
from inftool_env.world.values import draw_value, split_of

NAMES = st.sampled_from(["city", "name", "order_id", "price", "start_date", "note", "x", "userEmail", "days"])
FORMATS = ["date", "date-time", "email", "uuid", "ipv4", "uri", "time", "hostname"]
PATTERNS = [
    r"^[A-Z]{3}-\d{4}$",
    r"^\+?\d{7,12}$",
    r"^(cat|dog)_[a-z0-9]{4}$",
    r"^[^\s@]{5,9}$",
    r"v\d+\.\d+\.\d+",
]


def bounds(low: int, high: int, least: str, most: str):
    pair = st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted)
    return pair.map(lambda ends: {least: ends[0], most: ends[1]})


STRINGS = st.one_of(
    st.just({"type": "string"}),
    st.sampled_from(FORMATS).map(lambda kind: {"type": "string", "format": kind}),
    st.sampled_from(PATTERNS).map(lambda pattern: {"type": "string", "pattern": pattern}),
    bounds(5, 40, "minLength", "maxLength").map(lambda limits: {"type": "string", **limits}),
)
CLOSED = st.one_of(
    st.lists(st.text(max_size=5), min_size=1).map(lambda choices: {"type": "string", "enum": choices}),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": "fixed"}]),
)
NUMBERS = st.one_of(
    st.tuples(st.sampled_from(["integer", "number"]), bounds(-5000, 5000, "minimum", "maximum")).map(
        lambda parts: {"type": parts[0], **parts[1]}
    ),
    st.integers(2, 60).map(lambda step: {"type": "integer", "multipleOf": step}),
    st.just({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    st.just({"type": ["null", "integer"], "exclusiveMinimum": 10}),
)


def deeper(inner):
    fields = st.dictionaries(st.sampled_from(["id", "title", "when", "tags", "total"]), inner, max_size=4)
    objects = fields.flatmap(
        lambda parts: st.sets(st.sampled_from([*parts, "extra"])).map(
            lambda required: {"type": "object", "properties": parts, "required": sorted(required)}
        )
    )
    arrays = st.tuples(inner, st.integers(0, 4)).map(
        lambda parts: {"type": "array", "items": parts[0], "minItems": parts[1]}
    )
    unions = st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
    merged = st.tuples(objects, objects).map(lambda parts: {"allOf": list(parts)})
    return st.one_of(objects, arrays, unions, merged)


SCHEMAS = st.recursive(st.one_of(STRINGS, CLOSED, NUMBERS), deeper, max_leaves=8)


def overlaps(schema: dict) -> bool:
    """Whether two parts of an ``allOf`` speak of one property, which may ask for the impossible."""
    return "allOf" in str(schema)


@settings(max_examples=120, deadline=None)
@given(SCHEMAS, NAMES, st.sampled_from(list(Split)), st.integers(0, 9), st.booleans())
def test_every_value_obeys_its_schema(schema, name, split, seed, sparse):
    value = draw_value(schema, name, random.Random(seed), split, sparse=sparse)
    if not overlaps(schema):
        checker = Draft202012Validator.FORMAT_CHECKER
        Draft202012Validator(schema, format_checker=checker).validate(value)


@settings(max_examples=40, deadline=None)
@given(SCHEMAS, NAMES, st.sampled_from(list(Split)), st.integers(0, 9))
def test_equal_seeds_give_equal_values(schema, name, split, seed):
    first, again = (draw_value(schema, name, random.Random(seed), split) for _ in range(2))
    assert first == again


@settings(deadline=None)
@given(STRINGS, NAMES, st.sampled_from(list(Split)), st.integers(0, 9))
def test_an_open_string_lies_on_the_asked_side(schema, name, split, seed):
    assert split_of(draw_value(schema, name, random.Random(seed), split)) is split


@pytest.mark.parametrize("name", ["city", "name", "title", "note", "currency", "country", "start_date", "q"])
def test_training_never_draws_a_text_of_evaluation(name):
    rng = random.Random(0)
    train, evaluation = (
        {draw_value({"type": "string"}, name, rng, split) for _ in range(400)} for split in Split
    )
    assert not train & evaluation


def test_open_names_are_practically_endless():
    rng = random.Random(0)
    cities = [draw_value({"type": "string"}, "city", rng, Split.TRAIN) for _ in range(1000)]
    assert len(set(cities)) > 600
    assert max(len(city.split()) for city in cities) <= 2


def test_names_say_what_a_string_looks_like():
    rng = random.Random(1)
    names = ("departureDate", "contact_email", "order_id", "customer_name", "homepage")
    draw = {name: draw_value({"type": "string"}, name, rng, Split.TRAIN) for name in names}
    assert date.fromisoformat(draw["departureDate"])
    assert "@" in draw["contact_email"]
    assert draw["order_id"].startswith("ord_")
    assert len(draw["customer_name"].split()) == 2
    assert draw["homepage"].startswith("https://")


def test_local_references_and_recursion_are_followed():
    tree = {
        "$defs": {
            "node": {
                "type": "object",
                "required": ["label", "children"],
                "properties": {
                    "label": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
            }
        },
        "$ref": "#/$defs/node",
    }
    value = draw_value(tree, "tree", random.Random(0), Split.TRAIN)
    assert isinstance(value["label"], str)
    part = draw_value({"$ref": "#/$defs/node"}, "tree", random.Random(0), Split.TRAIN, root=tree)
    assert part == value


def test_a_sparse_object_has_only_what_it_must_have():
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}},
    }
    rng = random.Random(0)
    assert all(draw_value(schema, "x", rng, Split.TRAIN, sparse=True).keys() == {"a"} for _ in range(20))


def test_a_simple_string_is_drawn_in_microseconds():
    rng = random.Random(0)
    start = time.process_time()
    for _ in range(2000):
        draw_value({"type": "string"}, "city", rng, Split.TRAIN)
    assert (time.process_time() - start) / 2000 < 100e-6  # 5-10 on an idle machine


def test_a_number_never_equals_an_exclusive_bound_of_zero() -> None:
    schema = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.003}
    drawn = {draw_value(schema, "share", random.Random(seed), Split.EVAL) for seed in range(60)}
    assert min(drawn) > 0


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9, "items": {"type": "string"}},
        {"type": "array", "minItems": 10**15, "uniqueItems": True, "items": {"type": "boolean"}},
        {"type": "object", "minProperties": 10**9, "additionalProperties": {"type": "string"}},
        {"type": "string", "minLength": 10**14},
        functools.reduce(
            lambda inner, _: {"type": "array", "minItems": 300, "items": inner}, range(4), {"type": "null"}
        ),
    ],
    ids=["items", "unique items", "members", "letters", "items of items"],
)
def test_a_schema_that_asks_for_too_much_gets_less(schema):
    assert len(canonical(draw_value(schema, "notes", random.Random(0), Split.TRAIN))) < 200_000


def test_parts_that_name_themselves_come_to_an_end() -> None:
    root = {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]}}}
    value = draw_value({"$ref": "#/$defs/a"}, "title", random.Random(0), Split.TRAIN, root=root)
    assert isinstance(value, str)
