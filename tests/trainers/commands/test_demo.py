"""Which environment the demo takes when a document gives several."""

import json
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest

from inftool_env.envs.registry import env_ids, register_api
from trainers.commands.demo import _ids_of, _richest


@pytest.fixture(autouse=True)
def forget_new_ids() -> Iterator[None]:
    before = set(gymnasium.registry)
    yield
    for env_id in set(gymnasium.registry) - before:
        del gymnasium.registry[env_id]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Functions over four things; only those of vases take an argument."""
    parameters = {"type": "object", "properties": {"colour": {"type": "string"}}, "required": ["colour"]}
    tools = [
        {
            "name": f"{verb}_{noun}",
            "description": f"{verb} the {noun}",
            "parameters": parameters if noun == "vase" else {"type": "object", "properties": {}},
        }
        for noun in ("lamp", "vase", "stool", "mirror")
        for verb in ("get", "open", "close", "lock", "enable", "disable", "archive", "restore")
    ]
    file = tmp_path / "house.json"
    file.write_text(json.dumps(tools))
    return file


def test_the_demo_takes_the_environment_with_the_most_categories(large: Path) -> None:
    ids = _ids_of(large)
    assert len(ids) == 4
    assert _richest(ids) == "InfTool/house-vase-v0"


def test_the_demo_takes_what_is_registered_already(large: Path) -> None:
    ids = register_api(large)
    before = env_ids()
    assert _ids_of(large) == ids
    assert env_ids() == before
