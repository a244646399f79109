import pytest

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.telling import is_sayable, is_tellable, least_told


@pytest.mark.parametrize(
    ("schema", "sayable"),
    [
        ({"type": "integer"}, True),
        ({"type": ["null", "string"]}, True),
        ({"type": ["object", "string"]}, False),
        ({"type": "array", "items": {"type": ["string", "null"]}}, True),
        ({"type": "array", "items": {"type": ["object", "string"]}}, False),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, False),
    ],
)
def test_a_person_can_say_scalars_and_lists_of_them(schema: JsonObject, sayable: bool) -> None:
    assert is_sayable(schema) is sayable


TEXT: JsonObject = {"type": "string"}
ADDRESS: JsonObject = {
    "type": "object",
    "required": ["street", "city"],
    "properties": {"street": TEXT, "city": TEXT},
}


def tool(schemas: JsonObject) -> ToolSpec:
    parameters = {"type": "object", "properties": schemas, "required": list(schemas)}
    return ToolSpec(name="send", description="Send it.", effect=Effect.CREATE, parameters=parameters)


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (TEXT, 1),
        ({"type": "array", "items": TEXT, "minItems": 5}, 1),
        ({}, 1),
        ({"type": "object"}, 1),
        (ADDRESS, 2),
        ({"type": "object", "properties": {"from": ADDRESS, "note": TEXT}, "required": ["from", "note"]}, 3),
        ({"type": "array", "items": ADDRESS, "minItems": 3}, 6),
        ({"oneOf": [{"type": "null"}, ADDRESS]}, 2),
    ],
)
def test_what_must_be_told_is_counted(schema: JsonObject, values: int) -> None:
    assert least_told(tool({"it": schema})) == values


def test_a_schema_that_calls_for_itself_is_too_much_to_tell() -> None:
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/node"}}}
    spec = tool({"it": {"$ref": "#/$defs/node"}})
    spec.parameters["$defs"] = {"node": endless}
    assert not is_tellable(spec)


def test_a_user_tells_the_parts_of_an_object() -> None:
    toolset = Toolset(
        name="post", title="Post", tools=(tool({"to": ADDRESS, "weight": {"type": "integer"}}),)
    )
    for seed in range(8):
        scenario = TemplateAuthor().write(toolset, ScenarioRequest(category="simple"), seed, Split.TRAIN)
        ((call,), _) = (turn.calls for turn in scenario.solution)
        assert call.arguments["to"]["street"] in scenario.opening
        assert f"city {call.arguments['to']['city']}" in scenario.opening
