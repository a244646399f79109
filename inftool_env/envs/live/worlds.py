"""A fresh real world for every episode: a server that nobody has used, in a folder that nobody has touched."""

import weakref

from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.live.backend import LiveBackend
from inftool_env.envs.live.offer import Offer
from inftool_env.envs.live.pool import WarmPool


class LiveWorlds:
    """Opens the worlds of one real server.

    All that was started is ended with ``close``, when this is forgotten, or with the interpreter.

    Args:
        pool: Where servers come from; it is closed with this.
        offer: What may be called of them.
    """

    def __init__(self, pool: WarmPool, offer: Offer) -> None:
        self._offer = offer
        self._pool = pool
        self._end = weakref.finalize(self, self._pool.close)

    def open(self, toolset: Toolset, seed: int, split: Split) -> LiveBackend:  # noqa: ARG002 - the tools are the server's
        """A fresh world; its server starts ahead meanwhile, where there is room."""
        return LiveBackend(self._pool, (seed, split), self._offer)

    def close(self) -> None:
        """End every server and remove every folder; the second time nothing."""
        self._end()
