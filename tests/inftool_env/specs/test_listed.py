import json

import pytest

from inftool_env.core.tool import Effect
from inftool_env.specs.load import read_spec, read_tools

PARAMETERS = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "tags": {"$ref": "#/$defs/tags"}},
    "required": ["title"],
    "$defs": {"tags": {"type": "array", "items": {"type": "string"}}},
}
TAGS = {"type": "array", "items": {"type": "string"}, "default": []}
PROPERTIES = {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}


def test_mcp_tools_are_read_with_their_results_and_hints(save) -> None:
    tools = [
        {
            "name": "create_note",
            "inputSchema": PARAMETERS,
            "outputSchema": {"type": "object"},
            "description": "Writes.",
        },
        {"name": "peek", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}},
        {"name": "press", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": False}},
    ]
    toolset = read_tools(save({"serverInfo": {"name": "Notes Server"}, "result": {"tools": tools}}))
    create, peek, press = toolset.tools
    assert toolset.name == "notes-server"
    assert create.properties == PROPERTIES
    assert create.required == ("title",)
    assert create.returns == {"type": "object"}
    assert (create.effect, peek.effect, press.effect) == (Effect.CREATE, Effect.READ, Effect.UPDATE)
    assert (create.resource, create.place) == ("note", "result.tools[0] ('create_note')")


def test_functions_are_read_bare_wrapped_and_as_lines(save) -> None:
    bare = {"name": "create_note", "description": "Writes.", "parameters": PARAMETERS}
    wrapped = {"type": "function", "function": bare}
    lines = '{"name": "create_note", "parameters": {}}\n{"name": "get_note", "parameters": {}}\n'
    assert read_tools(save([bare])).tools[0].properties == PROPERTIES
    assert read_tools(save({"tools": [wrapped]})).tools[0].properties == PROPERTIES
    assert read_tools(save(lines, "notes.json")).names == ("create_note", "get_note")
    assert read_tools(save(lines, "notes.json")).name == "notes"


def test_types_of_python_are_understood(save) -> None:
    parameters = {
        "type": "dict",
        "properties": {"a": {"type": "float"}, "b": {"type": "tuple"}, "c": {"type": "any"}},
    }
    (tool,) = read_tools(save([{"name": "add", "parameters": parameters}])).tools
    assert tool.parameters == {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "array", "items": {}}, "c": {}},
    }


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("String", {"type": "string"}),
        ("List[str]", {"type": "array", "items": {"type": "string"}}),
        ("array of integers", {"type": "array", "items": {"type": "integer"}}),
        ("Dict[str, float]", {"type": "object", "additionalProperties": {"type": "number"}}),
        ("Optional[bool]", {"type": "boolean"}),
        ("int | str", {"type": ["integer", "string"]}),
        ("HashMap", {"type": "object"}),
        ("ArrayList<Long>", {"type": "array", "items": {"type": "integer"}}),
    ],
)
def test_types_of_other_languages_are_understood(save, spelled, meant) -> None:
    parameters = {"type": "dict", "properties": {"type": {"type": spelled}}}
    assert read_tools(save([{"name": "add", "parameters": parameters}])).tools[0].properties == {
        "type": meant
    }


def test_what_is_no_type_is_left_as_it_is(save) -> None:
    default = {"type": "dict", "of": "float"}
    parameters = {"type": "dict", "properties": {"shape": {"type": "dict", "default": default}}}
    (tool,) = read_tools(save([{"name": "draw", "parameters": parameters}])).tools
    assert tool.properties["shape"]["default"] == default


def test_a_preamble_about_the_api_describes_the_api_and_not_the_tool(save) -> None:
    text = "This tool belongs to the Math API. Tool description: Add two numbers."
    toolset = read_tools(save([{"name": "add", "description": text}]))
    assert toolset.tools[0].description == "Add two numbers."
    assert toolset.description == "The Math API."


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([{"name": "create_note", "input_schema": PARAMETERS}], "[0] ('create_note')"),
        ({"name": "create_note", "parameters": PARAMETERS}, "('create_note')"),
        (
            {
                "toolConfig": {
                    "tools": [{"toolSpec": {"name": "create_note", "inputSchema": {"json": PARAMETERS}}}]
                }
            },
            "toolConfig.tools[0] ('create_note')",
        ),
        (
            {"tools": [{"functionDeclarations": [{"name": "create_note", "parameters": PARAMETERS}]}]},
            "tools[0].functionDeclarations[0] ('create_note')",
        ),
        (
            [{"name": "create_note", "args": {**PARAMETERS["properties"], "tags": TAGS}}],
            "[0] ('create_note')",
        ),
    ],
)
def test_the_spellings_of_many_chat_apis_are_one(save, document, place) -> None:
    (tool,) = read_tools(save(document)).tools
    tool.properties["tags"].pop("default", None)
    assert (tool.properties, tool.required, tool.place) == (PROPERTIES, ("title",), place)


def test_a_function_that_many_lines_repeat_is_one_tool(save) -> None:
    line = json.dumps({"id": "1", "question": "How?", "function": [{"name": "add", "parameters": {}}]})
    assert read_tools(save(f"{line}\n{line}\n")).names == ("add",)


@pytest.mark.parametrize(
    ("name", "hints", "effect"),
    [
        ("press", {"readOnlyHint": False, "destructiveHint": False}, Effect.CREATE),
        ("press", {"readOnlyHint": False, "destructiveHint": False, "idempotentHint": True}, Effect.UPDATE),
        ("press", {"destructiveHint": True}, Effect.UPDATE),
        ("delete_note", {"readOnlyHint": False, "destructiveHint": False}, Effect.DELETE),
        ("delete_note", {"readOnlyHint": True}, Effect.READ),
        ("press", {}, Effect.READ),
    ],
)
def test_a_servers_hints_say_what_its_tool_does_where_the_name_is_silent(save, name, hints, effect) -> None:
    tools = [{"name": name, "inputSchema": {"type": "object"}, "annotations": hints}]
    assert read_tools(save({"tools": tools})).tools[0].effect is effect


def test_what_is_no_function_is_skipped_with_its_place(save) -> None:
    listed = [{"name": "add"}, {"parameters": {}}, {"name": "b", "parameters": {"type": "string"}}, 7]
    reading = read_spec(save({"functions": [{"name": "a", "parameters": {}}, *listed]}))
    assert reading.operations == 5
    assert [skipped.place for skipped in reading.skipped] == [
        "functions[2]",
        "functions[3] ('b')",
        "functions[4]",
    ]
    assert "expected 'object', since arguments have names" in reading.skipped[1].reason
