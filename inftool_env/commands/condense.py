"""``inftool condense``: near duplicates among the tools of many documents merged, the distinct ones kept."""

from pathlib import Path

from rich.console import Console

from inftool_env.commands.source import Folders
from inftool_env.condensing.audit import audit, summaries
from inftool_env.condensing.embedders import embedder_of
from inftool_env.condensing.folder import Summary, refuse_foreign, write_folder
from inftool_env.condensing.merging import condense
from inftool_env.condensing.parting import toolsets_of
from inftool_env.condensing.sources import read_sources
from inftool_env.condensing.table import tables
from inftool_env.specs.access import Access


def run(
    spec: tuple[Path, ...],
    /,
    *,
    out: Path,
    embedder: str = "tfidf",
    allow_remote: bool = False,
    allow_dir: Folders = (),
) -> None:
    """Merge near duplicates among the tools of API documents, and write what is left as documents.

    Args:
        spec: Documents of APIs, and folders of them.
        out: The folder to write: one document for each API that has a tool left, as `inftool register` reads
            it; audit.jsonl, which says of every tool what became of it; and summary.json.
        embedder: What tells which tools are alike: tfidf, or sentence-transformers:NAME with a model's name or folder.
        allow_remote: Fetch what the documents refer to on the web.
        allow_dir: A folder whose files the documents may refer to, besides their own; may be given again.
    """
    refuse_foreign(out)
    chosen = embedder_of(embedder)
    access = Access(allow_remote=allow_remote, folders=allow_dir)
    gathered = read_sources(spec, access=access, except_below=out)
    fates = condense(gathered.sources, chosen)
    made = toolsets_of(gathered.sources, fates)
    lines = audit(gathered.sources, fates, made)
    summary = Summary(
        embedder=chosen.name,
        tools_before=len(fates),
        tools_after=sum(len(one.members) for one in made),
        files=tuple(f"{one.toolset.name}.json" for one in made),
        documents=summaries(gathered.sources, lines),
        left_out=gathered.left_out,
    )
    write_folder(out, made, lines, summary)
    console = Console()
    for part in tables(summary, lines):
        console.print(part)
