"""THE PIPELINE: play, verify, filter, leave out what is there already, and write shards that resume."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from agents.datasets.blocks import Blocks, Job
from agents.datasets.candidates import Candidate, sketch_of
from agents.datasets.card import CARD, card
from agents.datasets.config import SynthConfig
from agents.datasets.manifest import MANIFEST, Manifest, Shard, Tally, check_same, plan, read_manifest
from agents.datasets.seen import Seen
from agents.datasets.shards import ROWS_PER_SHARD, ShardWriter, require_parquet
from agents.datasets.sources import Source
from inftool_env.core.errors import ConfigError, ScenarioError
from inftool_env.core.jsonl import write_atomic
from inftool_env.core.scenario import Split

PATIENCE = 2000
"""Refused candidates in a row after which no more is expected of a split."""

_WORK = ".work"

Progress = Callable[[Split, int, int], None]
"""Told the split, its rows so far, and its rows in all."""


def synthesize(
    sources: Sequence[Source],
    config: SynthConfig,
    out: Path,
    *,
    workers: int = 1,
    resume: bool = False,
    rows_per_shard: int = ROWS_PER_SHARD,
    on_progress: Progress = lambda _split, _done, _total: None,
) -> Manifest:
    """Make a dataset of verified conversations.

    Equal sources and config give equal bytes in every file, however many processes play, and however often
    the run is killed and resumed. Memory does not grow with the rows.

    Args:
        sources: Where episodes are played; see ``read_sources``.
        config: What fixes the dataset.
        out: Its folder: new, empty, or one that a run was killed in.
        workers: Processes that play episodes; 1 plays in this one.
        resume: Go on where a killed run stopped; a finished dataset is left as it is.
        rows_per_shard: Of every shard but the last of a split.
        on_progress: Called after every row.

    Returns:
        What the folder holds.

    Raises:
        ConfigError: the folder holds something else, or another process works in it.
        ScenarioError: not a single conversation was good enough.
        WorkerError: a process died.
    """
    require_parquet()
    if workers < 1:
        raise ConfigError(f"synth: {workers} workers; expected 1 or more. Give a larger number.")
    manifest = _claim(out, plan(config, tuple(sources)), resume=resume)
    work = out / _WORK
    if not manifest.is_done:
        job = Job(config=config, sources=tuple(sources), folder=work / "blocks")
        with Blocks(job, workers) as blocks:
            work.mkdir(parents=True, exist_ok=True)
            with Seen(work / "seen.sqlite", rows=manifest.rows) as seen:
                _put(manifest.text, out / MANIFEST)
                for split in manifest.splits:
                    _make(split, manifest, blocks, seen, out, rows_per_shard, on_progress)
    if not manifest.rows:
        shutil.rmtree(work, ignore_errors=True)
        (out / MANIFEST).unlink()
        raise ScenarioError(_why_empty(manifest, out))
    if work.exists():
        _put(card(manifest), out / CARD)
        shutil.rmtree(work)
    return manifest


def _claim(out: Path, wanted: Manifest, *, resume: bool) -> Manifest:
    """What is done of the dataset in a folder; nothing is written."""
    if not out.exists() or (out.is_dir() and {path.name for path in out.iterdir()} <= {_WORK}):
        return wanted  # a run that was killed before its manifest was there has played nothing
    found = read_manifest(out)
    if found is None:
        raise ConfigError(
            f"--out {out}: holds something that is no dataset of `inftool synth`; expected a new or empty folder. "
            "Name another."
        )
    if not resume:
        raise ConfigError(
            f"--out {out}: holds a dataset, {'whole' if found.is_done else 'in the making'}; expected a new or empty "
            "folder. Go on with --resume, or name another."
        )
    check_same(found, wanted, out)
    return found


def _make(
    split: Split,
    manifest: Manifest,
    blocks: Blocks,
    seen: Seen,
    out: Path,
    rows_per_shard: int,
    on_progress: Progress,
) -> None:
    """Make the shards of a split that are missing; each is in its place before the manifest tells of it."""
    record = manifest.splits[split]
    done = record.tally
    with closing(
        blocks.candidates(split, done.candidates, missing=lambda: record.wanted - done.rows)
    ) as candidates:
        while not record.is_done:
            room = min(rows_per_shard, record.wanted - done.rows)
            writer = ShardWriter(out / _WORK, out, split, len(record.shards), manifest.config.format)
            tally, since = Tally(), 0
            with closing(writer):
                while tally.rows < room and since < PATIENCE:
                    candidate = next(candidates)
                    since += 1
                    if refusal := candidate.refusal or _known(candidate, seen):
                        for one in (tally, done):
                            one.refuse(refusal)
                        continue
                    assert candidate.row is not None, "a candidate that nothing refuses has a row"
                    since = 0
                    seen.add(candidate.digest, sketch_of(candidate))
                    writer.write(candidate.row)
                    for one in (tally, done):
                        one.keep(candidate.row)
                    on_progress(split, done.rows, record.wanted)
                files = writer.seal() if tally.rows else {}
            seen.commit()
            record.shards.append(Shard(files=files, tally=tally))
            record.exhausted = since >= PATIENCE
            _put(manifest.text, out / MANIFEST)
            blocks.forget(split, done.candidates)


def _put(text: str, path: Path) -> None:
    """Write a file in one step; a killed run leaves nothing half beside it."""
    made = path.parent / _WORK / path.name
    write_atomic(made, text)
    made.replace(path)


def _known(candidate: Candidate, seen: Seen) -> str:
    """Why a good candidate is not new, in one word; empty when it is."""
    if seen.has(candidate.digest):
        return "duplicate"
    return "near_duplicate" if seen.has_near(sketch_of(candidate)) else ""


def _why_empty(manifest: Manifest, out: Path) -> str:
    whole = Tally()
    for record in manifest.splits.values():
        whole.add(record.tally)
    reasons = ", ".join(f"{reason} ({times})" for reason, times in whole.commonest_refusals)
    return (
        f"--out {out}: none of {whole.candidates} conversations can be a row: {reasons}; expected some. "
        "Take another assistant, other categories, or another API."
    )
