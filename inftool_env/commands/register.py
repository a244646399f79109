"""``inftool register``: environments of an API document, kept for every later process."""

import sys
from pathlib import Path

from inftool_env.envs.registry import register_api


def run(spec: Path, *, name: str | None = None) -> None:
    """Make environments of an API document and keep them in the user's folder.

    Args:
        spec: OpenAPI, Swagger, MCP or function-list document; JSON or YAML.
        name: For the id, in place of the document's title.
    """
    for env_id in register_api(spec, name=name, keep=True):
        sys.stdout.write(f"{env_id}\n")
