"""Any server that we know nothing of: an empty folder, of which every file counts."""

import hashlib
import random
from pathlib import Path

from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import Known, Recipe

_MOST_BYTES = 64_000_000


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:  # noqa: ARG001 - the recipes' signature
    """Nothing is put into the folder."""
    return Known()


def digest(folder: Path) -> str:
    """Names and contents of all files; of links only where they lead, and of huge files only the beginning."""
    state = hashlib.blake2b(digest_size=16)
    left = _MOST_BYTES
    for path in sorted(folder.rglob("*")):
        state.update(f"\0{path.relative_to(folder)}\0".encode("utf-8", "surrogateescape"))
        if path.is_symlink():
            state.update(str(path.readlink()).encode("utf-8", "surrogateescape"))
        elif path.is_file() and left > 0:
            with path.open("rb") as file:
                content = file.read(left)
            state.update(content)
            left -= len(content)
    return state.hexdigest()


RECIPE = Recipe(name="plain", prepare=prepare, digest=digest)
