"""The folder that condensing writes: whole or not at all, and never over somebody's files."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inftool_env.condensing.audit import AuditLine, DocumentSummary
from inftool_env.condensing.listing import listing
from inftool_env.condensing.parting import CondensedToolset
from inftool_env.condensing.sources import LeftOut
from inftool_env.core.errors import ConfigError, RecordError
from inftool_env.core.jsonl import from_json, to_json, write_atomic

AUDIT = "audit.jsonl"
SUMMARY = "summary.json"
_MAKER = "inftool condense"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a folder of condensed toolsets holds, and where it came from."""

    made_by: str = _MAKER
    embedder: str
    tools_before: int
    tools_after: int
    files: tuple[str, ...]
    """The toolsets, one file each."""
    documents: tuple[DocumentSummary, ...]
    left_out: tuple[LeftOut, ...]
    """Files below a named folder that give no tools."""


def refuse_foreign(folder: Path) -> None:
    """Make sure that a folder is free, empty, or holds an earlier result and nothing else.

    Raises:
        ConfigError: it holds something that is not ours, or is a file.
    """
    if not folder.exists():
        return
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if found and not (folder.is_dir() and found <= _written_before(folder)):
        raise ConfigError(
            f"--out {folder}: {'holds ' + ', '.join(sorted(found)[:3]) if folder.is_dir() else 'is a file'}; expected "
            "a new or empty folder, or one that `inftool condense` wrote and nobody added to. Name another."
        )


def write_folder(
    folder: Path, toolsets: Sequence[CondensedToolset], lines: Sequence[AuditLine], summary: Summary
) -> None:
    """Write the toolsets, the audit and the summary; an earlier result is replaced in one step.

    Raises:
        ConfigError: the folder holds something that is not ours.
    """
    texts = {f"{made.toolset.name}.json": listing(made.toolset) for made in toolsets}
    texts[AUDIT] = "".join(to_json(line, sort_keys=False) + "\n" for line in lines)
    texts[SUMMARY] = to_json(summary, sort_keys=False) + "\n"
    _replace(folder.resolve(), texts)


def _replace(folder: Path, texts: Mapping[str, str]) -> None:
    made, old = (folder.with_name(f".{folder.name}.{os.getpid()}.{kind}") for kind in ("new", "old"))
    try:
        for name, text in texts.items():
            write_atomic(made / name, text)
        refuse_foreign(folder)
        if folder.exists():
            folder.rename(old)
        made.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _written_before(folder: Path) -> set[str]:
    """The files of an earlier result; none where there was no such result."""
    try:
        summary = from_json((folder / SUMMARY).read_bytes(), Summary, where=str(folder / SUMMARY))
    except (OSError, RecordError):
        return set()
    return {SUMMARY, AUDIT, *summary.files} if summary.made_by == _MAKER else set()
