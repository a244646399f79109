from inftool_env.core.tool import Effect
from inftool_env.specs.load import read_spec, read_tools

PARAMETERS = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "tags": {"$ref": "#/$defs/tags"}},
    "required": ["title"],
    "$defs": {"tags": {"type": "array", "items": {"type": "string"}}},
}
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


def test_a_preamble_about_the_api_is_no_description(save) -> None:
    text = "This tool belongs to the Math API. Tool description: Add two numbers."
    assert read_tools(save([{"name": "add", "description": text}])).tools[0].description == "Add two numbers."


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
