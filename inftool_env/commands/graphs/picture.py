"""A tool graph in a file: SVG or Mermaid, as the file's ending says."""

from collections.abc import Callable
from pathlib import Path

from inftool_env.commands.graphs.mermaid import mermaid
from inftool_env.commands.graphs.overview import Overview, overview
from inftool_env.commands.graphs.svg import svg
from inftool_env.core.errors import ConfigError
from inftool_env.world.graph import ToolGraph

_FORMATS: dict[str, Callable[[Overview, str], str]] = {
    ".svg": svg,
    ".mmd": lambda view, _: mermaid(view),
    ".md": lambda view, _: f"```mermaid\n{mermaid(view)}```\n",
}


def check_picture_path(path: Path) -> None:
    """Refuse, before any work, a file that no picture can be written to.

    Raises:
        ConfigError: the ending names no format, or the folder does not exist.
    """
    if path.suffix.lower() not in _FORMATS:
        raise ConfigError(
            f"--graph-out {path}: the ending is {path.suffix!r}; expected one of {', '.join(_FORMATS)}. "
            "Name the file after the format you want."
        )
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigError(
            f"--graph-out {path}: there is no folder {str(path.parent)!r} to write it in, or it is a folder itself; "
            "expected a file in a folder that exists. Make the folder first."
        )


def write_picture(graph: ToolGraph, path: Path, title: str) -> None:
    """Draw the graph into a file in UTF-8, replacing what it held.

    Raises:
        ConfigError: as ``check_picture_path``.
    """
    check_picture_path(path)
    path.write_text(_FORMATS[path.suffix.lower()](overview(graph), title), encoding="utf-8")
