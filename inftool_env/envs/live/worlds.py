"""A fresh real world for every episode: a server that nobody has used, in a folder that nobody has touched."""

import weakref
from functools import partial

from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.live.backend import LiveBackend
from inftool_env.envs.live.offer import Offer
from inftool_env.envs.live.pool import WarmPool
from inftool_env.envs.live.server import RunningServer, ServerPlan

WARM_SERVERS = 2
"""Servers that wait for an episode, at most."""


class LiveWorlds:
    """Opens the worlds of one real server.

    All that was started is ended with ``close``, when this is forgotten, or with the interpreter.

    Args:
        plan: How to start the server.
        offer: Its tools.
        warm: Servers that are started ahead, at most.
    """

    def __init__(self, plan: ServerPlan, offer: Offer, *, warm: int = WARM_SERVERS) -> None:
        self._offer = offer
        self._pool = WarmPool(partial(RunningServer, plan), warm)
        self._end = weakref.finalize(self, self._pool.close)

    def open(self, toolset: Toolset, seed: int, split: Split) -> LiveBackend:  # noqa: ARG002 - the tools are the server's
        """A fresh world; its server starts ahead meanwhile, where there is room."""
        return LiveBackend(self._pool, (seed, split), self._offer)

    def close(self) -> None:
        """End every server and remove every folder; the second time nothing."""
        self._end()
