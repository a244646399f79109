"""``inftool serve``: an environment's server, spoken over MCP."""

import os
from pathlib import Path
from typing import Literal

import anyio

from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.envs.registry import load_toolset, resolve
from inftool_env.world.mcp_http import serve_http
from inftool_env.world.mcp_server import serve_stdio
from inftool_env.world.mcp_sessions import Limits, Sessions
from inftool_env.world.worlds import SimulatedWorlds

BEARER_VARIABLE = "INFTOOL_SERVE_TOKEN"
"""The environment variable that may hold the bearer token."""


def run(
    env_id: str,
    *,
    transport: Literal["stdio", "http"] = "stdio",
    host: str = "127.0.0.1",
    port: int = 8765,
    seed: int = 0,
    split: Literal["train", "eval"] = "train",
    page_size: int | None = None,
    bearer_file: Path | None = None,
    max_sessions: int = Limits().max_sessions,
    max_body_bytes: int = Limits().max_body_bytes,
    idle_s: float = Limits().idle_s,
) -> None:
    """Serve the tools of an environment over the Model Context Protocol.

    Over HTTP every session has a world of its own. So has every token that a client puts behind the path, as in
    ``http://127.0.0.1:8765/mcp/my-token?seed=7&split=eval``; seed and split may be left out.

    Args:
        env_id: As ``InfTool/weather-api-v0``.
        transport: ``stdio`` for one client that starts this process; ``http`` for any on this machine.
        host: Loopback address for ``http``; the path is ``/mcp``.
        port: Port for ``http``.
        seed: Fixes the first rows; every session begins with the same world.
        split: Which side of the wall the world's values lie on.
        page_size: Tools on one page of the list; all at once when left out.
        bearer_file: File with the token that clients of ``http`` must send as ``Authorization: Bearer``; the
            environment variable INFTOOL_SERVE_TOKEN may hold it instead. Without either, none is asked for.
        max_sessions: Open sessions, and open worlds, before new ones are refused.
        max_body_bytes: Bytes of one HTTP request's body.
        idle_s: Seconds of silence after which a session and its world are forgotten.
    """
    for name, value in (
        ("max-sessions", max_sessions),
        ("max-body-bytes", max_body_bytes),
        ("idle-s", idle_s),
        ("page-size", 1 if page_size is None else page_size),
    ):
        if not 0 < value < float("inf"):
            raise ConfigError(
                f"serve: --{name} is {value}; expected more than 0. Leave it out for the default."
            )
    sessions = Sessions(
        SimulatedWorlds(),
        load_toolset(resolve(env_id)["api"]),
        seed=seed,
        split=Split(split),
        limits=Limits(max_sessions=max_sessions, idle_s=idle_s, max_body_bytes=max_body_bytes),
    )
    if transport == "stdio":
        anyio.run(lambda: serve_stdio(sessions, page_size=page_size))
    else:
        bearer = _bearer(bearer_file)
        anyio.run(lambda: serve_http(sessions, host=host, port=port, bearer=bearer, page_size=page_size))


def _bearer(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(BEARER_VARIABLE)
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(
            f"serve: --bearer-file {file}: {reason}; expected a readable file with one token. "
            "Write the token into it, or leave the option out."
        ) from error
