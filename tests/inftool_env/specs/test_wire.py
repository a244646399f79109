import pytest

from inftool_env.core.tool import Location, Wire
from inftool_env.specs.refs import Source
from inftool_env.specs.wire import field_wire, parameter_wire


def wire_of(**parameter) -> Wire | None:
    return parameter_wire(Source(value={"name": "p", **parameter}).node())


@pytest.mark.parametrize(
    ("parameter", "location", "style", "explode"),
    [
        ({"in": "path"}, Location.PATH, "simple", False),
        ({"in": "path", "style": "matrix", "explode": True}, Location.PATH, "matrix", True),
        ({"in": "query"}, Location.QUERY, "form", True),
        ({"in": "query", "explode": False}, Location.QUERY, "form", False),
        ({"in": "query", "style": "deepObject"}, Location.QUERY, "deepObject", False),
        ({"in": "query", "collectionFormat": "csv"}, Location.QUERY, "form", False),
        ({"in": "query", "collectionFormat": "multi"}, Location.QUERY, "form", True),
        ({"in": "path", "collectionFormat": "pipes"}, Location.PATH, "pipeDelimited", False),
        ({"in": "header", "collectionFormat": "csv"}, Location.HEADER, "simple", False),
        ({"in": "cookie"}, Location.COOKIE, "form", True),
        ({"in": "formData"}, Location.FORM, "form", True),
    ],
)
def test_a_parameter_without_a_style_has_that_of_its_place(parameter, location, style, explode) -> None:
    assert wire_of(**parameter) == Wire(location=location, name="p", style=style, explode=explode)


def test_a_parameter_in_a_media_type_is_written_in_it() -> None:
    assert wire_of(**{"in": "query"}, content={"application/json": {}}) == Wire(
        location=Location.QUERY, name="p", media="application/json"
    )


def test_a_place_that_no_request_has_has_no_wire() -> None:
    assert wire_of(**{"in": "body"}) is None
    assert wire_of(**{"in": "pocket"}) is None


def test_members_of_a_body_go_where_its_media_type_puts_them() -> None:
    form = "application/x-www-form-urlencoded"
    encoding = Source(value={"style": "deepObject", "explode": True}).node()
    assert field_wire("a", media="application/json") == Wire(
        location=Location.BODY, name="a", media="application/json"
    )
    assert field_wire("a", media=form) == Wire(
        location=Location.FORM, name="a", media=form, style="form", explode=True
    )
    assert field_wire("a", media="multipart/form-data", encoding=encoding) == Wire(
        location=Location.MULTIPART, name="a", media="multipart/form-data", style="deepObject", explode=True
    )
