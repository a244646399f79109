"""What tools answered, in words; the rng always takes the first of its choices."""

import random
from typing import Any

import pytest

from agents.datasets.findings import (
    clause,
    clauses,
    join,
    new_key,
    page_of,
    spell_row,
    spell_value,
    tell_page,
)


class First(random.Random):
    """Chooses the first, and the fewest."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randint(self, a: int, b: int) -> int:
        return a


PETS = [
    {"id": 12, "name": "Bella"},
    {"id": 7, "name": "Rex"},
    {"id": 9, "name": "Mia"},
    {"id": 4, "name": "Tom"},
]


@pytest.mark.parametrize(
    ("answer", "level", "told"),
    [
        ([], 2, "I found no pets"),
        (PETS[:1], 2, "I found 1 pet: Bella (id 12)"),
        (PETS[:3], 2, "I found 3 pets: Bella (id 12), Rex (id 7) and Mia (id 9)"),
        (PETS, 2, "I found 4 pets, among them Bella (id 12), Rex (id 7) and Mia (id 9)"),
        (PETS, 0, "I found 4 pets; the first is Bella (id 12)"),
        ({"pets": PETS[:1], "total": 31}, 1, "I found 1 pet on this page, of 31 in all: Bella (id 12)"),
        ({"data": {"items": PETS[:1], "page": 1}}, 0, "I found 1 pet: Bella (id 12)"),
        (["Rome", "Oslo"], 2, "I found 2 pets: Rome and Oslo"),
        ([{"a": {"b": 1}}], 2, "I found 1 pet"),
    ],
)
def test_a_list_is_told_by_its_length_and_its_first_rows(answer: Any, level: int, told: str) -> None:
    page = page_of(answer)
    assert page is not None
    assert tell_page(page, (), "pets", level, First()) == told


@pytest.mark.parametrize("answer", [{"id": 1, "tags": []}, {"a": [1], "b": [2]}, {}, 7, None, "x"])
def test_an_answer_about_one_thing_lists_nothing(answer: Any) -> None:
    assert page_of(answer) is None


def test_a_row_is_called_by_its_name_and_known_values_are_not_told_again() -> None:
    row = {"id": 3, "city": "Rome", "full_name": "Ann Lee", "is_new": True, "stars": 4}
    assert spell_row(row, ["Rome"], level=2) == "Ann Lee (id 3, stars 4)"
    assert spell_row({"uuid": "x1", "remark": "good"}) == "remark good (uuid x1)"
    assert spell_row({"uuid": "x1"}) == "uuid x1"
    assert spell_row({"nothing": None}) == ""


def test_what_was_asked_for_is_told_first() -> None:
    answer = {"id": "f1", "airline": "Sun", "status": "late", "price": 3.5}
    assert clauses(answer, ["f1"], "get flight status", 1, First()) == [
        "the status is late",
        "the airline is Sun",
    ]
    assert clauses({"result": {"price": 3.5}}, [], "", 0, First()) == ["the price is 3.5"]
    assert clauses(21, [], "", 0, First()) == ["the answer is 21"]
    assert clauses({"ok": True, "sent": True}, [], "", 2, First()) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("distance_km", 1.5, "the distance is 1.5 km"),
        ("kilowatt_hours", 1.5, "the kilowatt hours are 1.5"),
        ("hours", 6, "the hours are 6"),
        ("isOpen", True, "it is open"),
        ("is_open", False, "it is not open"),
        ("has_breakfast", False, "it does not have breakfast"),
        ("private", False, "it is not marked as private"),
        ("status", "new", "the status is new"),
    ],
)
def test_fields_become_clauses(name: str, value: Any, told: str) -> None:
    assert clause(name, value) == told


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Is it?",
        "please tell me",
        "<tool_call>",
        "https://a.b",
        "x" * 61,
        "a\nb",
        None,
        {"a": 1},
        [],
        list("abcdef"),
    ],
)
def test_what_would_be_mistaken_or_is_too_long_is_not_said(value: Any) -> None:
    assert spell_value(value) == ""


def test_values_are_said_as_they_are() -> None:
    assert spell_value("Rome.") == "Rome"
    assert spell_value("hide the ivory") == '"hide the ivory"'
    assert spell_value(["a", 2]) == "a and 2"
    assert join([]) == ""
    assert join(["a", "b", "c"], "or") == "a, b or c"


def test_the_key_of_a_new_row_is_told_unless_the_call_held_it() -> None:
    assert new_key({"id": 4, "name": "x"}, ["x"]) == "id 4"
    assert new_key({"order": {"order_id": "o1"}}, []) == "order id o1"
    assert new_key({"id": 4}, [4]) == ""
    assert new_key([{"id": 4}], []) == ""
