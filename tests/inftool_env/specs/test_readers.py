"""What every reader of documents promises, checked on a small bookshop in each format."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect
from inftool_env.specs.load import read_spec, read_tools
from inftool_env.specs.mcp import MCP
from inftool_env.specs.reader import Reader
from inftool_env.specs.readers import READERS, read_document
from inftool_env.specs.reading import BrokenPartError

Save = Callable[..., Path]

BOOK = {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}}
CREATE = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
BROKEN = {"type": "object", "properties": {"title": {"type": "strng"}}}
INFO = {"title": "Bookshop", "description": "Books for sale.", "version": "1"}


def openapi() -> JsonObject:
    def operation(name: str, schema: JsonObject) -> JsonObject:
        answer = {"description": "It.", "content": {"application/json": {"schema": BOOK}}}
        body = {"content": {"application/json": {"schema": schema}}}
        return {"operationId": name, "requestBody": body, "responses": {"200": answer}}

    author = {"name": "author", "in": "query", "schema": {"type": "string"}}
    found = {"operationId": "list_books", "parameters": [author]}
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": {
            "/books": {"get": found, "post": operation("create_book", CREATE)},
            "/broken": {"post": operation("break_book", BROKEN)},
        },
    }


def swagger() -> JsonObject:
    def operation(name: str, schema: JsonObject) -> JsonObject:
        body = {"name": "book", "in": "body", "schema": schema}
        answer = {"description": "It.", "schema": BOOK}
        return {"operationId": name, "parameters": [body], "responses": {"200": answer}}

    author = {"name": "author", "in": "query", "type": "string"}
    found = {"operationId": "list_books", "parameters": [author]}
    return {
        "swagger": "2.0",
        "info": INFO,
        "paths": {
            "/books": {"get": found, "post": operation("create_book", CREATE)},
            "/broken": {"post": operation("break_book", BROKEN)},
        },
    }


def discovery() -> JsonObject:
    def method(verb: str, name: str, **rest: JsonValue) -> JsonObject:
        return {"id": f"shop.books.{name}", "path": "books", "httpMethod": verb, **rest}

    author = {"author": {"type": "string", "location": "query"}}
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "name": "shop",
        "title": "Bookshop",
        "description": "Books for sale.",
        "parameters": {"alt": {"type": "string", "location": "query"}},
        "schemas": {"Book": {"id": "Book", **BOOK}, "Broken": BROKEN},
        "resources": {
            "books": {
                "methods": {
                    "list": method("GET", "list", parameters=author),
                    "insert": method("POST", "insert", request={"$ref": "Book"}, response={"$ref": "Book"}),
                    "break": method("POST", "break", request={"$ref": "Broken"}),
                }
            }
        },
    }


def postman() -> JsonObject:
    created = {"name": "Created", "code": 201, "body": json.dumps({"id": "b-1", "title": "Emma"})}
    body = {"mode": "raw", "raw": '{"title": "Emma", "price": {{price}}}'}
    return {
        "info": {
            "name": "Bookshop",
            "description": {"content": "Books for sale.", "type": "text/markdown"},
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": [
            {
                "name": "Books",
                "item": [
                    {"name": "List books", "request": "{{host}}/books?author=Austen"},
                    {
                        "name": "Create book",
                        "request": {"method": "POST", "url": {"path": ["books"]}, "body": body},
                        "response": [created],
                    },
                    {"name": "Break book", "request": {"method": 7, "url": "/books"}},
                ],
            }
        ],
    }


def graphql() -> JsonObject:
    def named(name: str, kind: str = "SCALAR") -> JsonObject:
        return {"kind": kind, "name": name, "ofType": None}

    def given(name: str, kind: JsonObject) -> JsonObject:
        return {"name": name, "type": kind, "args": []}

    def required(kind: JsonObject) -> JsonObject:
        return {"kind": "NON_NULL", "name": None, "ofType": kind}

    book = {"kind": "LIST", "name": None, "ofType": named("Book", "OBJECT")}
    title = given("title", required(named("String")))
    books = {"name": "listBooks", "args": [given("author", named("String"))], "type": book}
    create = {"name": "createBook", "args": [title], "type": named("Book", "OBJECT")}
    broken = {
        "name": "breakBook",
        "args": [given("book", named("BookInput"))],
        "type": named("Book", "OBJECT"),
    }
    types = [
        {"kind": "OBJECT", "name": "Query", "fields": [books]},
        {"kind": "OBJECT", "name": "Mutation", "fields": [create, broken]},
        {"kind": "OBJECT", "name": "Book", "fields": [given("id", required(named("ID"))), title]},
        {"kind": "SCALAR", "name": "String"},
        {"kind": "SCALAR", "name": "ID"},
    ]
    schema = {"queryType": {"name": "Query"}, "mutationType": {"name": "Mutation"}, "types": types}
    return {"data": {"__schema": {**schema, "description": "Books for sale."}}}


def mcp() -> JsonObject:
    author = {"type": "object", "properties": {"author": {"type": "string"}}}
    return {
        "serverInfo": {"name": "Bookshop"},
        "instructions": "Books for sale.",
        "tools": [
            {"name": "list_books", "inputSchema": author},
            {"name": "create_book", "inputSchema": CREATE, "outputSchema": BOOK},
            {"name": "break_book", "inputSchema": BROKEN},
        ],
    }


def functions() -> JsonObject:
    def function(name: str, schema: JsonObject, **rest: JsonValue) -> JsonObject:
        return {"type": "function", "function": {"name": name, "parameters": schema, **rest}}

    author = {"type": "dict", "properties": {"author": {"type": "str"}}}
    return {
        "info": {"title": "Bookshop", "description": "Books for sale."},
        "tools": [
            function("list_books", author, strict=True),
            function("create_book", CREATE, response=BOOK),
            function("break_book", BROKEN),
        ],
    }


BOOKSHOPS: dict[str, Callable[[], JsonObject]] = {
    "OpenAPI": openapi,
    "Swagger": swagger,
    "Google Discovery": discovery,
    "Postman collection": postman,
    "GraphQL introspection": graphql,
    "MCP tools/list": mcp,
    "function list": functions,
}


def bookshop(reader: Reader) -> JsonObject:
    """The document in a reader's format; no two parts of it are the same object."""
    return json.loads(json.dumps(BOOKSHOPS[reader.name]()))


