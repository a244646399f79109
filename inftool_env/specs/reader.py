"""What every format of documents brings: how it is known, and how its operations are found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inftool_env.core.schema import JsonValue
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.found import FoundOperation
from inftool_env.specs.reading import BrokenPartError


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a document says of its API as a whole, as it stands there."""

    title: JsonValue = None
    description: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One format of documents."""

    name: str
    """As people call it: ``OpenAPI``."""
    where: str
    """Where its documents list operations, for messages: ``'paths'``."""
    recognise: Callable[[JsonValue], str | None]
    """The version of a document of this format, empty for a format without one; None for any other document.

    Raises:
        BrokenPartError: it is of this format, but of a version that is not read.
    """
    about: Callable[[JsonValue], About]
    find: Callable[["ApiSpec"], Iterator[FoundOperation | BrokenPartError]]
    """The operations in the document's order; an error stands for what was to be one and is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSpec:
    """A document before its operations are read."""

    source: Path
    reader: Reader
    version: str
    """Of the format, as ``3.1.0``; empty for formats without one."""
    raw: JsonValue
    access: Access = LOCAL
    """What its references may reach."""

    @property
    def format(self) -> str:
        """As ``OpenAPI 3.1.0``."""
        return f"{self.reader.name} {self.version}".strip()
