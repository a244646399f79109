"""The environment whose world is a real MCP server."""

from collections.abc import Sequence
from typing import Any

from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.live.author import LiveAuthor
from inftool_env.envs.live.offer import make_offer
from inftool_env.envs.live.server import RunningServer, plan_server
from inftool_env.envs.live.worlds import WARM_SERVERS, LiveWorlds
from inftool_env.envs.tool_env import ToolEnv

TIMEOUT_S = 60.0
"""Room for ``npx`` and ``uvx`` to download a server first."""


class LiveEnv(ToolEnv):
    """A real MCP server and a user with wishes; every episode plays on a server of its own.

    A command is started without a shell, in a fresh folder that a recipe has filled from the seed, with few of
    this process's variables. A URL is spoken to as it is. A server that crashes, hangs or talks nonsense ends
    its episode as one that cannot be scored.

    Args:
        command: The program and its arguments. Of known servers leave the folder or file out that they work on:
            the recipe adds the episode's own.
        url: Of a streamable HTTP server, in place of a command.
        recipe: Name of a recipe; by the command when None, and ``plain`` (an empty folder) for unknown programs.
        allow_writes: Offer tools too that do not say that they only read. Not for a URL, whose world nobody could
            put back.
        timeout_s: For the start of a server, and for every answer.
        warm: Servers that are started ahead, at most.
        options: Those of ``ToolEnv``.

    Raises:
        ConfigError: an argument is impossible, or the server has no tool that may be offered.
        BackendError: the server cannot be started or reached, or breaks when it is asked what it holds.
        SpecError: none of its tools can be read.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        url: str | None = None,
        recipe: str | None = None,
        allow_writes: bool = False,
        timeout_s: float = TIMEOUT_S,
        warm: int = WARM_SERVERS,
        **options: Any,
    ) -> None:
        plan = plan_server(command, url, recipe, timeout_s)
        if url and allow_writes:
            raise ConfigError(
                f"MCP server {url}: allow_writes is set for a URL; expected a command: what is written to a server "
                "that we did not start cannot be undone. Leave it out, or give the server's command."
            )
        server = RunningServer(plan, (0, Split.TRAIN))
        try:
            offer = make_offer(
                server.list_tools(),
                server.info,
                server=str(plan),
                read_only=plan.recipe.read_only,
                allow_writes=allow_writes,
            )
        finally:
            server.close()
        self.offer = offer
        """What may be called."""
        worlds = LiveWorlds(plan, offer, warm=warm)
        try:
            self.author = LiveAuthor(offer, worlds, closed=plan.recipe.closed)
            """Writes the scenarios."""
            super().__init__(offer.toolset, worlds=worlds, **options)
        except BaseException:
            worlds.close()
            raise
        self._author = self.author

    def obstacles(self, usable: Toolset) -> dict[str, str | None]:
        """For every category why it is not possible on this server, or None where it is."""
        return self.author.obstacles(usable, self.split)
