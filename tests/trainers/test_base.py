from pathlib import Path

import pytest
import torch

from agents import tiny
from inftool_env.core.errors import ConfigError
from trainers.base import STEPS, BaseConfig, BaseProgress, batches, train_base
from trainers.packing import Pack

CONFIG = BaseConfig(tokens=40_000, vocab_size=600, threads=1, save_every_s=0.0)


class KilledError(Exception):
    """Stands for whatever ends a process."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainers.base.CORPUS_PACKS", 8)
    monkeypatch.setattr("trainers.base.WINDOW_PACKS", 6)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    model, _ = tiny.load(folder)
    return model.state_dict()


def test_an_interrupted_training_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = train_base(CONFIG, tmp_path / "whole")

    def kill(progress: BaseProgress) -> None:
        if progress.step == 9:
            raise KilledError

    with pytest.raises(KilledError):
        train_base(CONFIG, tmp_path / "killed", kill)
    seen: list[BaseProgress] = []
    resumed = train_base(CONFIG, tmp_path / "killed", seen.append)

    assert 0 < seen[0].step < 9, "it goes on from a checkpoint"
    assert (resumed.step, resumed.tokens, resumed.loss) == (whole.step, whole.tokens, whole.loss)
    expected, found = weights(tmp_path / "whole"), weights(tmp_path / "killed")
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert not (tmp_path / "killed" / STEPS).exists()


def test_a_training_goes_on_only_with_its_own_options(tmp_path: Path) -> None:
    def kill(progress: BaseProgress) -> None:
        if progress.step == 9:
            raise KilledError

    with pytest.raises(KilledError):
        train_base(CONFIG, tmp_path, kill)
    other = BaseConfig(tokens=50_000, vocab_size=600, threads=1)
    with pytest.raises(ConfigError, match="Go on with the options"):
        train_base(other, tmp_path)


def test_a_window_is_cut_into_batches_that_lose_nothing() -> None:
    window = [
        Pack(trunk=(1,) * 3, branches=(((2,) * length, (1,) * length),)) for length in (5, 90, 40, 41, 7)
    ]
    cut = list(batches(window, 100, pad_id=0))
    assert sum(tokens for _, tokens in cut) == sum(one.num_tokens for one in window)
    assert all(batch.tokens.numel() <= 100 or len(batch.tokens) == 1 for batch, _ in cut), "padding counts"
    assert int(cut[0][0].branch.max()) == 1
