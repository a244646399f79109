"""``inftool serve``: an environment's server, spoken over MCP."""

from typing import Literal

from inftool_env.core.scenario import Split
from inftool_env.envs.registry import load_toolset, resolve
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_server import serve


def run(
    env_id: str,
    *,
    transport: Literal["stdio", "http"] = "stdio",
    host: str = "127.0.0.1",
    port: int = 8765,
    seed: int = 0,
    split: Literal["train", "eval"] = "train",
) -> None:
    """Serve the tools of an environment over the Model Context Protocol.

    Args:
        env_id: As ``InfTool/weather-api-v0``.
        transport: ``stdio`` for one client that starts this process; ``http`` for any on this machine.
        host: Loopback address for ``http``; the path is ``/mcp``.
        port: Port for ``http``.
        seed: Fixes the first rows; every session begins with the same world.
        split: Which side of the wall the world's values lie on.
    """
    toolset = load_toolset(resolve(env_id)["api"])
    serve(
        lambda: StatefulBackend(toolset, seed, Split(split)),
        toolset,
        transport=transport,
        host=host,
        port=port,
    )
