import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.specs.load import read_tools

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a document (text, or a value as JSON) into a folder of its own."""

    def write(content: JsonValue, name: str = "spec.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def read_operation(save: Save) -> Callable[..., ToolSpec]:
    """Reads one operation as the only one of an OpenAPI document."""

    def read(
        operation: JsonObject, *, method: str = "post", path: str = "/orders", **document: JsonValue
    ) -> ToolSpec:
        spec = {
            "openapi": "3.0.3",
            "info": {"title": "Shop"},
            "paths": {path: {method: operation}},
            **document,
        }
        return read_tools(save(spec)).tools[0]

    return read
