"""An operation that a document names, before it is read."""

from collections.abc import Callable
from dataclasses import dataclass

from inftool_env.core.tool import ToolSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTool:
    """A tool, and what had to be mended on the way."""

    tool: ToolSpec
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOperation:
    """What every format yields: where an operation is, and how to read it."""

    place: str
    name: str
    """The legal name it wants; two operations may want the same."""
    labels: tuple[str, ...]
    """What a person may call it in ``skip``, besides its name and place."""
    read: Callable[[str], ReadTool]
    """Makes the tool under the name given.

    Raises:
        BrokenPartError: it cannot be read.
    """
