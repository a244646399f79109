"""``inftool list``: every environment that is registered, with its tools and categories."""

import shlex
import sys
from collections.abc import Sequence

from inftool_env.core.errors import InfToolError
from inftool_env.envs.registry import env_ids, load_toolset, resolve
from inftool_env.scenarios.author import admitted_categories


def run() -> None:
    """List every registered environment: the built-in ones and those that were kept."""
    write_table(env_ids())


def write_table(ids: Sequence[str]) -> None:
    """Write one line an environment: its id, how many tools it has, and its categories."""
    width = max(map(len, ids))
    for env_id in ids:
        sys.stdout.write(f"{env_id:<{width}}  {_describe(env_id)}\n")


def _describe(env_id: str) -> str:
    kwargs = resolve(env_id)
    server = kwargs.get("url") or shlex.join(kwargs.get("command") or ())
    if server:
        return f"real MCP server: {server}"
    try:
        toolset = load_toolset(kwargs["api"])
    except InfToolError as error:
        return f"cannot be read: {error}"
    return f"{len(toolset.tools):>3} tools  {', '.join(admitted_categories(toolset))}"
