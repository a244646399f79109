from jsonschema import Draft202012Validator

from inftool_env.core.tool import Location, ToolSpec, Wire
from inftool_env.specs.budget import MAX_TOOL_TOKENS, count_tokens, fit_tool

LONG = "Says at length what this is about, and then goes on to say it once more for good measure."


def make_tool(required=(), **properties) -> ToolSpec:
    wire = {name: Wire(location=Location.BODY, name=name) for name in properties}
    parameters = {"type": "object", "properties": properties, "additionalProperties": False}
    return ToolSpec(
        name="t", description="T.", parameters={**parameters, "required": list(required)}, wire=wire
    )


def make_object(count, levels, **more):
    inner = make_object(count, levels - 1) if levels > 1 else {"type": "string"}
    members = {f"member_{n}": {**inner, "description": LONG} for n in range(count)}
    return {"type": "object", "properties": members, "required": ["member_0"], **more}


def test_four_characters_of_json_are_a_token() -> None:
    tool = ToolSpec(name="get", description="Get it.", parameters={"type": "object"})
    text = '{"description":"Get it.","name":"get","parameters":{"type":"object"}}'
    assert count_tokens(tool) == -(-len(text) // 4)


def test_a_tool_that_fits_is_left_alone() -> None:
    tool = make_tool(order=make_object(3, 2))
    assert fit_tool(tool) is tool


def test_long_descriptions_within_a_parameter_go_before_its_properties() -> None:
    tool = make_tool(order=make_object(35, 1, description=LONG))
    fitted = fit_tool(tool)
    assert count_tokens(tool) > MAX_TOOL_TOKENS >= count_tokens(fitted)
    assert fitted.properties["order"]["properties"].keys() == tool.properties["order"]["properties"].keys()
    assert fitted.properties["order"]["description"] == LONG


def test_what_is_required_stays_at_every_level() -> None:
    fitted = fit_tool(make_tool(order=make_object(12, 3), required=["order"]))
    assert count_tokens(fitted) <= MAX_TOOL_TOKENS
    level = fitted.properties["order"]
    for _ in range(3):
        assert level["required"] == ["member_0"]
        level = level["properties"]["member_0"]


def test_a_closed_object_that_loses_properties_still_allows_them() -> None:
    tool = make_tool(order=make_object(12, 3, additionalProperties=False), required=["order"])
    order = {"member_0": {"member_0": {"member_0": "a"}}, "member_11": {"member_0": {"member_0": "a"}}}
    for one in (tool, fit_tool(tool)):
        assert Draft202012Validator(one.parameters).is_valid({"order": order})


def test_many_alternatives_become_one_object_of_all() -> None:
    kinds = [
        {
            "type": "object",
            "properties": {"kind": {"type": "string", "enum": [f"k{n}"]}, f"of_{n}": make_object(9, 1)},
            "required": ["kind"],
        }
        for n in range(12)
    ]
    fitted = fit_tool(make_tool(payment={"anyOf": kinds}, required=["payment"]))
    assert count_tokens(fitted) <= MAX_TOOL_TOKENS
    assert fitted.properties["payment"]["properties"]["kind"]["enum"] == [f"k{n}" for n in range(12)]
    assert fitted.properties["payment"]["required"] == ["kind"]


def test_optional_parameters_are_left_out_last_with_their_wire() -> None:
    many = {f"option_{n}": {"type": "integer", "description": LONG} for n in range(150)}
    fitted = fit_tool(make_tool(key={"type": "string"}, **many, required=["key"]))
    assert count_tokens(fitted) <= MAX_TOOL_TOKENS
    assert "key" in fitted.properties
    assert 30 < len(fitted.properties) < 151
    assert fitted.wire.keys() == fitted.properties.keys()


def test_a_long_enumeration_gives_way_to_examples_of_it() -> None:
    zones = {"type": "string", "enum": [f"Continent/City_{n}" for n in range(500)]}
    fitted = fit_tool(make_tool(zone=zones, required=["zone"]))
    assert fitted.properties["zone"] == {"type": "string", "examples": zones["enum"][:2]}
