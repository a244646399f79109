from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inftool_env.grading.reading import clocks_in, days_in
from inftool_env.users.language.dates import read_day, relative, spell_hour, spell_today, spellings

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))


@given(DAYS)
def test_every_spelling_is_read_back_as_the_one_day(day: date) -> None:
    for text in (*spellings(day), spell_today(day)):
        assert {(found.year, found.month, found.day) for found in days_in(text)} == {
            (day.year, day.month, day.day)
        }


@given(DAYS, st.integers(-40, 40))
def test_what_is_told_by_its_distance_is_told_in_one_way_for_one_day(today: date, distance: int) -> None:
    said = relative(today + timedelta(days=distance), today)
    for other in range(-40, 41):
        if other != distance:
            assert not set(said) & set(relative(today + timedelta(days=other), today))


@given(DAYS, st.integers(1, 7))
def test_a_coming_weekday_is_the_first_one_after_today(today: date, distance: int) -> None:
    day = today + timedelta(days=distance)
    for text in relative(day, today):
        if text.startswith(("this coming ", "next ")):
            assert text.endswith(f"{day:%A}")
            assert 1 < distance < 7


def test_next_friday_is_said_on_a_saturday_and_not_on_a_monday() -> None:
    friday = date(2026, 3, 6)
    assert "next Friday" in relative(friday, date(2026, 2, 28))
    assert "next Friday" not in relative(friday, date(2026, 3, 2))


@given(st.integers(0, 23))
def test_an_hour_on_a_clock_of_twelve_is_that_hour(hour: int) -> None:
    assert clocks_in(spell_hour(hour)) == {(hour, 0)}


def test_only_whole_iso_dates_are_days() -> None:
    assert read_day("2026-03-04") == date(2026, 3, 4)
    assert read_day("20260304") is None
    assert read_day("soon") is None
    assert read_day(datetime(2026, 3, 4).isoformat()) is None  # noqa: DTZ001 - a text is meant
