from collections.abc import Callable
from pathlib import Path

import pytest

from agents.datasets.assistants import open_assistant
from agents.datasets.config import SynthConfig
from agents.tiny import save
from inftool_env.core.errors import CheckpointError, ConfigError


@pytest.mark.parametrize("name", ["oracle", "teacher"])
def test_policies_without_a_model_are_known_by_name(name: str) -> None:
    assert open_assistant(SynthConfig(assistant=name))(7).name == name


def test_model_in_a_folder_samples_by_the_seed_of_its_block(tmp_path: Path, model, tokenizer) -> None:
    save(tmp_path / "model", model, tokenizer)
    give: Callable = open_assistant(SynthConfig(assistant=str(tmp_path / "model"), temperature=0.0))
    assert [give(seed).config.seed for seed in (3, 4)] == [3, 4]
    assert give(3).config.greedy


def test_model_behind_an_address_needs_its_name() -> None:
    give = open_assistant(SynthConfig(assistant="http://127.0.0.1:1/v1#llama"))
    assert give(0).name == "llama@http://127.0.0.1:1/v1"
    with pytest.raises(ConfigError, match="Add the name"):
        open_assistant(SynthConfig(assistant="https://example.org/v1"))


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        open_assistant(SynthConfig(assistant=str(tmp_path / "nowhere")))
