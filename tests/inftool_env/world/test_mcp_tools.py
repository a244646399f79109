from dataclasses import replace

import pytest
from mcp import MCPError

from inftool_env.core.message import ToolResult
from inftool_env.core.tool import Effect
from inftool_env.world.mcp_tools import describe_tool, encode_result, page_of_tools


@pytest.mark.parametrize(
    ("effect", "reads", "destroys", "repeats"),
    [
        (Effect.READ, True, False, True),
        (Effect.CREATE, False, False, False),
        (Effect.UPDATE, False, True, True),
        (Effect.DELETE, False, True, True),
    ],
)
def test_annotations_say_what_a_call_does(shop, effect, reads, destroys, repeats):
    hints = describe_tool(replace(shop.get("get_order"), effect=effect)).annotations
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (reads, destroys, repeats)
    assert not hints.open_world_hint


def test_a_tool_keeps_its_schemas_and_a_schema_without_a_type_gets_one(shop):
    tool = shop.get("get_order")
    described = describe_tool(tool)
    assert (described.input_schema, described.output_schema) == (tool.parameters, tool.returns)
    assert describe_tool(replace(tool, parameters={})).input_schema == {"type": "object"}
    assert describe_tool(replace(tool, returns=None)).output_schema is None


def test_definitions_stay_at_the_root_of_a_wrapped_schema(shop):
    returns = {"$defs": {"n": {"type": "integer"}}, "type": "array", "items": {"$ref": "#/$defs/n"}}
    schema = describe_tool(replace(shop.get("list_orders"), returns=returns)).output_schema
    assert schema["$defs"] == returns["$defs"]
    assert schema["properties"]["result"] == {"type": "array", "items": {"$ref": "#/$defs/n"}}


def test_a_result_travels_as_text_and_as_structure(shop):
    tool = shop.get("get_order")
    good = encode_result(tool, ToolResult(call_id="1", name=tool.name, content='{"id": 1}', data={"id": 1}))
    assert (good.content[0].text, good.structured_content, good.is_error) == ('{"id": 1}', {"id": 1}, False)
    bad = encode_result(
        tool, ToolResult(call_id="1", name=tool.name, content="no", data={"e": 1}, is_error=True)
    )
    assert (bad.content[0].text, bad.structured_content, bad.is_error) == ("no", None, True)
    listing = replace(tool, returns={"type": "array"})
    assert encode_result(listing, replace_data(good_result(tool), [1])).structured_content == {"result": [1]}
    silent = replace(tool, returns=None)
    assert encode_result(silent, good_result(tool)).structured_content is None


def good_result(tool) -> ToolResult:
    return ToolResult(call_id="1", name=tool.name, content="x", data={"id": 1})


def replace_data(result: ToolResult, data) -> ToolResult:
    return replace(result, data=data)


@pytest.mark.parametrize("page_size", [1, 2, 3, 100, None])
def test_pages_hold_every_tool_once_and_in_order(shop, page_size):
    tools = [describe_tool(tool) for tool in shop.tools]
    names, cursor = [], None
    while True:
        page = page_of_tools(tools, cursor, page_size)
        assert page_size is None or 0 < len(page.tools) <= page_size
        names += [tool.name for tool in page.tools]
        cursor = page.next_cursor
        if cursor is None:
            break
        assert not any(name in cursor for name in shop.names)
    assert names == list(shop.names)


def test_a_tool_that_appears_between_two_pages_moves_no_other(shop):
    tools = [describe_tool(tool) for tool in shop.tools]
    first = page_of_tools(tools[1:], None, 2)
    second = page_of_tools(tools, first.next_cursor, 2)
    assert [tool.name for tool in (*first.tools, *second.tools)] == list(shop.names[1:5])


@pytest.mark.parametrize("cursor", ["", "1", "%%%", "ä", "bm9wZQ=="])
def test_a_cursor_that_we_never_gave_is_refused(shop, cursor):
    with pytest.raises(MCPError, match="Unknown cursor") as raised:
        page_of_tools([describe_tool(tool) for tool in shop.tools], cursor, 2)
    assert raised.value.code == -32602
