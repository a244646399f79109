import pytest

from benchmarks.bfcl.possible import MOST_VALUES, right_values, written_out
from inftool_env.core.errors import SpecError
from inftool_env.core.scenario import Likeness

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


def test_a_text_may_be_any_of_the_values_in_any_spelling() -> None:
    right = right_values(["Rome", "Roma"], TEXT)
    assert (right.values, right.likeness, right.may_be_missing) == (("Rome", "Roma"), Likeness.LOOSE, False)


def test_an_empty_text_among_the_values_means_that_the_parameter_may_be_left_out() -> None:
    right = right_values(["", "Rome"], TEXT)
    assert right.may_be_missing
    assert right.values == ("Rome", ""), "and the empty text itself is right, but nobody writes it first"
    assert right_values([5, ""], WHOLE).values == (5,)
    assert right_values(["", ["a"]], {"type": "array", "items": TEXT}).values == (["a"], [])
    assert right_values([""], WHOLE).values == ()


def test_numbers_are_as_the_document_types_them() -> None:
    assert right_values([5], WHOLE).likeness is Likeness.EXACT
    assert right_values([5, 5.5], {"type": "float"}).likeness is Likeness.EXACT, "5 names a variable's type"
    assert right_values([5.0], {"type": "float"}).likeness is None
    assert right_values([[1.0]], {"type": "array", "items": {"type": "float"}}).likeness is Likeness.EXACT
    assert right_values([[1.0], ""], {"type": "array", "items": {"type": "float"}}).likeness is None


def test_a_value_of_another_type_counts_only_where_it_comes_first() -> None:
    assert right_values([None, "a"], TEXT).values == (None, "a")
    assert right_values([None, "a"], TEXT).likeness is Likeness.EXACT
    assert right_values(["a", None], TEXT).values == ("a",)
    assert right_values([True, 1], WHOLE).values == (True, 1)


def test_an_object_is_written_out_with_every_choice_of_its_members() -> None:
    possible = [{"name": ["Ann", "Anna"], "age": [30, ""]}]
    assert right_values(possible, {"type": "dict"}).values == (
        {"name": "Ann", "age": 30},
        {"name": "Ann"},
        {"name": "Anna", "age": 30},
        {"name": "Anna"},
    )
    listed = [[{"n": [1, 2]}, {"n": [3]}]]
    items = {"type": "array", "items": {"type": "dict"}}
    assert right_values(listed, items).values == ([{"n": 1}, {"n": 3}], [{"n": 2}, {"n": 3}])


def test_a_value_with_too_many_forms_is_refused_before_they_are_made() -> None:
    two = {f"m{number}": ["a", "b"] for number in range(60)}
    with pytest.raises(SpecError, match=f"at most {MOST_VALUES:,}"):
        written_out(two)
    with pytest.raises(SpecError, match="Leave the item out"):
        written_out([{"m": ["a", "b"]}] * 60)
