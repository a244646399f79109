from collections.abc import Callable

import pytest

from inftool_env.condensing.candidate import Source
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.specs.meaning import effect_of, resource_of
from inftool_env.specs.names import described_by_name, words

pytest.importorskip("sklearn", reason="the extra 'condense' is not installed")

MakeTool = Callable[..., ToolSpec]
MakeSource = Callable[..., Source]


@pytest.fixture
def make_tool() -> MakeTool:
    """A tool from its name and its parameters; those that end with ``!`` are required, all are texts unless a schema is given."""

    def make(
        name: str,
        parameters: str = "",
        *,
        text: str = "",
        types: dict[str, JsonObject] | None = None,
        result: str | JsonObject | None = None,
        route: str | None = None,
    ) -> ToolSpec:
        given = parameters.split()
        properties = {
            one.rstrip("!"): (types or {}).get(one.rstrip("!"), {"type": "string"}) for one in given
        }
        schema: JsonObject = {"type": "object", "properties": properties}
        if required := [one[:-1] for one in given if one.endswith("!")]:
            schema["required"] = required
        if isinstance(result, str):
            result = {"type": "object", "properties": {field: {"type": "string"} for field in result.split()}}
        method, _, path = (route or "").partition(" /")
        return ToolSpec(
            name=name,
            description=text or described_by_name(name),
            parameters=schema,
            returns=result,
            effect=effect_of(method.lower() or None, words(name)) or Effect.READ,
            resource=resource_of(path.split("/") if path else [], name),
            route=route,
        )

    return make


@pytest.fixture
def make_source() -> MakeSource:
    def make(label: str, *tools: ToolSpec, title: str = "") -> Source:
        return Source(label=label, toolset=Toolset(name=label, title=title or label, tools=tools))

    return make