every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


@pytest.fixture
def shop(save: Save) -> Callable[[Reader], Path]:
    """Writes the bookshop in a reader's format."""
    return lambda reader: save(bookshop(reader), "bookshop.json")


def test_every_reader_has_its_bookshop() -> None:
    assert [reader.name for reader in READERS] == list(BOOKSHOPS)


@every_reader
def test_a_document_is_recognised_by_one_reader_alone(reader: Reader) -> None:
    document = bookshop(reader)
    assert [one.name for one in READERS if one.recognise(document) is not None] == [reader.name]


@every_reader
def test_the_api_is_named_and_described_as_its_document_says(reader: Reader, shop) -> None:
    reading = read_spec(shop(reader))
    assert reading.toolset.title.lower() == "bookshop"
    assert reading.toolset.description == "Books for sale."
    assert reading.format.startswith(reader.name)


@every_reader
def test_a_broken_operation_is_skipped_with_its_reason_and_the_rest_stays(reader: Reader, shop) -> None:
    reading = read_spec(shop(reader))
    assert (reading.operations, len(reading.toolset.tools)) == (3, 2)
    (skipped,) = reading.skipped
    assert re.search(r"strng|BookInput|is '7'", skipped.reason)
    assert "expected" in skipped.reason or "leads nowhere" in skipped.reason


@every_reader
def test_tools_do_to_books_what_the_document_says(reader: Reader, shop) -> None:
    found, created = read_tools(shop(reader)).tools
    assert (found.effect, created.effect) == (Effect.READ, Effect.CREATE)
    assert (found.resource, created.resource) == ("book", "book")
    assert found.properties["author"]["type"] == created.properties["title"]["type"] == "string"
    assert created.returns is not None
    assert created.returns["properties"].keys() == {"id", "title"}


@every_reader
def test_names_are_legal_and_unique_even_where_the_document_repeats_them(reader: Reader, save: Save) -> None:
    document = bookshop(reader)
    for holder in list(_lists_of_operations(document)):
        if isinstance(holder, dict):
            holder.update({f"{key}_again": operation for key, operation in holder.items()})
        else:
            holder.extend(holder[:])
    names = read_tools(save(document)).names
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in names)
    assert len(set(names)) == len(names) >= 2


@every_reader
def test_schemas_are_self_contained_and_pass_the_metaschema(reader: Reader, shop) -> None:
    for tool in read_tools(shop(reader)).tools:
        for schema in (tool.parameters, tool.returns or {}):
            Draft202012Validator.check_schema(schema)
            assert "$ref" not in json.dumps(schema)
        assert tool.parameters["type"] == "object"
        assert set(tool.required) <= set(tool.properties)
        assert set(tool.wire) <= set(tool.properties)


