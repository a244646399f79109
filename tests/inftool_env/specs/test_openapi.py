from inftool_env.core.tool import Effect
from inftool_env.specs.budget import MAX_TOOL_TOKENS, count_tokens
from inftool_env.specs.load import read_spec, read_tools


def body(schema, media="application/json", **more):
    return {"requestBody": {"content": {media: {"schema": schema}}, **more}}


ORDER = {
    "type": "object",
    "required": ["item"],
    "properties": {"id": {"type": "integer"}, "item": {"type": "string"}},
}


def test_parameters_of_every_place_become_one_object(read_operation) -> None:
    parameters = [
        {"name": "Language", "in": "header", "schema": {"type": "string"}},
        {"name": "filter[name]", "in": "query", "schema": {"type": "string"}},
        {"name": "session", "in": "cookie", "schema": {"type": "string"}},
        {"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}},
    ]
    tool = read_operation({"parameters": parameters, **body(ORDER)}, path="/shops/{shop}/orders")
    assert list(tool.properties) == ["shop", "filter_name", "Language", "session", "id", "item"]
    assert tool.required == ("shop", "item")
    assert tool.parameters["additionalProperties"] is False


def test_credentials_are_no_parameters(read_operation) -> None:
    names = ["Authorization", "X-API-Key", "api_key", "X-Auth-Token", "Accept", "X-Mine"]
    parameters = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in names]
    parameters.append({"name": "appid", "in": "query", "schema": {"type": "string"}})
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "appid"}}}
    tool = read_operation({"parameters": parameters}, components=schemes)
    assert list(tool.properties) == ["X-Mine"]


def test_equal_names_of_different_places_are_told_apart(read_operation) -> None:
    parameters = [
        {"name": "item", "in": place, "schema": {"type": "string"}} for place in ("query", "header")
    ]
    tool = read_operation({"parameters": parameters, **body(ORDER)})
    assert list(tool.properties) == ["item", "header_item", "id", "body_item"]


def test_the_key_in_the_path_is_not_asked_for_again_in_the_body(read_operation) -> None:
    tool = read_operation(body(ORDER), method="put", path="/orders/{id}")
    assert list(tool.properties) == ["id", "item"]
    assert tool.required == ("id", "item")
    assert tool.properties["id"] == {"type": "string"}


def test_the_route_holds_the_parameters_own_names(read_operation) -> None:
    parameters = [{"name": "order id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    tool = read_operation({"parameters": parameters}, method="get", path="/orders/{order id}")
    assert tool.route == "GET /orders/{order_id}"
    assert tool.name == "get_orders_by_order_id"


def test_the_operation_overrides_the_paths_parameters(save) -> None:
    shared = {"name": "limit", "in": "query", "schema": {"type": "string"}}
    own = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    path = save({"openapi": "3.1.0", "paths": {"/a": {"parameters": [shared], "get": {"parameters": [own]}}}})
    assert read_tools(path).tools[0].properties == {"limit": {"type": "integer"}}


def test_members_of_an_optional_body_are_optional(read_operation) -> None:
    assert read_operation(body(ORDER, required=False)).required == ()
    assert read_operation(body(ORDER)).required == ("item",)


def test_json_is_preferred_to_forms_and_forms_to_the_rest(read_operation) -> None:
    kinds = [
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/vnd.a+json",
    ]
    content = {kind: {"schema": {"type": "object", "properties": {kind[-4:]: {}}}} for kind in kinds}
    assert list(read_operation({"requestBody": {"content": content}}).properties) == ["json"]


def test_a_body_that_is_no_object_is_one_parameter(read_operation) -> None:
    tool = read_operation(body({"type": "array", "items": {"type": "string"}}, required=True))
    assert tool.properties == {"body": {"type": "array", "items": {"type": "string"}}}
    assert tool.required == ("body",)


def test_alternative_bodies_offer_all_members_and_require_the_common_ones(read_operation) -> None:
    card = {
        "type": "object",
        "required": ["sum", "card"],
        "properties": {"sum": {}, "card": {}, "kind": {"const": "card"}},
    }
    cash = {"type": "object", "required": ["sum"], "properties": {"sum": {}, "kind": {"const": "cash"}}}
    tool = read_operation(body({"oneOf": [card, cash]}))
    assert tool.properties == {"sum": {}, "card": {}, "kind": {"enum": ["card", "cash"]}}
    assert tool.required == ("sum",)


def test_returns_is_the_first_successful_json_response(read_operation) -> None:
    def answer(kind, name):
        return {"content": {kind: {"schema": {"type": "object", "properties": {name: {}}}}}}

    responses = {
        "default": answer("application/json", "error"),
        "201": answer("application/json", "created"),
        "200": answer("text/html", "page"),
        "404": answer("application/json", "missing"),
    }
    assert list(read_operation({"responses": responses}).returns["properties"]) == ["created"]
    assert read_operation({"responses": {"204": {"description": "Gone."}}}).returns is None


def test_a_broken_response_costs_a_warning_and_not_the_tool(save) -> None:
    responses = {"200": {"content": {"application/json": {"schema": {"$ref": "https://example.com/x.json"}}}}}
    reading = read_spec(save({"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": responses}}}}))
    assert reading.toolset.tools[0].returns is None
    assert "is remote and is not fetched" in reading.warnings[0]


