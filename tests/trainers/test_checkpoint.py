import os
from pathlib import Path

import pytest
import torch
from transformers import Lfm2ForCausalLM, PreTrainedTokenizerBase

from agents.tiny import make_tokenizer
from inftool_env.core.errors import CheckpointError
from trainers.batch import example_row
from trainers.checkpoint import best_checkpoint, latest_checkpoint, load_checkpoint, save_checkpoint
from trainers.engines.local import LocalEngine
from trainers.optimizer import PolicyOptimizer


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    return make_tokenizer(["hello"], vocab_size=300)


def train(model: Lfm2ForCausalLM, optimizer: PolicyOptimizer, steps: range) -> None:
    engine = LocalEngine(model, optimizer, pad_id=0)
    for step in steps:
        engine.imitate([example_row(([2, 3 + step, 4, 5], [0, 1, 1, 1]))], progress=step / 10)


def save(folder: Path, step: int, model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase) -> Path:
    return save_checkpoint(folder, step, model, tokenizer, PolicyOptimizer(model))


def test_a_resumed_training_goes_on_bit_for_bit(
    toy_model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    optimizer = PolicyOptimizer(toy_model)
    train(toy_model, optimizer, range(4))
    path = save_checkpoint(tmp_path, 4, toy_model, tokenizer, optimizer)
    train(toy_model, optimizer, range(4, 8))

    found = load_checkpoint(path)
    resumed = PolicyOptimizer(found.model)
    resumed.load_state_dict(found.optimizer_state)
    train(found.model, resumed, range(found.step, 8))  # type: ignore[arg-type]
    for name, weight in toy_model.state_dict().items():
        assert torch.equal(weight, found.model.state_dict()[name]), name


def test_the_latest_is_the_newest_that_was_finished(
    toy_model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    assert latest_checkpoint(tmp_path) is None
    for step in (5, 10, 200):
        save(tmp_path, step, toy_model, tokenizer)
    (tmp_path / ".step-000300.part").mkdir()
    (tmp_path / "step-000400").mkdir()
    assert latest_checkpoint(tmp_path) == tmp_path / "step-000200"
    assert not (tmp_path / "step-000005").exists()  # the newest two are kept


@pytest.mark.parametrize(
    "name", ["training_state.json", "optimizer.safetensors", "model.safetensors", "config.json"]
)
def test_a_checkpoint_cut_in_half_is_named(
    toy_model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase, tmp_path: Path, name: str
) -> None:
    path = save(tmp_path, 1, toy_model, tokenizer)
    os.truncate(path / name, (path / name).stat().st_size // 2)
    with pytest.raises(CheckpointError, match="step-000001"):
        load_checkpoint(path)


def test_the_best_remains_beside_the_newest(
    toy_model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    optimizer = PolicyOptimizer(toy_model)
    for step, score in ((1, 0.3), (2, 0.7), (3, 0.4), (4, 0.5)):
        save_checkpoint(tmp_path, step, toy_model, tokenizer, optimizer, keep=1, score=score)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000002", "step-000004"]
    assert best_checkpoint(tmp_path) == tmp_path / "step-000002"
    assert latest_checkpoint(tmp_path) == tmp_path / "step-000004"


@pytest.mark.parametrize(
    "content", ['{"step": 1}', "[]", "4", '{"step": 1, "score": null, "optimizer": {"$tensor": "no"}}']
)
def test_a_state_of_another_shape_is_named(
    toy_model: Lfm2ForCausalLM, tokenizer: PreTrainedTokenizerBase, tmp_path: Path, content: str
) -> None:
    path = save(tmp_path, 1, toy_model, tokenizer)
    (path / "training_state.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"training_state\.json"):
        load_checkpoint(path)


def test_a_full_disk_leaves_the_checkpoint_before_as_it_was(
    toy_model: Lfm2ForCausalLM,
    tokenizer: PreTrainedTokenizerBase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = save(tmp_path, 1, toy_model, tokenizer)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trainers.checkpoint.tiny.save", full)
    with pytest.raises(CheckpointError, match="No space left on device"):
        save(tmp_path, 2, toy_model, tokenizer)
    assert [path.name for path in tmp_path.iterdir()] == [before.name]
    assert load_checkpoint(before).step == 1
