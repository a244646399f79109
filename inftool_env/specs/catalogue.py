"""The documents that come with InfTool, each read once in a process."""

from functools import lru_cache
from pathlib import Path

from inftool_env.core.tool import Toolset
from inftool_env.specs.load import read_tools

CATALOGUE = Path(__file__).parent.parent / "envs" / "catalogue"


@lru_cache(maxsize=1)
def catalogue_documents() -> tuple[Path, ...]:
    """The files, by name; reads none of them."""
    return tuple(sorted(CATALOGUE.glob("*.yaml")))


@lru_cache(maxsize=64)
def read_catalogue(document: Path) -> Toolset:
    """The toolset of one of them."""
    return read_tools(document)
