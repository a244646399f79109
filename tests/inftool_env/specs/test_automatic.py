import pytest

from inftool_env.core.tool import Location, Wire
from inftool_env.specs.automatic import automatic_wire, is_automatic
from inftool_env.specs.refs import Source


def parameter(name, place="header", schema=None, **more):
    raw = {"name": name, "in": place, "schema": schema or {"type": "string"}, **more}
    document = {"at": raw, "one": {"type": "string", "enum": ["2.0"]}}
    return Source(value=document).node().child("at")


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "X-API-Key", "X-ListenAPI-Key", "Api-Username", "X-Auth-Token", "X-Registry-Auth",
        "xero-tenant-id", "X-Amz-Date", "Idempotency-Key", "X-Request-ID", "PayPal-Request-Id", "traceparent",
        "X-Correlation-Id", "Accept", "Content-Type", "User-Agent", "X-GitHub-Api-Version",
    ],
)  # fmt: skip
def test_headers_that_no_person_thinks_of_are_sent_by_the_client(name) -> None:
    assert is_automatic(parameter(name), frozenset())
    assert not is_automatic(parameter(name, "path"), frozenset())


@pytest.mark.parametrize(
    "name", ["Accept-Language", "If-Match", "Range", "Prefer", "Feature-Flags", "X-Line-Ending", "boxapi"]
)
def test_headers_that_change_the_answer_are_parameters(name) -> None:
    assert not is_automatic(parameter(name), frozenset())


def test_a_required_header_of_one_value_is_sent_with_it() -> None:
    one = parameter("box-version", schema={"$ref": "#/one"}, required=True)
    assert is_automatic(one, frozenset())
    assert automatic_wire(one) == Wire(
        location=Location.HEADER, name="box-version", style="simple", value="2.0"
    )
    assert not is_automatic(parameter("X-Mode", schema={"$ref": "#/one"}), frozenset())


def test_a_version_header_is_automatic_where_the_document_fixes_it() -> None:
    assert is_automatic(parameter("Notion-Version", schema={"default": "2025-09-03"}), frozenset())
    assert not is_automatic(parameter("If-Version", schema={"type": "integer"}), frozenset())


def test_what_the_security_schemes_send_is_automatic_wherever_it_goes() -> None:
    schemes = frozenset([("query", "appid")])
    assert is_automatic(parameter("appid", "query"), schemes)
    assert not is_automatic(parameter("appid", "query"), frozenset())
    assert not is_automatic(parameter("page_token", "query"), frozenset())
