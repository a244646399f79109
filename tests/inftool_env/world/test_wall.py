from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.scenario import Split
from inftool_env.world.wall import is_open, split_of


@pytest.mark.parametrize("value", [None, True, False, 0, 7, -999, 999, 0.5, 2.0, 25.0, [], {}])
def test_closed_values_have_no_side(value):
    assert split_of(value) is None


def test_one_open_value_in_four_is_for_evaluation():
    sides = Counter(split_of(f"word {number}") for number in range(4000))
    assert 0.22 < sides[Split.EVAL] / 4000 < 0.28


@given(st.text())
def test_the_side_of_a_text_ignores_letter_case(text):
    folded = text.casefold()
    assert split_of(folded) is split_of(text)


@given(st.integers(min_value=1000, max_value=2**50))
def test_a_whole_number_has_one_side_however_it_is_written(number):
    assert split_of(number) is split_of(float(number)) is not None


def test_sides_are_the_same_in_every_version():
    assert split_of("Kora") is Split.EVAL is not split_of("Oslo")
    assert [value for value in range(1000, 1020) if split_of(value) is Split.EVAL] == [1005, 1009]


def test_a_composite_has_a_side_only_when_its_leaves_agree():
    train = next(word for word in ("a", "b", "c", "d", "e", "f", "g") if split_of(word) is Split.TRAIN)
    evaluation = next(word for word in map(str, range(2000, 2100)) if split_of(word) is Split.EVAL)
    assert split_of({"x": train, "y": [train, 3]}) is Split.TRAIN
    assert split_of([train, evaluation]) is None


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "enum": ["a"]}, False),
        ({"type": "boolean"}, False),
        ({"type": "integer", "minimum": 1, "maximum": 20}, False),
        ({"type": "integer"}, True),
        ({"type": "number"}, True),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, True),
        ({"type": "array", "items": {"enum": [1, 2]}}, False),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, True),
        ({}, True),
    ],
)
def test_a_schema_is_open_when_its_values_can_be_kept_apart(schema, answer):
    assert is_open(schema) is answer
