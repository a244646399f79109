"""A real server as what answers an episode's calls."""

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.envs.live.offer import Offer
from inftool_env.envs.live.pool import WarmPool
from inftool_env.envs.live.recipe import Known
from inftool_env.envs.live.server import RunningServer, WorldKey

Held = TypeVar("Held")


class LiveBackend:
    """A world of its own on a real server, taken from the pool with the first call.

    Args:
        pool: Where servers come from, and where they go.
        world: Which world.
        offer: The tools.
    """

    def __init__(self, pool: WarmPool, world: WorldKey, offer: Offer) -> None:
        self._pool = pool
        self._world = world
        self._offer = offer
        self._server: RunningServer | None = None
        self._is_closed = False
        self._last_digest = ""
        pool.promise(world)
        self._drop: weakref.finalize[Any, LiveBackend] = self._when_dropped(pool.forget, world)

    @property
    def known(self) -> Known:
        """What the recipe knows of the world.

        Raises:
            BackendError: the server cannot be started.
        """
        return self._running().known

    def call(self, call: ToolCall) -> ToolResult:
        """The server's answer.

        Raises:
            BackendError: the server cannot be started, is broken, gone or too late, or the episode is over.
        """
        return self._running().call(
            call, self._offer.real_names[call.name], only_reads=call.name in self._offer.readers
        )

    def digest(self) -> str:
        """The recipe's hash of the state now, or at the end; empty for a world that nobody looked into.

        Raises:
            BackendError: what the server left cannot be read.
        """
        if self._server is not None:
            self._last_digest = self._server.digest()
        return self._last_digest

    def close(self) -> None:
        """Let go of the server; the second time nothing."""
        self._is_closed = True
        self._server = None
        self._drop()

    def _running(self) -> RunningServer:
        if self._is_closed:
            raise BackendError(
                "MCP server: the episode has ended; expected one that goes on. Open another episode."
            )
        if self._server is None:
            self._drop.detach()
            self._server = self._pool.take(self._world)
            self._drop = self._when_dropped(self._pool.put_back, self._server)
        return self._server

    def _when_dropped(
        self, act: Callable[[Held], None], held: Held
    ) -> "weakref.finalize[[Held], LiveBackend]":
        """What happens to what this holds when its episode is forgotten half-way."""
        drop = weakref.finalize(self, act, held)
        drop.atexit = False  # the pool ends everything then
        return drop
