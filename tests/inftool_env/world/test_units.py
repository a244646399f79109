import pytest

from inftool_env.world.units import convert_unit, exchange_rate, is_currency, travel_speed


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (1, "feet", "inches", 12.0),
        (100, "°C", "Fahrenheit", 212.0),
        (1, "kWh", "joules", 3_600_000.0),
        (36, "km/h", "meters per second", 10.0),
        (2, "cubic meters", "litres", 2000.0),
        (1, "GB", "megabytes", 1000.0),
        (1, "kg", "seconds", None),
        (1, "parsnip", "kg", None),
    ],
)
def test_units_are_known_by_their_usual_spellings(value, source, target, result):
    assert convert_unit(value, source, target) == result


def test_money_changed_there_and_back_is_the_same():
    for one, other in (("EUR", "JPY"), ("xyz", "USD"), ("ABC", "DEF")):
        assert exchange_rate(one, other) * exchange_rate(other, one) == pytest.approx(1)
    assert exchange_rate("eur", "EUR") == 1


def test_codes_and_ways_of_travel_are_recognised():
    assert [is_currency(text) for text in ("EUR", "usd", "EURO", "1AB")] == [True, True, False, False]
    assert travel_speed("walking") < travel_speed("bicycle") < travel_speed("by car") < travel_speed("train")
