import json
from pathlib import Path

import pytest
import torch

from agents.tiny import load
from inftool_env.core.errors import ConfigError
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from trainers.commands import base


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base policy that has read little."""
    out = tmp_path_factory.mktemp("base") / "policy"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trainers.base.CORPUS_PACKS", 8)
        patch.setattr("trainers.base.WINDOW_PACKS", 4)
        patch.setattr("trainers.commands.base.STEPS_PER_LINE", 1)
        patch.setattr(
            "trainers.base_exam.exams", lambda: {"held-out API": lambda _seed: load_toolset("weather-api")}
        )
        base.run(out=out, tokens=0.01, threads=1, per_category=1)
    return out


def test_the_folder_loads_as_an_ordinary_checkpoint(made: Path) -> None:
    model, tokenizer = load(made)
    assert tokenizer.chat_template
    assert (
        sum(weight.numel() for weight in model.parameters())
        == json.loads((made / "training.json").read_text())["parameters"]
    )
    assert torch.isfinite(next(model.parameters())).all()


def test_the_card_states_how_it_was_made_and_what_it_can_do(made: Path) -> None:
    card = (made / "README.md").read_text()
    assert "seed 0" in card
    assert "without trips-api and weather-api" in card
    assert "| held-out API |" in card
    assert all(f" {category} |" in card for category in FIRST_CATEGORIES)


def test_a_checkpoint_is_never_overwritten(made: Path) -> None:
    with pytest.raises(ConfigError, match="holds a checkpoint already"):
        base.run(out=made)
