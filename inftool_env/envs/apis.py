"""Which APIs there are: those of the catalogue, those the user keeps, and any document on disk."""

import logging
import os
import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from inftool_env.core.errors import RecordError, RegistrationError
from inftool_env.core.jsonl import from_json, to_json, write_atomic
from inftool_env.core.tool import Toolset
from inftool_env.specs.load import read_tools

logger = logging.getLogger(__name__)

_CATALOGUE = Path(__file__).with_name("catalogue")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def catalogue_apis() -> tuple[str, ...]:
    """Slugs of the APIs that come with InfTool, in alphabetical order; reads no document."""
    return tuple(sorted(_catalogue_files()))


def kept_apis() -> tuple[str, ...]:
    """Slugs of the APIs in the user's folder; a file that cannot be one is named in a warning."""
    try:
        files = sorted(api_folder().glob("*.json"))
    except OSError as error:
        logger.warning("%s: %s; expected a folder of APIs. Its APIs are left out.", api_folder(), error)
        return ()
    slugs = []
    for file in files:
        if is_slug(file.stem) and file.stem not in _catalogue_files():
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


def keep_toolset(slug: str, toolset: Toolset) -> Path:
    """Put a toolset in the user's folder, for later processes to find; returns the file."""
    file = _kept_file(slug)
    # Unsorted: the order of a tool's parameters is what a policy reads, and what worlds are drawn in.
    write_atomic(file, to_json(toolset, sort_keys=False) + "\n")
    return file


def load_toolset(api: str) -> Toolset:
    """The toolset of an API.

    Args:
        api: Slug of a catalogue or kept API, or the path of a document.

    Raises:
        RegistrationError: there is no such API, or its kept file is damaged.
        SpecError: the document is no API description.
    """
    file = _catalogue_files().get(api)
    if file is not None:
        return _read_document(file, 0)
    if is_slug(api) and _kept_file(api).is_file():
        return _read_kept(_kept_file(api), _kept_file(api).stat().st_mtime_ns)
    path = Path(api)
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


@lru_cache(maxsize=1)
def _catalogue_files() -> dict[str, Path]:
    return {f"{slugify(file.stem)}-api": file for file in sorted(_CATALOGUE.glob("*.yaml"))}


@lru_cache(maxsize=256)
def _read_document(path: Path, changed_at: int) -> Toolset:  # noqa: ARG001 - a file that changed is read again
    return read_tools(path)


@lru_cache(maxsize=256)
def _read_kept(path: Path, changed_at: int) -> Toolset:  # noqa: ARG001 - a file that changed is read again
    try:
        return from_json(path.read_bytes(), Toolset, where=str(path))
    except RecordError as error:
        raise RegistrationError(
            f"{path}: the kept API is damaged ({error.__cause__}); expected a toolset as JSON. "
            "Delete the file, then run `inftool register` on the document again."
        ) from error
