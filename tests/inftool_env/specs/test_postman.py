import json

import pytest

from inftool_env.core.tool import Location, ToolSpec
from inftool_env.specs.load import read_spec, read_tools


@pytest.fixture
def read_request(save):
    """Reads one request as the only one of a collection."""

    def read(request, *, name="Call it", response=(), **collection) -> ToolSpec:
        item = {"name": name, "request": request, "response": list(response)}
        schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        return read_tools(
            save({"info": {"name": "API", "schema": schema}, "item": [item], **collection})
        ).tools[0]

    return read


def test_keys_in_the_path_become_parameters(read_request) -> None:
    url = {
        "host": ["{{host}}"],
        "path": ["{{version}}", "users", ":userId", "posts", "{{postId}}", "comments", "7"],
        "variable": [{"key": "userId", "value": "42", "description": "Who wrote it."}],
    }
    variables = [{"key": "version", "value": "v2"}, {"key": "postId", "value": "42"}]
    tool = read_request({"url": url}, variable=variables)
    assert tool.route == "GET /v2/users/{userId}/posts/{postId}/comments/{comment_id}"
    assert tool.properties["userId"] == {
        "type": "integer",
        "examples": [42],
        "description": "Who wrote it.",
    }
    assert tool.required == ("userId", "postId", "comment_id")


def test_a_url_may_be_a_text_with_its_query(read_request) -> None:
    tool = read_request("https://api.example.com/search?q=green%20tea&limit=20&deep=true#top")
    assert tool.route == "GET /search"
    assert [schema["type"] for schema in tool.properties.values()] == ["string", "integer", "boolean"]
    assert tool.properties["q"]["examples"] == ["green tea"]
    assert {wire.location for wire in tool.wire.values()} == {Location.QUERY}


def test_a_body_with_variables_and_comments_is_read_as_json(read_request) -> None:
    raw = '{\n  // who\n  "name": "Ada",\n  "age": {{age}},\n  "born": "1815-12-10"\n}'
    request = {"method": "POST", "url": "/users", "body": {"mode": "raw", "raw": raw}}
    tool = read_request(request, name="Create user")
    assert tool.properties["name"] == {"type": "string", "examples": ["Ada"]}
    assert tool.properties["age"] == {}
    assert tool.properties["born"]["format"] == "date"
    assert tool.required == ("name", "age", "born")


def test_what_generators_write_for_an_example_tells_the_type(read_request) -> None:
    raw = '{"id": "<long>", "price": "<float>", "sold": "<boolean>", "at": "<dateTime>", "note": "<string>"}'
    tool = read_request({"method": "PUT", "url": "/sale", "body": {"mode": "raw", "raw": raw}})
    assert tool.properties == {
        "id": {"type": "integer"},
        "price": {"type": "number"},
        "sold": {"type": "boolean"},
        "at": {"type": "string", "format": "date-time"},
        "note": {"type": "string"},
    }
    assert tool.required == ()


def test_forms_are_read_with_what_they_require(read_request) -> None:
    fields = [
        {"key": "name", "value": "", "description": "(Required) Of the pet."},
        {"key": "age", "value": "3"},
    ]
    tool = read_request(
        {"method": "POST", "url": "/pets", "body": {"mode": "urlencoded", "urlencoded": fields}}
    )
    assert tool.required == ("name",)
    assert tool.properties["name"]["description"] == "Of the pet."
    assert tool.wire["age"].location is Location.FORM


def test_the_variables_of_a_graphql_query_are_the_parameters(read_request) -> None:
    graphql = {"query": "query Q($id: ID!, $tags: [String!]) { pet { id } }", "variables": '{"limit": 3}'}
    tool = read_request({"method": "POST", "url": "{{url}}", "body": {"mode": "graphql", "graphql": graphql}})
    assert {name: schema["type"] for name, schema in tool.properties.items()} == {
        "limit": "integer",
        "id": "string",
        "tags": "array",
    }
    assert tool.required == ("id",)


def test_results_are_inferred_from_what_went_well_alone(read_request) -> None:
    answers = [
        {"code": 200, "body": '[{"id": 1, "name": "Ada"}, {"id": 2, "name": null, "age": 3}]'},
        {"code": 404, "body": '{"error": "none"}'},
        {"code": 200, "body": "<html>"},
    ]
    returns = read_request("/users", response=answers).returns
    assert returns is not None
    assert returns["items"]["properties"] == {
        "id": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "age": {"type": "integer"},
    }
    assert returns["items"]["required"] == ["id", "name"]


def test_credentials_are_left_to_the_client(read_request) -> None:
    auth = {"type": "apikey", "apikey": [{"key": "key", "value": "X-Shop"}, {"key": "in", "value": "header"}]}
    header = [{"key": key, "value": "1"} for key in ("X-Shop", "Authorization", "X-Page")]
    assert list(read_request({"url": "/a", "header": header}, auth=auth).properties) == ["X-Page"]


def test_requests_of_one_name_are_told_apart_by_their_folders(save) -> None:
    def folder(name):
        return {"name": name, "item": [{"name": "Create", "request": {"method": "POST", "url": f"/{name}"}}]}

    reading = read_spec(save({"info": {"name": "API"}, "item": [folder("Users"), folder("Line items")]}))
    assert reading.toolset.names == ("users_create", "line_items_create")
    assert [tool.tags for tool in reading.toolset.tools] == [("Users",), ("Line items",)]


@pytest.mark.parametrize("name", ["https://api.example.com/pets", "{{host}}/pets", "天気", ""])
def test_a_request_without_a_name_is_called_by_its_route(read_request, name) -> None:
    assert read_request("/pets", name=name).name == "get_pets"


@pytest.mark.parametrize(
    "raw", ["[" * 5_000, "{" * 50_000, '"\\' * 20_000, "{{" * 20_000, "9" * 5_000, "hello"]
)
def test_a_body_that_is_no_json_is_one_text(read_request, raw) -> None:
    tool = read_request({"method": "POST", "url": "/notes", "body": {"mode": "raw", "raw": raw}})
    assert tool.properties == {"body": {"type": "string"}}


def test_a_body_nested_without_end_is_cut(read_request) -> None:
    raw = '{"a": ' + "[" * 500 + "]" * 500 + "}"
    tool = read_request({"method": "POST", "url": "/notes", "body": {"mode": "raw", "raw": raw}})
    assert len(json.dumps(tool.parameters)) < 2_000
