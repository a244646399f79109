import json
from pathlib import Path

import pytest

from agents.datasets.config import Format, SynthConfig
from agents.datasets.sources import Source
from agents.datasets.synthesize import synthesize

datasets = pytest.importorskip("datasets")


@pytest.mark.slow
def test_the_datasets_library_loads_the_folder(
    tmp_path: Path, sources: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    config = SynthConfig(rows=12, eval_rows=4, format=tuple(Format))
    synthesize(sources, config, tmp_path / "made", rows_per_shard=5)
    cache = str(tmp_path / "cache")
    loaded = datasets.load_dataset(str(tmp_path / "made"), cache_dir=cache)
    assert {name: len(split) for name, split in loaded.items()} == {"train": 12, "eval": 4}
    lines = [
        json.loads(line)
        for path in sorted((tmp_path / "made" / "openai").glob("train-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert [row["id"] for row in loaded["train"]] == [line["id"] for line in lines]
    assert [json.loads(row["tools"]) for row in loaded["train"]] == [line["tools"] for line in lines]
    for layout, column in ((Format.SHAREGPT, "conversations"), (Format.HERMES, "text")):
        other = datasets.load_dataset(str(tmp_path / "made"), layout.value, cache_dir=cache, split="train")
        assert other["id"] == loaded["train"]["id"]
        assert column in other.column_names
