"""``inftool validate``: whether documents hold what is promised of their environments."""

import sys
from dataclasses import replace
from pathlib import Path

from inftool_env.commands.source import Folders
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import to_json
from inftool_env.specs.access import Access
from inftool_env.validation.document import validate
from inftool_env.validation.findings import DocumentFinding, Findings
from inftool_env.validation.folder import documents_in, validate_apart
from inftool_env.validation.grid import open_console, show
from inftool_env.validation.promises import shortfalls
from inftool_env.validation.table import tables

EXIT_BROKEN = 1


def run(
    sources: tuple[str, ...] = (),
    /,
    *,
    all: Path | None = None,  # noqa: A002 - the flag's name
    json: bool = False,
    seeds: int = 3,
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> int:
    """Say how many operations become tools, how many get solvable scenarios, and what is wrong.

    Schemas and drawn arguments are validated, calls are answered, reference solutions are played through
    the environment, every episode is played twice, and Gymnasium's check_env is run.

    Args:
        sources: Documents, or ids of registered environments.
        all: Every document below this folder, each in a process of its own.
        json: Print one JSON object, with every tool, in place of tables.
        seeds: Draws, worlds, scenarios and episodes of each kind; 1 or more.
        allow_remote: Fetch what the documents refer to on the web.
        allow_dir: A folder whose files the documents may refer to, besides their own and the one that
            ``--all`` names; may be given again.

    Returns:
        0 when every document holds every promise, else 1.
    """
    findings = _find(sources, all, seeds, Access(allow_remote=allow_remote, folders=allow_dir))
    if json:
        sys.stdout.write(to_json(Findings(documents=tuple(findings)), sort_keys=False) + "\n")
    else:
        console = open_console()
        for part in tables(findings, folder=all):
            show(console, part)
    entries = [finding for finding in findings if finding.is_entry or all is None]
    return EXIT_BROKEN if any(map(shortfalls, entries)) else 0


def _find(sources: tuple[str, ...], folder: Path | None, seeds: int, access: Access) -> list[DocumentFinding]:
    if bool(sources) == (folder is not None):
        raise ConfigError(
            f"validate: {'both documents and --all are' if sources else 'nothing is'} given; expected one of them. "
            "Name documents or environments, or a folder with --all."
        )
    if seeds < 1:
        raise ConfigError(f"validate: --seeds is {seeds}; expected 1 or more. Correct the number.")
    if folder is None:
        return [validate(source, seeds=seeds, access=access) for source in sources]
    documents = documents_in(folder) if folder.is_dir() else ()
    if not documents:
        raise ConfigError(
            f"validate: --all names {folder}, which holds no document; expected a folder with JSON or YAML files. "
            "Correct the path."
        )
    within = replace(access, folders=(*access.folders, folder))
    findings = []
    for number, path in enumerate(documents, start=1):
        sys.stderr.write(f"{number}/{len(documents)} {path.relative_to(folder)}\n")
        findings.append(validate_apart(path, seeds=seeds, access=within))
    return findings
