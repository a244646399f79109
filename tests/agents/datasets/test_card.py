import yaml

from agents.datasets.card import card
from agents.datasets.config import Format, SynthConfig
from agents.datasets.manifest import Shard, Tally, plan
from agents.datasets.row import Row
from agents.datasets.sources import Source
from inftool_env.core.scenario import Split


def test_card_tells_what_lies_where_and_what_it_is(sources: tuple[Source, ...], parallel: Row) -> None:
    manifest = plan(SynthConfig(rows=2, eval_rows=9, format=(Format.HERMES, Format.OPENAI)), sources)
    for split, rows in ((Split.TRAIN, 2), (Split.EVAL, 1)):
        tally = Tally()
        for _ in range(rows):
            tally.keep(parallel)
        tally.refuse("near_duplicate")
        manifest.splits[split].shards.append(Shard(files={}, tally=tally))
    manifest.splits[Split.EVAL].exhausted = True
    text = card(manifest)
    header = yaml.safe_load(text.split("---\n")[1])
    assert header["size_categories"] == ["n<1K"]
    assert [(one["config_name"], one.get("default", False)) for one in header["configs"]] == [
        ("hermes", True),
        ("openai", False),
    ]
    assert header["configs"][0]["data_files"] == [
        {"split": "train", "path": "hermes/train-*.parquet"},
        {"split": "eval", "path": "hermes/eval-*.parquet"},
    ]
    for line in (
        "# 3 verified conversations with tools",
        "| parallel | 2 | 1 |",
        "| near_duplicate | 1 | 1 |",
        "| train | calls | 2 | 2 | 2.0 | 2 | 2 |",
        "Of `eval` 9 rows were asked for; nothing new came after 1.",
        f"| `{sources[0].name}` | {sources[0].tools} | `{sources[0].digest}` |",
        "assistant `oracle`, seed 0",
    ):
        assert line in text, line


def test_card_names_no_split_that_is_empty(sources: tuple[Source, ...], parallel: Row) -> None:
    manifest = plan(SynthConfig(rows=1, eval_rows=1), sources)
    tally = Tally()
    tally.keep(parallel)
    manifest.splits[Split.TRAIN].shards.append(Shard(files={}, tally=tally))
    manifest.splits[Split.EVAL].exhausted = True
    (config,) = yaml.safe_load(card(manifest).split("---\n")[1])["configs"]
    assert [one["split"] for one in config["data_files"]] == ["train"]
