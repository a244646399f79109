from inftool_env.core.tool import Location, Wire
from inftool_env.specs.load import read_tools

TEXT = {"type": "string"}
FORM = "application/x-www-form-urlencoded"


def object_of(*names, **more):
    return {"type": "object", "properties": dict.fromkeys(names, TEXT), **more}


def test_every_parameter_has_its_way_back_in_the_apis_own_spelling(read_operation) -> None:
    parameters = [
        {"name": "order id", "in": "path", "required": True, "schema": TEXT},
        {"name": "filter[name]", "in": "query", "style": "deepObject", "explode": True, "schema": TEXT},
    ]
    body = {"content": {"application/json": {"schema": object_of("order id", "gift wrap")}}}
    tool = read_operation({"parameters": parameters, "requestBody": body}, path="/orders/{order id}/{part}")
    assert tool.wire.keys() == tool.properties.keys()
    assert tool.wire["order_id"] == Wire(location=Location.PATH, name="order id", style="simple")
    assert tool.wire["part"] == Wire(location=Location.PATH, name="part", style="simple")
    assert tool.wire["filter_name"] == Wire(
        location=Location.QUERY, name="filter[name]", style="deepObject", explode=True
    )
    assert tool.wire["gift_wrap"] == Wire(location=Location.BODY, name="gift wrap", media="application/json")


def test_a_body_of_one_value_is_the_whole_body(read_operation) -> None:
    body = {"content": {"application/json": {"schema": {"type": "array", "items": TEXT}}}}
    assert read_operation({"requestBody": body}).wire == {
        "body": Wire(location=Location.BODY, name="", media="application/json")
    }


def test_forms_and_multipart_bodies_are_told_apart(save) -> None:
    form = {"name": "note", "in": "formData", "type": "array", "items": TEXT, "collectionFormat": "pipes"}
    file = {"name": "photo", "in": "formData", "type": "file"}
    plain, mixed, said = read_tools(
        save(
            {
                "swagger": "2.0",
                "paths": {
                    "/a": {"post": {"parameters": [form]}},
                    "/b": {"post": {"parameters": [form, file]}},
                    "/c": {"post": {"parameters": [form], "consumes": ["multipart/form-data"]}},
                },
            }
        )
    ).tools
    assert plain.wire["note"] == Wire(
        location=Location.FORM, name="note", media=FORM, style="pipeDelimited", explode=False
    )
    assert {wire.location for wire in mixed.wire.values()} == {Location.MULTIPART}
    assert said.wire["note"].location is Location.MULTIPART


def test_what_a_client_sends_on_its_own_is_recorded_and_not_asked_for(read_operation) -> None:
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": TEXT}
    version = {"name": "Notion-Version", "in": "header", "schema": {**TEXT, "default": "2025-09-03"}}
    tool = read_operation({"parameters": [key, version]})
    assert tool.properties == {}
    assert tool.automatic == (
        Wire(location=Location.HEADER, name="Idempotency-Key", style="simple"),
        Wire(location=Location.HEADER, name="Notion-Version", style="simple", value="2025-09-03"),
    )


def test_a_query_string_given_as_one_value_is_asked_for_by_its_members(read_operation) -> None:
    whole = {"name": "q", "in": "querystring", "content": {FORM: {"schema": object_of("a", required=["a"])}}}
    jsonpath = {"name": "q", "in": "querystring", "content": {"application/jsonpath": {"schema": TEXT}}}
    tool = read_operation({"parameters": [{**whole, "required": True}]}, method="get")
    assert tool.required == ("a",)
    assert tool.wire == {"a": Wire(location=Location.QUERYSTRING, name="a", media=FORM)}
    assert read_operation({"parameters": [jsonpath]}, method="get").wire == {
        "q": Wire(location=Location.QUERYSTRING, name="", media="application/jsonpath")
    }


def test_media_types_may_be_references_and_streams_of_items(read_operation) -> None:
    lines = {"itemSchema": object_of("word")}
    stream = {"content": {"application/jsonl": {"$ref": "#/components/mediaTypes/Lines"}}}
    tool = read_operation(
        {"requestBody": {**stream, "required": True}, "responses": {"200": stream}},
        components={"mediaTypes": {"Lines": lines}},
    )
    assert tool.properties == {"body": {"type": "array", "items": object_of("word")}}
    assert tool.returns == {"type": "array", "items": object_of("word")}


def test_examples_of_parameters_and_bodies_are_kept_beside_their_values(read_operation) -> None:
    city = {"name": "city", "in": "query", "schema": TEXT, "examples": {"a": {"value": "Oslo"}}}
    media = {"schema": object_of("item", "note"), "example": {"item": "Pen"}}
    tool = read_operation({"parameters": [city], "requestBody": {"content": {"application/json": media}}})
    assert tool.properties["city"]["examples"] == ["Oslo"]
    assert tool.properties["item"]["examples"] == ["Pen"]
    assert "examples" not in tool.properties["note"]
