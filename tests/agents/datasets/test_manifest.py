from dataclasses import replace
from pathlib import Path

import pytest

from agents.datasets.config import Format, SynthConfig
from agents.datasets.manifest import MANIFEST, Shard, Tally, check_same, plan, read_manifest
from agents.datasets.row import Row
from agents.datasets.sources import Source
from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split


def test_manifest_comes_back_from_its_file(
    tmp_path: Path, sources: tuple[Source, ...], parallel: Row
) -> None:
    manifest = plan(SynthConfig(rows=3, eval_rows=2, format=(Format.HERMES,)), sources)
    tally = Tally()
    tally.keep(parallel)
    tally.refuse("too_long")
    manifest.splits[Split.EVAL].shards.append(Shard(files={"a": "b"}, tally=tally))
    (tmp_path / MANIFEST).write_text(manifest.text)
    found = read_manifest(tmp_path)
    assert found == manifest
    assert found.text == manifest.text


def test_split_is_done_with_its_rows_or_when_nothing_new_comes(
    sources: tuple[Source, ...], parallel: Row
) -> None:
    record = plan(SynthConfig(rows=1), sources).splits[Split.TRAIN]
    assert not record.is_done
    tally = Tally()
    tally.keep(parallel)
    record.shards.append(Shard(files={}, tally=tally))
    assert record.is_done
    assert replace(record, wanted=2).is_done is False
    assert replace(record, wanted=2, exhausted=True).is_done


def test_tallies_add_up(parallel: Row) -> None:
    one, whole = Tally(), Tally()
    one.keep(parallel)
    one.refuse("duplicate")
    for _ in range(2):
        whole.add(one)
    assert (whole.rows, whole.candidates, whole.refused) == (2, 4, {"duplicate": 2})
    assert (whole.categories, whole.calls, whole.characters) == ({"parallel": 2}, {2: 2}, {0: 2})


def test_another_dataset_is_told_apart_by_its_first_difference(
    tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    config = SynthConfig(rows=3)
    check_same(plan(config, sources), plan(config, sources), tmp_path)
    changed = (replace(sources[0], digest="0" * 32), sources[1])
    for other, name in (
        (plan(replace(config, seed=1), sources), "seed is 0; expected 1"),
        (plan(config, sources[:1]), "environments is"),
        (plan(config, changed), f"{sources[0].name} is {sources[0].digest}"),
    ):
        with pytest.raises(ConfigError, match=name):
            check_same(plan(config, sources), other, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"made_by": "somebody"}'])
def test_what_is_no_manifest_of_ours_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize(
    "options",
    [
        {"rows": 0},
        {"rows": -1, "eval_rows": 5},
        {"format": ()},
        {"format": (Format.HERMES,) * 2},
        {"temperature": -0.1},
        {"max_new_tokens": 0},
    ],
)
def test_impossible_config_is_refused(options: dict) -> None:
    with pytest.raises(ConfigError, match=r"synth: .*; expected"):
        SynthConfig(**options)
