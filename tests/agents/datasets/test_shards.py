import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from agents.datasets.config import Format
from agents.datasets.parquet import ROWS_PER_GROUP
from agents.datasets.row import Row
from agents.datasets.shards import ShardWriter
from inftool_env.core.scenario import Split


def write(folder: Path, rows: list[Row], formats: tuple[Format, ...] = tuple(Format)) -> dict[str, str]:
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    writer = ShardWriter(scratch, folder, Split.TRAIN, 3, formats)
    for row in rows:
        writer.write(row)
    assert not list(folder.glob("*/train-*"))
    digests = writer.seal()
    assert not list(scratch.iterdir())
    return digests


@pytest.mark.parametrize("layout", Format)
def test_lines_and_parquet_hold_the_same_rows(tmp_path: Path, parallel: Row, layout: Format) -> None:
    rows = [replace(parallel, seed=number) for number in range(ROWS_PER_GROUP + 2)]
    write(tmp_path, rows, (layout,))
    lines = [
        json.loads(line) for line in (tmp_path / layout / "train-00003.jsonl").read_text("utf-8").splitlines()
    ]
    typed = pq.read_table(tmp_path / layout / "train-00003.parquet").to_pylist()
    assert (
        [line["seed"] for line in lines] == [one["seed"] for one in typed] == list(range(ROWS_PER_GROUP + 2))
    )
    found = typed[0]
    if isinstance(lines[0].get("tools"), list):
        found["tools"] = json.loads(found["tools"])
    assert without_none(found) == lines[0]


def test_equal_rows_give_equal_bytes_and_the_digests_tell(tmp_path: Path, parallel: Row) -> None:
    one, other = (write(tmp_path / name, [parallel]) for name in "ab")
    assert one == other
    assert len(one) == 2 * len(Format)
    for name, digest in one.items():
        assert hashlib.sha256((tmp_path / "a" / name).read_bytes()).hexdigest() == digest


def test_a_shard_that_is_not_sealed_leaves_its_place_empty(tmp_path: Path, parallel: Row) -> None:
    writer = ShardWriter(tmp_path, tmp_path / "out", Split.TRAIN, 0, (Format.OPENAI,))
    writer.write(parallel)
    writer.close()
    assert not (tmp_path / "out").exists()


def without_none(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_none(part) for key, part in value.items() if part is not None}
    return [without_none(part) for part in value] if isinstance(value, list) else value
