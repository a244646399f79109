"""Every real document at hand, held to the contract of a ``ToolSpec``."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from inftool_env.specs.budget import MAX_TOOL_TOKENS, count_tokens
from inftool_env.specs.load import read_spec

FOLDER = Path(__file__).parents[4] / "shared" / "specs"
SLOW_BYTES = 150_000
LARGE_TOKENS = {"createFile": 1700}
"""Tools whose required parameters alone are over the budget."""
ENTRIES = {"swagger.json", "deep-circular.yaml", "data_repository_service.openapi.yaml"}
"""Of documents in several files."""


def documents():
    whole = (FOLDER, FOLDER / "mcp", FOLDER / "functions")
    for path in sorted([*FOLDER.rglob("*.json"), *FOLDER.rglob("*.yaml")]):
        if path.parent in whole or path.name in ENTRIES:
            marks = [pytest.mark.slow] if path.stat().st_size > SLOW_BYTES else []
            yield pytest.param(path, id=path.name, marks=marks)


def sample(tools):
    """At most twenty from all over the document: checking a schema takes far longer than making it."""
    return tools[:: 1 + len(tools) // 20]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder of real documents beside the repository")
@pytest.mark.parametrize("path", list(documents()))
def test_a_real_document_gives_legal_tools(path: Path) -> None:
    reading = read_spec(path)
    names = reading.toolset.names
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reading.toolset.name)
    assert len(set(names)) == len(names)
    assert len(reading.skipped) <= reading.operations * 0.05
    for tool in reading.toolset.tools:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name)
        assert 0 < len(tool.description) <= 160
        assert set(tool.required) <= set(tool.properties)
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in tool.properties)
        assert "$ref" not in tool.parameters
        assert count_tokens(tool) <= LARGE_TOKENS.get(tool.name, MAX_TOOL_TOKENS)
        if tool.route:
            assert set(re.findall(r"\{([^{}]*)\}", tool.route)) <= set(tool.required)
            assert tool.wire.keys() == tool.properties.keys()
    for tool in sample(reading.toolset.tools):
        Draft202012Validator.check_schema(tool.parameters)
        Draft202012Validator.check_schema(tool.returns or {})
