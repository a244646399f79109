"""Documents that do not agree with themselves, or promise more than there is."""

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.retyped import retyped


def tool(name: str, route: str, key: JsonObject, returns: JsonObject) -> ToolSpec:
    in_path = "{" in route
    return ToolSpec(
        name=name,
        description=f"{name}.",
        parameters={
            "type": "object",
            "properties": {"id": key} if in_path else {},
            "required": ["id"] if in_path else [],
        },
        returns=returns,
        effect=Effect.READ,
        resource="lamp",
        route=route,
    )


def lamp(key: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": key, "name": {"type": "string"}},
    }


NUMBER: JsonObject = {"type": "integer", "minimum": 1, "maximum": 99999}
TEXT: JsonObject = {"type": "string"}


@pytest.mark.parametrize(
    ("value", "schema", "same"),
    [(12, TEXT, "12"), ("12", NUMBER, 12), ("x", NUMBER, None), (True, TEXT, None), ("007", NUMBER, None)],
)
def test_an_id_keeps_its_meaning_or_is_none(value: JsonValue, schema: JsonObject, same: JsonValue) -> None:
    assert retyped(value, SchemaValidator(schema)) == same


@pytest.mark.parametrize(("shown", "asked"), [(NUMBER, TEXT), (TEXT, NUMBER)])
def test_a_row_is_found_by_an_id_of_another_type(shown: JsonObject, asked: JsonObject) -> None:
    lamps = Toolset(
        name="lamps",
        title="Lamps",
        tools=(
            tool("list_lamps", "GET /lamps", asked, {"type": "array", "items": lamp(shown)}),
            tool("get_lamp", "GET /lamps/{id}", asked, lamp(shown)),
            tool("show_lamp", "GET /lamps/{id}/show", shown, lamp(asked)),
        ),
    )
    backend = StatefulBackend(lamps, seed=0)
    row = backend.call(ToolCall(name="list_lamps", arguments={})).data[0]
    key = retyped(row["id"], SchemaValidator(asked))
    found = backend.call(ToolCall(name="get_lamp", arguments={"id": key}))
    assert found.data == row
    shown_lamp = backend.call(ToolCall(name="show_lamp", arguments={"id": row["id"]})).data
    assert shown_lamp == {**row, "id": key}


@pytest.mark.parametrize("least", [1, 12])
def test_a_list_holds_as_much_as_the_document_promises(least: int) -> None:
    returns = {"type": "array", "items": lamp(NUMBER), "minItems": least}
    by_name = ToolSpec(
        name="list_lamps",
        description="Lamps by their name.",
        parameters={"type": "object", "properties": {"name": TEXT, "id": NUMBER}},
        returns=returns,
        resource="lamp",
        route="GET /lamps",
    )
    backend = StatefulBackend(Toolset(name="lamps", title="Lamps", tools=(by_name,)), seed=0)
    result = backend.call(ToolCall(name="list_lamps", arguments={"name": "no such lamp"}))
    assert SchemaValidator(returns).is_valid(result.data)


def test_an_object_names_no_row() -> None:
    key = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    lamps = Toolset(name="lamps", title="L", tools=(tool("get_lamp", "GET /lamps/{id}", key, lamp(NUMBER)),))
    result = StatefulBackend(lamps, seed=0).call(ToolCall(name="get_lamp", arguments={"id": {"a": "x"}}))
    assert not result.is_error


def test_whoever_edits_an_answer_edits_no_other_world() -> None:
    returns = lamp(NUMBER)
    returns["properties"]["tags"] = {"type": "array", "items": TEXT, "minItems": 1}
    returns["required"].append("tags")
    lamps = Toolset(name="lamps", title="L", tools=(tool("get_lamp", "GET /lamps/{id}", NUMBER, returns),))
    rows = StatefulBackend(lamps, seed=0).rows("get_lamp")
    rows[0]["tags"].append("edited")
    assert "edited" not in StatefulBackend(lamps, seed=0).rows("get_lamp")[0]["tags"]
