"""The formats that can be read, and which of them a document is of."""

from pathlib import Path

from inftool_env.core.errors import SpecError
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.discovery import DISCOVERY
from inftool_env.specs.document import describe, read_value
from inftool_env.specs.functions import FUNCTIONS
from inftool_env.specs.graphql import GRAPHQL
from inftool_env.specs.mcp import MCP
from inftool_env.specs.openapi import OPENAPI, SWAGGER
from inftool_env.specs.postman import POSTMAN
from inftool_env.specs.reader import ApiSpec, Reader
from inftool_env.specs.reading import BrokenPartError, UnknownFormatError

READERS: tuple[Reader, ...] = (OPENAPI, SWAGGER, DISCOVERY, POSTMAN, GRAPHQL, MCP, FUNCTIONS)
"""In the order in which they are asked."""


def read_document(source: str | Path, *, access: Access = LOCAL) -> ApiSpec:
    """The document in a file, of the first format that knows it.

    Args:
        source: A file of JSON, JSON Lines or YAML.
        access: What the document's references may reach.

    Raises:
        SpecError: the file is missing, unreadable, too large, empty, no text, or describes no API.
    """
    path = Path(source)
    raw = read_value(path)
    for reader in READERS:
        try:
            version = reader.recognise(raw)
        except BrokenPartError as error:
            raise SpecError(f"{path}: {error}") from error
        if version is not None:
            return ApiSpec(source=path, reader=reader, version=version, raw=raw, access=access)
    raise UnknownFormatError(
        f"{path}: holds {describe(raw)}; expected one of {', '.join(reader.name for reader in READERS)}. "
        "An OpenAPI document begins with 'openapi: 3.1.0', 'info' and 'paths'."
    )
