"""The environment whose world is a real MCP server."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.live.author import LiveAuthor, world_of
from inftool_env.envs.live.offer import Offer, make_offer
from inftool_env.envs.live.pool import WarmPool
from inftool_env.envs.live.server import RunningServer, ServerPlan, plan_server
from inftool_env.envs.live.worlds import LiveWorlds
from inftool_env.envs.tool_env import ToolEnv

START_TIMEOUT_S = 60.0
"""Room for ``npx`` and ``uvx`` to download a server first."""
CALL_TIMEOUT_S = 30.0
WARM_SERVERS = 2


class LiveEnv(ToolEnv):
    """A real MCP server and a user with wishes; every episode plays on a server of its own.

    A command is started without a shell, in a fresh folder that a recipe has filled from the seed, with few of
    this process's variables. A URL is spoken to as it is. A server that crashes, hangs or talks nonsense ends
    its episode as one that cannot be scored.

    Args:
        command: The program and its arguments. Of known servers leave the folder or file out that they work on:
            the recipe adds the episode's own.
        url: Of a streamable HTTP server, in place of a command.
        api: Slug of the kept tools of the same server, for whoever reads an id's tools without starting anything.
        recipe: Name of a recipe; by the command when None, and ``plain`` (an empty folder) for unknown programs.
        allow_writes: Offer tools too that do not say that they only read. Not for a URL, whose world nobody could
            put back.
        start_timeout_s: From the start of a server to the end of the handshake.
        call_timeout_s: For every answer.
        warm: Servers that wait for an episode, at most.
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
        api: str | None = None,  # noqa: ARG002 - for readers of the environment's arguments
        recipe: str | None = None,
        allow_writes: bool = False,
        start_timeout_s: float = START_TIMEOUT_S,
        call_timeout_s: float = CALL_TIMEOUT_S,
        warm: int = WARM_SERVERS,
        **options: Any,
    ) -> None:
        plan = plan_server(
            command, url, recipe, start_timeout_s=start_timeout_s, call_timeout_s=call_timeout_s
        )
        if url and allow_writes:
            raise ConfigError(
                f"MCP server {url}: allow_writes is set for a URL; expected a command: what is written to a server "
                "that we did not start cannot be undone. Leave it out, or give the server's command."
            )
        pool = WarmPool(partial(RunningServer, plan), warm)
        try:
            self.offer: Offer = _ask(pool, plan, allow_writes=allow_writes)
            """What may be called."""
            worlds = LiveWorlds(pool, self.offer)
            self.author = LiveAuthor(self.offer, worlds, closed=plan.recipe.closed)
            """Writes the scenarios."""
            super().__init__(self.offer.toolset, worlds=worlds, **options)
        except BaseException:
            pool.close()
            raise
        self._author = self.author

    def obstacles(self, usable: Toolset) -> dict[str, str | None]:
        """For every category why it is not possible on this server, or None where it is."""
        return self.author.obstacles(usable, self.split)


def _ask(pool: WarmPool, plan: ServerPlan, *, allow_writes: bool) -> Offer:
    """What a server offers; the one that was asked goes on to the first survey."""
    world = (world_of(0), Split.TRAIN)
    pool.promise(world)
    server = pool.take(world)
    try:
        return make_offer(
            server.list_tools(),
            server.info,
            server=str(plan),
            read_only=plan.recipe.read_only,
            allow_writes=allow_writes,
        )
    finally:
        pool.put_back(server)
