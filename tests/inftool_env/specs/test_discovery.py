import pytest

from inftool_env.core.tool import Location, ToolSpec
from inftool_env.specs.load import read_spec, read_tools


@pytest.fixture
def read_method(save):
    """Reads one method of the resource ``books.pages`` as the only one of a document."""

    def read(method, *, schemas=None) -> ToolSpec:
        given = {"id": "shop.books.pages.get", "path": "v1/{+name}", "httpMethod": "GET", **method}
        resources = {"books": {"resources": {"pages": {"methods": {"get": given}}}}}
        document = {"kind": "discovery#restDescription", "name": "shop", "resources": resources}
        return read_tools(save({**document, "schemas": schemas or {}})).tools[0]

    return read


def test_a_method_is_named_tagged_and_placed_by_its_resources(read_method) -> None:
    tool = read_method({})
    assert (tool.name, tool.route, tool.resource) == ("books_pages_get", "GET /v1/{name}", "page")
    assert tool.tags == ("pages", "books")
    assert tool.place == "resources.books.resources.pages.methods.get"


def test_a_long_id_loses_its_outer_resources(read_method) -> None:
    tool = read_method(
        {"id": "shop.organizations.locations.environments.recommendations.pages.archives.list"}
    )
    assert tool.name == "locations_environments_recommendations_pages_archives_list"


def test_parameters_are_read_with_their_places_and_repeated_ones_as_lists(read_method) -> None:
    parameters = {
        "name": {"type": "string", "location": "path", "required": True, "pattern": "^books/[^/]+$"},
        "size": {"type": "integer", "location": "query", "default": "20", "maximum": "100"},
        "label": {"type": "string", "location": "query", "repeated": True, "description": "Any of them."},
    }
    tool = read_method({"parameters": parameters})
    assert tool.properties == {
        "name": {"type": "string", "pattern": "^books/[^/]+$"},
        "size": {"type": "integer", "default": 20, "maximum": 100},
        "label": {"type": "array", "items": {"type": "string"}, "description": "Any of them."},
    }
    assert tool.required == ("name",)
    assert tool.wire["label"].location is Location.QUERY


def test_what_descriptions_say_of_a_field_is_believed(read_method) -> None:
    members = {
        "id": {"type": "string", "description": "Output only. By which it is known."},
        "text": {"type": "string", "description": "Required. What is on the page."},
        "note": {"type": "string", "annotations": {"required": ["shop.books.pages.get"]}},
        "next": {"$ref": "Page"},
    }
    schemas = {"Page": {"id": "Page", "type": "object", "properties": members}}
    method = {"httpMethod": "POST", "request": {"$ref": "Page"}, "response": {"$ref": "Page"}}
    tool = read_method(method, schemas=schemas)
    assert list(tool.properties) == ["name", "text", "note", "next"]
    assert set(tool.required) == {"name", "text", "note"}
    assert tool.returns is not None
    assert "id" in tool.returns["properties"]
    patched = read_method({**method, "httpMethod": "PATCH"}, schemas=schemas)
    assert patched.required == ("name",)


def test_a_broken_parameter_is_named_where_it_stands(save) -> None:
    parameters = {"size": {"type": "intger", "location": "query"}}
    method = {"id": "shop.get", "path": "a", "httpMethod": "GET", "parameters": parameters}
    methods = {"get": method, "list": {**method, "id": "shop.list", "parameters": {}}, "none": {"path": "b"}}
    document = {"kind": "discovery#restDescription", "name": "shop", "methods": methods}
    broken, incomplete = read_spec(save(document)).skipped
    assert broken.reason.startswith("methods.get.parameters.size: schema type is 'intger'")
    assert (incomplete.place, "lacks 'path' or 'httpMethod'" in incomplete.reason) == ("methods.none", True)
