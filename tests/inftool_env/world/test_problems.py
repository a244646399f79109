"""Refusals speak as the document says its API does."""

from dataclasses import replace

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonObject, SchemaValidator
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.envs.registry import load_toolset
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.problems import Problem, plain_body, problem_body

GONE = Problem(404, "order '7' not found")
NAMELESS = Problem(422, "missing required parameter 'name'", "name")


def tool(errors: JsonObject, **more: object) -> ToolSpec:
    spec = ToolSpec(name="get_order", description="Show.", parameters={"type": "object"}, resource="order")
    return replace(spec, errors=errors, **more)


def shape(required: tuple[str, ...] = (), /, **properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (shape(code=TEXT, message=TEXT), {"code": "not_found", "message": GONE.message}),
        (
            shape(error=shape(status=NUMBER, message=TEXT)),
            {"error": {"status": 404, "message": GONE.message}},
        ),
        (
            shape(type={**TEXT, "format": "uri"}, title=TEXT, status=NUMBER, detail=TEXT),
            {"type": "about:blank", "title": "Not Found", "status": 404, "detail": GONE.message},
        ),
        (shape(errors={"type": "array", "items": TEXT}), {"errors": [GONE.message]}),
        (
            shape(code={"enum": ["bad_request", "order_not_found", "user_not_found"]}, message=TEXT),
            {"code": "order_not_found", "message": GONE.message},
        ),
        (
            shape(code={**TEXT, "example": "INVALID_INPUT"}, message=TEXT),
            {"code": "NOT_FOUND", "message": GONE.message},
        ),
        (shape(ok={"type": "boolean"}, error=TEXT), {"ok": False, "error": GONE.message}),
        (shape(ok={"type": "boolean"}), {"ok": False, "message": GONE.message}),
    ],
)
def test_a_refusal_has_the_shape_that_the_document_declares(schema, body):
    assert problem_body(tool({"404": schema}), GONE) == body


def test_a_wrong_argument_is_named_where_the_schema_has_a_place_for_it():
    each = shape(("field", "message"), field=TEXT, message=TEXT)
    schema = shape(("errors",), errors={"type": "array", "items": each})
    body = problem_body(tool({"422": schema}), NAMELESS)
    assert body == {"errors": [{"field": "name", "message": NAMELESS.message}]}


def test_an_api_that_knows_no_422_answers_400():
    known = shape(status=NUMBER, message=TEXT)
    assert problem_body(tool({"400": known}), NAMELESS)["status"] == 400
    assert problem_body(tool({"400": known, "422": known}), NAMELESS)["status"] == 422


@pytest.mark.parametrize("code", ["404", "4XX", "4xx", "default"])
def test_a_status_may_be_declared_for_many(code):
    assert problem_body(tool({code: shape(message=TEXT)}), GONE) == {"message": GONE.message}


@pytest.mark.parametrize("schema", [{}, {"type": "object", "maxProperties": 0}, {"type": "null"}])
def test_a_schema_that_cannot_tell_gives_way_to_our_own(schema):
    assert problem_body(tool({"404": schema}), GONE) == plain_body(GONE)


def test_what_a_refusal_must_hold_is_drawn_the_same_each_time():
    schema = shape(("message", "request_id"), message=TEXT, request_id={**TEXT, "format": "uuid"})
    first, second = (problem_body(tool({"404": schema}), GONE) for _ in range(2))
    assert first == second
    assert SchemaValidator(schema).is_valid(first)


def test_errors_leave_the_digest_of_a_toolset_as_it_is():
    sets = [Toolset(name="a", title="A", tools=(tool(errors),)) for errors in ({}, {"404": shape(code=TEXT)})]
    assert sets[0].digest == sets[1].digest


def test_the_catalogue_refuses_in_its_own_schema():
    backend = StatefulBackend(load_toolset("shop-api"), 0)
    result = backend.call(ToolCall(name="get_product", arguments={"product_id": 1234}))
    assert result.is_error
    assert result.data == {"code": "not_found", "message": "product '1234' not found"}
