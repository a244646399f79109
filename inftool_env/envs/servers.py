"""Which real MCP servers the user keeps: how to start or reach each, one file a server."""

import json
import logging
from pathlib import Path

from inftool_env.core.errors import RegistrationError
from inftool_env.core.jsonl import write_atomic
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.envs.apis import api_folder, is_slug

logger = logging.getLogger(__name__)


def server_folder() -> Path:
    """Where servers are kept: beside the user's APIs."""
    return api_folder().with_name("servers")


def kept_servers() -> dict[str, JsonObject]:
    """The arguments of every kept server's environment by slug; a file that holds none is named in a warning."""
    found: dict[str, JsonObject] = {}
    for file in sorted(server_folder().glob("*.json")):
        try:
            kwargs = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            kwargs = error
        if is_slug(file.stem) and isinstance(kwargs, dict):
            found[file.stem] = kwargs
        else:
            logger.warning(
                "%s: cannot be read (%s); expected the arguments of an environment as JSON. Delete the file.",
                file,
                kwargs if isinstance(kwargs, Exception) else type(kwargs).__name__,
            )
    return found


def keep_server(slug: str, kwargs: JsonObject) -> Path:
    """Put a server in the user's folder, for later processes to find.

    Raises:
        RegistrationError: one of that name is there already.
    """
    file = server_folder() / f"{slug}.json"
    if file.exists():
        raise RegistrationError(
            f"{file}: is there already; expected a new name. "
            'Delete the file, or choose another name with name="..." (--name on the command line).'
        )
    write_atomic(file, canonical(kwargs) + "\n")
    return file
