import pytest

from inftool_env.core.scenario import Split
from inftool_env.core.seeds import generator
from inftool_env.world.coherence import LOCALES, make_coherent
from inftool_env.world.wall import split_of


def coherent(row: dict, fixed: tuple[str, ...] = (), split: Split = Split.TRAIN, seed: int = 0) -> dict:
    free = [name for name in row if name not in fixed]
    return make_coherent(row, free=free, rng=generator(seed), split=split)


@pytest.mark.parametrize(
    ("first", "last", "late", "early"),
    [
        ("start_date", "end_date", "2030-05-01", "2029-01-01"),
        ("startTime", "endTime", "18:00", "07:30"),
        ("check_in", "check_out", "2030-05-01", "2029-01-01"),
        ("min_price", "max_price", 9, 3.5),
        ("low", "high", 30, -4),
        ("created_at", "updated_at", "2030-05-01T00:00:00Z", "2029-01-01T00:00:00Z"),
    ],
)
def test_what_comes_first_is_never_more(first, last, late, early):
    assert coherent({first: late, last: early, "x": 1}) == {first: early, last: late, "x": 1}
    assert coherent({first: early, last: late}) == {first: early, last: late}
    assert coherent({first: late, last: early}, fixed=(last,)) == {first: late, last: early}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("split", list(Split))
def test_a_place_lies_in_its_country(seed, split):
    row = {"country": "Finland", "latitude": -4.81, "longitude": -96.31, "currency": "USD", "phone": "555-1"}
    found = coherent(row, fixed=("country",), split=split, seed=seed)
    (finland,) = (locale for locale in LOCALES if locale["country"] == "Finland")
    assert finland["latitude"][0] <= found["latitude"] <= finland["latitude"][1]
    assert finland["longitude"][0] <= found["longitude"] <= finland["longitude"][1]
    assert found["country"] == "Finland"
    changed = [value for name, value in found.items() if value != row[name]]
    assert {split_of(value) for value in changed} <= {split, None}
    assert found["phone"].startswith("+358 ")


def test_a_country_that_is_not_known_is_left_alone():
    row = {"country": "Atlantis", "latitude": 1.5, "currency": "USD"}
    assert coherent(row, fixed=("country",)) == row


def test_an_address_is_of_the_person_beside_it():
    row = {"passenger_name": "Ada Lovelace", "passenger_email": "bo@velmora.org", "email": "x@y.org"}
    found = coherent(row)
    assert found["passenger_email"].endswith("@velmora.org")
    assert "ada" in found["passenger_email"] or "lovelace" in found["passenger_email"]
    assert found["email"] == "x@y.org"
    assert coherent(row, fixed=("passenger_email",)) == row


def test_every_locale_says_everything():
    assert len({locale["code"] for locale in LOCALES}) == len(LOCALES) >= 30
    for locale in LOCALES:
        assert locale["latitude"][0] < locale["latitude"][1]
        assert locale["longitude"][0] < locale["longitude"][1]
        assert locale["locale"].endswith(locale["code"])
