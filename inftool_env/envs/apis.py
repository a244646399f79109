"""Which APIs there are: those of the catalogue, those the user keeps, and any document on disk."""

import logging
import os
import re
import shutil
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from inftool_env.core.errors import RecordError, RegistrationError
from inftool_env.core.jsonl import from_json, to_json, write_atomic
from inftool_env.core.tool import Toolset
from inftool_env.specs.catalogue import catalogue_documents, read_catalogue
from inftool_env.specs.load import read_tools

logger = logging.getLogger(__name__)

_GROUP_MARK = "#"
"""Between the path of a document and the group of its tools that is meant."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def catalogue_apis() -> tuple[str, ...]:
    """Slugs of the APIs that come with InfTool, in alphabetical order; reads no document."""
    return tuple(sorted(_catalogue_files()))


def kept_apis() -> tuple[str, ...]:
    """Slugs of the APIs in the user's folder; a file that cannot be one is named in a warning."""
    try:
        files = _kept_files()
    except OSError as error:
        logger.warning("%s: %s; expected a folder of APIs. Its APIs are left out.", api_folder(), error)
        return ()
    slugs: list[str] = []
    for file in files:
        if is_slug(file.stem) and file.stem not in _catalogue_files() and file.stem not in slugs:
            slugs.append(file.stem)
        else:
            logger.warning(
                "%s: the name %r is taken or no slug; expected one like 'my-api'. Rename or delete the file.",
                file,
                file.stem,
            )
    return tuple(slugs)


def api_folder() -> Path:
    """Where ``inftool register`` keeps APIs: under INFTOOL_HOME, else the user's data folder."""
    home = os.environ.get("INFTOOL_HOME")
    if home:
        return Path(home).expanduser() / "apis"
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "inftool" / "apis"


def keep_toolsets(name: str, toolsets: Mapping[str, Toolset]) -> Path:
    """Put the toolsets of one API in the user's folder, all or none, for later processes to find.

    Args:
        name: Slug of the API.
        toolsets: By the slugs that they are found by; one that bears the API's name, or its groups.

    Returns:
        The file, or the folder with a file for each group.

    Raises:
        RegistrationError: the folder is there already.
    """
    # Unsorted: the order of a tool's parameters is what a policy reads, and what worlds are drawn in.
    texts = {slug: to_json(toolset, sort_keys=False) + "\n" for slug, toolset in toolsets.items()}
    if set(texts) == {name}:
        write_atomic(_kept_file(name), texts[name])
        return _kept_file(name)
    folder = api_folder() / name
    made = folder.with_name(f".{name}.{os.getpid()}")
    try:
        for slug, text in texts.items():
            write_atomic(made / f"{slug}.json", text)
        made.rename(folder)
    except FileExistsError as error:
        raise _taken_folder(folder) from error
    except OSError as error:
        if folder.exists():
            raise _taken_folder(folder) from error
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def drop_kept(path: Path) -> None:
    """Take back what ``keep_toolsets`` has just put there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def group_path(path: Path, group: str) -> str:
    """How ``load_toolset`` is asked for one group of a document's tools."""
    return f"{path}{_GROUP_MARK}{group}"


def load_toolset(api: str) -> Toolset:
    """The toolset of an API.

    Args:
        api: Slug of a catalogue or kept API, the path of a document, or ``path#group`` for one group of
            its tools (see ``partition``).

    Raises:
        RegistrationError: there is no such API or group, or its kept file is damaged.
        SpecError: the document is no API description.
    """
    file = _catalogue_files().get(api)
    if file is not None:
        return read_catalogue(file)
    if is_slug(api):
        kept = next((one for one in _kept_files() if one.stem == api), None)
        if kept is not None:
            return _read_kept(kept, kept.stat().st_mtime_ns)
    path = Path(api)
    document, _, group = api.rpartition(_GROUP_MARK)
    if not path.is_file() and Path(document).is_file():
        return _read_group(Path(document).resolve(), Path(document).stat().st_mtime_ns, group)
    if not path.is_file():
        known = (*catalogue_apis(), *kept_apis())
        near = get_close_matches(api, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`inftool list` shows what there is."
        raise RegistrationError(
            f"api {api!r}: neither a known API nor a file; expected one of {', '.join(known)}, or a path. {hint}"
        )
    return read_api(path)


def read_api(path: Path) -> Toolset:
    """The toolset of a document, read again only when the file has changed.

    Raises:
        SpecError: there is no such file, or it is no API description.
    """
    return _read_document(path.resolve(), path.stat().st_mtime_ns if path.is_file() else 0)


def is_slug(text: str) -> bool:
    """Whether the text can stand in an environment's id."""
    return _SLUG.fullmatch(text) is not None


def slugify(text: str) -> str:
    """The nearest slug; empty when nothing in the text could stand in one.

    >>> slugify("My Pet-Store (v2)")
    'my-pet-store-v2'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _kept_file(slug: str) -> Path:
    return api_folder() / f"{slug}.json"


def _kept_files() -> list[Path]:
    """One file an API, then one file a group in the folders of large APIs; half-made folders begin with a dot."""
    folder = api_folder()
    groups = [file for file in sorted(folder.glob("*/*.json")) if not file.parent.name.startswith(".")]
    return [*sorted(folder.glob("*.json")), *groups]


def _taken_folder(folder: Path) -> RegistrationError:
    return RegistrationError(
        f"{folder}: is there already; expected a new name. "
        'Delete the folder, or choose another with name="..." (--name on the command line).'
    )


@lru_cache(maxsize=1)
def _catalogue_files() -> dict[str, Path]:
    return {f"{slugify(file.stem)}-api": file for file in catalogue_documents()}


@lru_cache(maxsize=256)
def _read_document(path: Path, changed_at: int) -> Toolset:  # noqa: ARG001 - a file that changed is read again
    return read_tools(path)


@lru_cache(maxsize=1024)
def _read_group(path: Path, changed_at: int, name: str) -> Toolset:
    from inftool_env.envs.partition import partition, take_group  # Here, so that importing us stays quick.

    whole = _read_document(path, changed_at)
    groups = {group.name: group for group in partition(whole)}
    if name not in groups:
        near = get_close_matches(name, groups, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Register the document again."
        raise RegistrationError(
            f"{path}: its tools make no group {name!r}; expected one of {', '.join(groups)}. {hint}"
        )
    return take_group(whole, groups[name])


@lru_cache(maxsize=1024)
def _read_kept(path: Path, changed_at: int) -> Toolset:  # noqa: ARG001 - a file that changed is read again
    try:
        return from_json(path.read_bytes(), Toolset, where=str(path))
    except RecordError as error:
        raise RegistrationError(
            f"{path}: the kept API is damaged ({error.__cause__}); expected a toolset as JSON. "
            "Delete the file, then run `inftool register` on the document again."
        ) from error