@every_reader
def test_every_place_points_into_the_document(reader: Reader, shop) -> None:
    document = bookshop(reader)
    reading = read_spec(shop(reader))
    for place in (*(tool.place for tool in reading.toolset.tools), *(one.place for one in reading.skipped)):
        assert _stands_in(document, place), place


@every_reader
def test_reading_again_or_from_yaml_gives_equal_toolsets(reader: Reader, shop, save: Save) -> None:
    import yaml

    digest = read_tools(shop(reader)).digest
    assert read_tools(shop(reader)).digest == digest
    assert read_tools(save(yaml.safe_dump(bookshop(reader), sort_keys=False))).digest == digest


@every_reader
def test_an_operation_is_skipped_by_its_name(reader: Reader, shop) -> None:
    found, created = read_tools(shop(reader)).names
    assert read_tools(shop(reader), skip=[created]).names == (found,)


@pytest.mark.parametrize("reader", [one for one in READERS if one is not MCP], ids=lambda reader: reader.name)
def test_a_document_without_operations_says_where_they_should_stand(reader: Reader, save: Save) -> None:
    document = bookshop(reader)
    for holder in list(_lists_of_operations(document)):
        holder.clear()  # An empty list of tools is one of functions: only an entry tells MCP apart.
    with pytest.raises(SpecError, match=f"has no operations; expected at least one under {reader.where}"):
        read_spec(save(document))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<html><body>Not found</body></html>", "holds only the str"),
        ({"a": 1}, "an object with the keys 'a'; expected one of OpenAPI, Swagger, Google Discovery"),
        ([1, 2], "a list of 2 values"),
        ({"name": "left-pad", "description": "Pads.", "version": "1.0.0"}, "the keys 'name'"),
        ({"openapi": "4.0.0", "paths": {}}, "openapi is '4.0.0'; expected openapi 3.x"),
        (
            {"info": {"schema": "https://schema.getpostman.com/json/collection/v1.0.0/"}},
            "expected v2.0 or v2.1",
        ),
        ({"requests": [], "order": []}, "Postman collection of version 1; expected v2.0"),
    ],
)
def test_what_no_reader_knows_is_refused_with_what_was_found(save: Save, document, message) -> None:
    path = save(document)
    with pytest.raises(SpecError, match=f"^{path}: .*{message}"):
        read_document(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    document=st.dictionaries(st.sampled_from(["openapi", "kind", "info", "tools", "item", "data", "x"]), JSON)
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_refused(document: JsonObject, save: Save) -> None:
    with pytest.raises(SpecError):
        read_spec(save(document))


@every_reader
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_wrong_in_any_place_is_read_or_refused(reader: Reader, data, save: Save) -> None:
    document = bookshop(reader)
    holder, key = data.draw(st.sampled_from(list(_members(document))))
    holder[key] = data.draw(JSON)
    try:
        reading = read_spec(save(document))
    except SpecError:
        return
    assert reading.operations == len(reading.toolset.tools) + len(reading.skipped)


@every_reader
def test_no_reader_fails_on_a_value_of_another_kind(reader: Reader) -> None:
    for value in (
        None,
        True,
        3,
        "text",
        [],
        [[]],
        {},
        {"info": 3},
        {"data": {"__schema": 3}},
        [{"function": 1}],
    ):
        try:
            assert reader.recognise(value) is None
        except BrokenPartError as error:
            pytest.fail(f"{value!r}: {error}")
        reader.about(value)


def _members(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every value in a document, as the container that holds it with its key there."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _members(value[key])


def _lists_of_operations(document: JsonObject) -> Iterator[Any]:
    """The containers in which a bookshop's operations stand."""
    for holder, key in _members(document):
        if key in ("paths", "methods", "tools", "fields") or (key == "item" and "request" in holder[key][0]):
            yield holder[key]


def _stands_in(document: JsonObject, place: str) -> bool:
    """Whether a place, as ``paths./books.get`` or ``Query.books``, leads to a value."""
    pointer = place.split(" (")[0]
    if "data" in document:
        owner, _, name = pointer.partition(".")
        types = {one["name"]: one for one in document["data"]["__schema"]["types"]}
        return any(field["name"] == name for field in types[owner]["fields"])
    return _leads(document, pointer)


def _leads(value: Any, rest: str) -> bool:
    if not rest:
        return True
    keys = [(key, str(key)) for key in value] if isinstance(value, dict) else []
    if isinstance(value, list):
        keys = [(index, f"[{index}]") for index in range(len(value))]
    rest = rest.removeprefix(".")
    return any(rest.startswith(spelled) and _leads(value[key], rest[len(spelled) :]) for key, spelled in keys)
