import pytest

from inftool_env.core.errors import SpecError
from inftool_env.specs.load import read_spec, read_tools


def spec(**paths):
    return {
        "openapi": "3.1.0",
        "info": {"title": "Weather API"},
        "paths": {f"/{key}": paths[key] for key in paths},
    }


def asks(kind, name):
    return {
        "get": {
            "operationId": name,
            "parameters": [{"name": "days", "in": "query", "schema": {"type": kind}}],
        }
    }


def test_a_toolset_is_named_by_its_title_or_else_by_its_file(save) -> None:
    assert read_tools(save(spec(a=asks("string", "getA")))).name == "weather-api"
    untitled = spec(a=asks("string", "getA")) | {"info": {"title": "天気"}}
    assert read_tools(save(untitled, "my.weather.json")).name == "my-weather"


def test_an_operation_with_a_misspelled_type_is_skipped_and_the_others_stay(save) -> None:
    reading = read_spec(
        save(spec(forecast=asks("intger", "getForecast"), alerts=asks("integer", "getAlerts")))
    )
    assert reading.toolset.names == ("getAlerts",)
    assert (reading.operations, len(reading.skipped)) == (2, 1)
    (skipped,) = reading.skipped
    assert skipped.place == "paths./forecast.get"
    assert skipped.reason.startswith(
        "paths./forecast.get.parameters[0].schema: schema type is 'intger'; expected one of"
    )
    assert skipped.reason.endswith("Did you mean 'integer'?")


def test_a_document_without_any_readable_operation_is_refused_with_the_reasons(save) -> None:
    path = save(spec(forecast=asks("intger", "getForecast"), lost={"$ref": "#/paths/none"}))
    with pytest.raises(
        SpecError, match=r"none of its 2 operations.*(?s:.*)intger.*\n.*paths has no 'none'"
    ) as caught:
        read_tools(path)
    assert str(path) in str(caught.value)


def test_a_document_without_operations_is_refused(save) -> None:
    with pytest.raises(SpecError, match="has no operations"):
        read_tools(save(spec()))


@pytest.mark.parametrize("name", ["getA", "get_a", "paths./a.get", "GET /a"])
def test_an_operation_is_skipped_by_any_of_its_names(save, name) -> None:
    path = save(spec(a=asks("string", "get_a" if name == "get_a" else "getA"), b=asks("string", "getB")))
    reading = read_spec(path, skip=[name])
    assert reading.toolset.names == ("getB",)
    assert "skip" in reading.skipped[0].reason


def test_skipping_what_is_not_there_is_an_error_with_the_name_that_was_meant(save) -> None:
    with pytest.raises(SpecError, match=r"skip names 'getForcast'.*Did you mean 'getForecast'\?"):
        read_tools(save(spec(a=asks("string", "getForecast"))), skip=["getForcast"])


def test_equal_names_are_numbered_with_a_warning(save) -> None:
    reading = read_spec(save(spec(a=asks("string", "get/it"), b=asks("string", "get.it"))))
    assert reading.toolset.names == ("get_it", "get_it_2")
    assert "'get_it' is taken" in reading.warnings[0]


def test_reading_twice_gives_equal_toolsets(save) -> None:
    path = save(spec(a=asks("string", "getA"), b=asks("integer", "getB")))
    assert read_tools(path).digest == read_tools(path).digest