def test_the_description_is_the_summary_or_a_sentence_or_the_name(read_operation) -> None:
    assert read_operation({"summary": "Place **it**", "description": "Long."}).description == "Place it"
    assert read_operation({"description": "Places it. At once."}).description == "Places it."
    assert read_operation({"operationId": "placeOrder"}).description == "Place order."


def test_swagger_bodies_and_forms_are_flattened(save) -> None:
    parameters = [
        {"name": "order", "in": "body", "schema": {"$ref": "#/definitions/Order"}},
        {"name": "limit", "in": "query", "type": "integer", "required": True, "collectionFormat": "csv"},
    ]
    form = [
        {"name": "photo", "in": "formData", "type": "file", "required": True},
        {"name": "note", "in": "formData", "type": "string"},
    ]
    answer = {"responses": {200: {"schema": {"$ref": "#/definitions/Order"}}}}
    paths = {"/orders": {"post": {"parameters": parameters, **answer}, "put": {"parameters": form}}}
    post, put = read_tools(save({"swagger": "2.0", "paths": paths, "definitions": {"Order": ORDER}})).tools
    assert post.properties == {"limit": {"type": "integer"}, **ORDER["properties"]}
    assert post.required == ("limit", "item")
    assert post.returns == ORDER
    assert put.properties == {"photo": {"type": "string"}, "note": {"type": "string"}}
    assert put.required == ("photo",)


def test_paths_in_files_of_their_own_are_read(save) -> None:
    save("get:\n  parameters:\n  - $ref: '../parameters.yaml#/limit'\n", "paths/pets.yaml")
    save("limit: {name: limit, in: query, schema: {type: integer}}\n", "parameters.yaml")
    path = save("openapi: 3.0.0\npaths:\n  /pets: {$ref: paths/pets.yaml}\n", "main.yaml")
    assert read_tools(path).tools[0].properties == {"limit": {"type": "integer"}}


def test_methods_of_openapi_3_2_are_operations(save) -> None:
    search = {"operationId": "searchOrders", **body({"type": "object", "properties": {"text": {}}})}
    extra = {"PURGE": {"summary": "Purge all"}, "LINK": {}, "PROPFIND": {}, "x y": {}}
    item = {"query": search, "additionalOperations": extra}
    tools = read_tools(save({"openapi": "3.2.0", "paths": {"/orders": item}})).tools
    assert [(tool.name, tool.route) for tool in tools] == [
        ("searchOrders", "QUERY /orders"),
        ("purge_orders", "PURGE /orders"),
        ("link_orders", "LINK /orders"),
        ("propfind_orders", "PROPFIND /orders"),
    ]
    assert [tool.effect for tool in tools] == [Effect.READ, Effect.DELETE, Effect.UPDATE, Effect.READ]
    assert tools[1].place == "paths./orders.additionalOperations.PURGE"


def test_a_tool_keeps_the_tags_of_its_operation(read_operation) -> None:
    assert read_operation({"tags": ["Orders", "`Shop`", "Orders", 5]}).tags == ("Orders", "Shop")


def test_a_tool_too_large_is_cut_back_and_told(save) -> None:
    fields = {f"field_{n}": {"type": "string", "description": "Long. " * 30} for n in range(200)}
    operation = {"operationId": "put", **body({"type": "object", "properties": fields})}
    reading = read_spec(save({"openapi": "3.0.0", "paths": {"/a": {"put": operation}}}))
    (tool,) = reading.toolset.tools
    assert count_tokens(tool) <= MAX_TOOL_TOKENS
    assert tool.wire.keys() == tool.properties.keys()
    assert reading.warnings[0].startswith("put: parameters cut back from ")
