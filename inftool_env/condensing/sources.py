"""Which documents are condensed: files as they are named, and whatever can be read below a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inftool_env.condensing.candidate import Source
from inftool_env.core.errors import ConfigError, SpecError
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.load import read_tools

_SUFFIXES = frozenset({".json", ".jsonl", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file below a folder that gives no tools: a part of a document, or something else."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What could be read, and what could not."""

    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...]


def read_sources(
    specs: Sequence[Path], *, access: Access = LOCAL, except_below: Path | None = None
) -> Gathered:
    """The documents of files and folders, in the order of their names; a file that is named twice is read once.

    Args:
        specs: Documents, and folders to search. Links that lead out of such a folder are not followed.
        access: What the documents' references may reach besides their own folders.
        except_below: A folder that is not searched: where earlier results lie.

    Raises:
        SpecError: a document that was named itself cannot be read.
        ConfigError: there is no document at all.
    """
    sources: list[Source] = []
    left_out: list[LeftOut] = []
    for label, path, is_named in sorted(_files(specs, except_below)):
        try:
            toolset = read_tools(path, access=access)
        except SpecError as error:
            if is_named:
                raise
            left_out.append(LeftOut(document=label, reason=str(error).removeprefix(f"{path}: ")))
        else:
            sources.append(Source(label=label, toolset=toolset))
    if not sources:
        named = ", ".join(map(str, specs)) or "no SPEC"
        raise ConfigError(
            f"condense: {named} gives no tools; expected documents of APIs, or folders with some. "
            "`inftool inspect FILE` says why a file gives none."
        )
    return Gathered(sources=tuple(sources), left_out=tuple(left_out))


def _files(specs: Sequence[Path], except_below: Path | None) -> Iterator[tuple[str, Path, bool]]:
    seen: set[Path] = set()
    named = sorted(specs, key=lambda path: (path.is_dir(), path.as_posix()))
    for path, is_named in [pair for spec in named for pair in _below(spec, except_below)]:
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield path.as_posix(), path, is_named


def _below(spec: Path, except_below: Path | None) -> Iterator[tuple[Path, bool]]:
    if not spec.is_dir():
        yield spec, True
        return
    root = spec.resolve()
    hidden = except_below.resolve() if except_below is not None else None
    for path in sorted(spec.rglob("*")):
        inside = path.resolve()
        is_ours = hidden is not None and inside.is_relative_to(hidden)
        if (
            path.suffix.lower() in _SUFFIXES
            and path.is_file()
            and inside.is_relative_to(root)
            and not is_ours
        ):
            yield path, False
