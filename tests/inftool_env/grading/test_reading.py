import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.grading.reading import (
    Day,
    clocks_in,
    days_in,
    has_relative_day,
    numbers_in,
    plain,
    shown_numbers,
    tokens_of,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3-5 of v1.2.3", {3, 5}),
        ("1,200.50 and 12,34", {1200.5, 12, 34}),
        ("1e3 or −4", {1000, -4}),
        ("seventy-two; five hundred", {70, 2, 72, 5, 500}),
        ("three. four", {3, 4}),
        ("one hundred and one thousand and six", {1, 101006, 6}),
        ("a hundred", {100}),
        ("million", set()),
        ("5k, 2 thousand, 4 dozen, 7 %, 8 percent", {5, 5000, 2, 2000, 4, 48, 7, 0.07, 8, 0.08}),
        ("once, twice", {1, 2}),
        ("a couple", {2}),
        ("a pair", {2}),
        ("both", {2}),
        ("a single one", {1, 2}),
        ("zeroth, ninth and twentieth", {0, 9, 20, 29}),
        ("thirty, ninety", {30, 90}),
        ("no numbers", set()),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, numbers: set[float]) -> None:
    found = numbers_in(text)
    assert numbers <= found
    assert found <= numbers | {12.0, 1000.0}  # "dozen" and "thousand" are also numbers of their own


def test_numbers_are_shown_with_their_decimals() -> None:
    assert shown_numbers("3, 4.50 and -1,000.125") == [(3, 0), (4.5, 2), (-1000.125, 3)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("May 3", [Day(5, 3)]),
        ("3rd of may, 2026", [Day(5, 3, 2026)]),
        ("Sept. 30 2025", [Day(9, 30, 2025)]),
        ("2026/5/3", [Day(5, 3, 2026)]),
        ("3.5.2026", [Day(3, 5, 2026), Day(5, 3, 2026)]),
        ("1234-56", []),
        ("maybe 3", []),
    ],
)
def test_dates_are_read_in_every_usual_order(text: str, days: list[Day]) -> None:
    assert days_in(text) == days


def test_times_of_day_are_read_on_both_clocks() -> None:
    assert clocks_in("12 am, 12 PM, 1:05 p.m., 23:59") == {(0, 0), (12, 0), (13, 5), (23, 59)}
    assert clocks_in("noon or midnight") == {(12, 0), (0, 0)}
    assert clocks_in("midday") == {(12, 0)}
    assert clocks_in("7 apples at 1234:56") == set()


def test_a_date_may_be_told_by_its_distance() -> None:
    assert all(map(has_relative_day, ["TODAY", "next week", "on monday", "two days ago", "in three weeks"]))
    assert not has_relative_day("on the first of May")


def test_tokens_part_letters_from_digits_and_know_every_script() -> None:
    assert tokens_of("Straße_12b Ørsted 東京7") == ["strasse", "12", "b", "ørsted", "東京", "7"]
    assert plain("a--b") == " a b "
    assert plain("") == "  "


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert numbers_in(text) is not None
    assert days_in(text) is not None
    assert clocks_in(text) is not None
    assert plain(text).split() == tokens_of(text)


@pytest.mark.parametrize("part", ["1,", "one ", "1:", "may 1 ", "-", "1.", "1/", "hundred "])
def test_a_text_of_one_part_over_and_over_is_read_in_a_moment(part: str) -> None:
    text = part * (20_000 // len(part))
    assert numbers_in(text) is not None
    assert days_in(text) is not None
    assert clocks_in(text) is not None
