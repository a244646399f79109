from inftool_env.specs.examples import examples_in, spread


def test_examples_stand_in_several_places() -> None:
    assert examples_in({"example": "Oslo"}) == ["Oslo"]
    assert examples_in({"x-example": 7, "examples": [8, 9]}) == [7, 8]
    assert examples_in({"examples": {"a": {"value": "Oslo"}, "b": {"dataValue": "Rome"}}}) == ["Oslo", "Rome"]
    assert examples_in({"type": "string"}) == []


def test_examples_that_do_not_help_are_left_out() -> None:
    useless = ["string", "", True, None, {"a": 1}, 0, "x" * 41, "two\nlines", ["a", "b", "c"]]
    assert examples_in({"examples": useless}) == []


def test_the_example_of_an_object_is_spread_over_its_properties() -> None:
    properties = {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}, "day": {"type": "string"}}
    assert spread([{"city": "Oslo", "unit": "C"}, {"city": "Rome"}], properties) == {
        **properties,
        "city": {"type": "string", "examples": ["Oslo", "Rome"]},
    }
