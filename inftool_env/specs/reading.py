"""What came of reading a document: the tools, and what had to be left out."""

from dataclasses import dataclass

from inftool_env.core.errors import SpecError
from inftool_env.core.tool import Toolset


class BrokenPartError(Exception):
    """A part of a document cannot be read.

    Never leaves ``specs``: it becomes a ``SkippedOperation`` or a warning. Its text says where, what
    was found, what was expected and what to do.
    """


class UnknownFormatError(SpecError):
    """A file holds a value, but no description of an API: something else, or a part of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedOperation:
    """An operation of the document that did not become a tool."""

    place: str
    """Where the document defines it, as ``paths./orders.post``."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecReading:
    """A document read to its end."""

    toolset: Toolset
    source: str
    """The file, as it was named."""
    format: str
    """As ``OpenAPI 3.1.0``."""
    operations: int
    """How many the document has; tools and skipped ones together."""
    skipped: tuple[SkippedOperation, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was mended or widened without losing the operation."""
