from dataclasses import replace

import pytest

from inftool_env.core.tool import Toolset, ToolSpec, argument_validator

GET = ToolSpec(
    name="get",
    description="Get it.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}, "any": True},
        "required": ["city"],
    },
)
PUT = replace(GET, name="put")
TOOLSET = Toolset(name="x", title="X", tools=(GET, PUT))


def test_a_subset_keeps_the_order_asked_for_and_refuses_strangers() -> None:
    assert TOOLSET.subset(["put", "get"]).names == ("put", "get")
    with pytest.raises(KeyError):
        TOOLSET.subset(["nope"])


def test_the_digest_is_of_the_content() -> None:
    assert TOOLSET.digest == replace(TOOLSET, title="Y").digest
    assert TOOLSET.digest != TOOLSET.subset(["get"]).digest


def test_validators_judge_arguments_by_tool() -> None:
    get, put = (argument_validator(tool) for tool in TOOLSET.tools)
    assert get.is_valid({"city": "Rome"})
    assert not put.is_valid({"city": 3})


def test_an_unconstrained_parameter_has_an_empty_schema() -> None:
    assert GET.properties["any"] == {}
    assert GET.required == ("city",)
