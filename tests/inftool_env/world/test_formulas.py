"""Computations come to what their names say, the same every time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.envs.registry import load_toolset
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.formulas import answer


@pytest.mark.parametrize(
    ("tool", "arguments", "result"),
    [
        ("convert", {"value": 10, "from_unit": "miles", "to_unit": "km"}, {"result": 16.09}),
        ("convert", {"value": 72, "from_unit": "F", "to_unit": "C"}, {"result": 22.22}),
        (
            "convert",
            {"amount": 200, "from_currency": "EUR", "to_currency": "USD"},
            {"converted": 218.0, "rate": 1.09},
        ),
        (
            "convert_degrees",
            {"degrees": 0, "from_scale": "celsius", "to_scale": "kelvin"},
            {"degrees": 273.15, "scale": "kelvin"},
        ),
        ("days", {"start_date": "2030-01-01", "end_date": "2030-03-01"}, {"days": 59}),
        ("count", {"first_day": "2030-01-04", "last_day": "2030-01-07"}, {"working_days": 2}),
        ("count", {"first_day": "2030-01-07", "last_day": "2030-01-04"}, {"working_days": 0}),
        (
            "loan",
            {"principal": 12000, "months": 12, "interest_rate": 0},
            {"monthly_payment": 1000.0, "total_interest": 0.0},
        ),
        ("energy", {"watts": 500, "hours": 4, "tariff": "flat"}, {"kilowatt_hours": 2.0, "cost": 0.6}),
        ("distance", {"lat1": 0, "lon1": 0, "lat2": 0, "lon2": 90}, {"distance_km": 10007.54}),
        (
            "quote",
            {"items": [{"price": 2.5, "quantity": 4}, {"price": 1}], "tax": 10},
            {"subtotal": 11.0, "total": 12.1},
        ),
        ("quote", {"unit_price": 3, "quantity": 5}, {"total": 15}),
        ("summarise", {"values": [1, 2, 6]}, {"mean": 3.0, "median": 2, "max": 6, "count": 3}),
        ("compute_average", {"values": [1, 2, 6]}, {"result": 3.0}),
        ("add", {"a": 2, "b": 3}, {"result": 5}),
        ("calculate", {"a": 7, "b": 2, "operation": "divide"}, {"result": 3.5}),
    ],
)
def test_a_known_formula_is_computed(tool, arguments, result):
    assert answer(tool, arguments, tuple(result)) == result


@pytest.mark.parametrize(
    ("tool", "arguments", "names"),
    [
        ("convert", {"value": 10, "from_unit": "miles", "to_unit": "kilograms"}, ("result",)),
        ("convert", {"value": 10, "from_unit": "zorks", "to_unit": "km"}, ("result",)),
        ("days", {"start_date": "soon", "end_date": "later"}, ("days",)),
        ("divide", {"a": 1, "b": 0}, ("result",)),
        ("quote", {"items": [{"name": "pen"}]}, ("total",)),
        ("predict", {"severity": "high"}, ("hours",)),
    ],
)
def test_what_is_unclear_is_left_open(tool, arguments, names):
    assert answer(tool, arguments, names) == {}


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_way_back_is_as_long_as_the_way_there(one, other):
    there, back = (
        answer("d", {"from_city": a, "to_city": b}, ("distance_km",)) for a, b in ((one, other), (other, one))
    )
    assert there == back


@given(st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from(["celsius", "fahrenheit", "kelvin"]))
def test_a_conversion_and_back_changes_little(degrees, scale):
    there = answer("c", {"degrees": degrees, "from_scale": "celsius", "to_scale": scale}, ("degrees",))[
        "degrees"
    ]
    back = answer("c", {"degrees": there, "from_scale": scale, "to_scale": "celsius"}, ("degrees",))[
        "degrees"
    ]
    assert back == pytest.approx(degrees, abs=0.02)


def test_a_default_that_is_spelled_out_changes_no_answer():
    world = StatefulBackend(load_toolset("shop-api"), 0)
    quote = {"postal_code": "12345", "parcel_weight": 2.5}
    answers = [
        world.call(ToolCall(name="quote_shipping", arguments=arguments)).data
        for arguments in (quote, {**quote, "speed": "standard"}, quote)
    ]
    assert answers[0] == answers[1] == answers[2]


def test_the_catalogue_computes_in_every_world_alike():
    arguments = {"degrees": 20, "from_scale": "celsius", "to_scale": "fahrenheit"}
    for seed in range(3):
        result = StatefulBackend(load_toolset("weather-api"), seed).call(
            ToolCall(name="convert_temperature", arguments=arguments)
        )
        assert result.data == {"degrees": 68.0, "scale": "fahrenheit"}
