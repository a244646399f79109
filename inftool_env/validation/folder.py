"""The documents of a folder, each looked at in a process of its own."""

import subprocess
import sys
from pathlib import Path

from inftool_env.core.jsonl import from_json
from inftool_env.specs.access import LOCAL, Access
from inftool_env.validation.findings import DocumentFinding, Findings

SUFFIXES = (".json", ".jsonl", ".yaml", ".yml")
TIMEOUT_S = 1800.0
"""For one document."""


def documents_in(folder: Path) -> tuple[Path, ...]:
    """Every file below the folder that could be a document, in alphabetical order; hidden ones are left out."""
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def validate_apart(path: Path, *, seeds: int, access: Access = LOCAL) -> DocumentFinding:
    """What ``validate`` finds, in a fresh process, so that seconds and memory are the document's own."""
    command = [sys.executable, "-m", "inftool_env", "validate", str(path), "--json", "--seeds", str(seeds)]
    command += ["--allow-remote"] if access.allow_remote else []
    command += [word for folder in access.folders for word in ("--allow-dir", str(folder))]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return DocumentFinding(
            source=str(path), error=f"{path}: took over {TIMEOUT_S:.0f} s and was stopped."
        )
    if not done.stdout:
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return DocumentFinding(
            source=str(path),
            error=f"{path}: the process ended with code {done.returncode}: {' '.join(words)}",
        )
    return from_json(done.stdout, Findings, where=str(path)).documents[0]
