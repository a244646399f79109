"""Warm servers: started in the background before they are asked for, a bounded number of them."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from inftool_env.core.errors import BackendError
from inftool_env.envs.live.server import RunningServer, WorldKey

STARTERS = 2
"""Servers that start at the same time in the background."""


class WarmPool:
    """Servers that wait for an episode, and all that are out with one.

    Nobody gets a server that another episode has changed: one that has only read may go on in a world made
    anew, where its recipe says that it keeps nothing; every other one is ended when it comes back.

    Args:
        start: Starts a server in one world; BackendError when that fails.
        limit: Servers that wait, at most.
    """

    def __init__(self, start: Callable[[WorldKey], RunningServer], limit: int) -> None:
        self._start = start
        self._limit = limit
        # Reentrant: the garbage collector may give a forgotten episode's server back at any moment.
        self._lock = threading.RLock()
        self._workers = ThreadPoolExecutor(STARTERS, thread_name_prefix="live-server")
        self._fresh: dict[WorldKey, Future[RunningServer]] = {}
        """Servers in worlds that nobody has touched; the longest waiting first."""
        self._promised: Counter[WorldKey] = Counter()
        self._renewable: list[RunningServer] = []
        self._out: set[RunningServer] = set()
        self._is_closed = False

    def promise(self, world: WorldKey) -> None:
        """Somebody may want a server of this world: start one ahead, if there is room; returns at once."""
        with self._lock:
            self._promised[world] += 1
            if not self._renewable:
                self._start_ahead(world)

    def forget(self, world: WorldKey) -> None:
        """Whoever had the promise wants no server any more."""
        with self._lock:
            self._promised[world] -= 1

    def take(self, world: WorldKey) -> RunningServer:
        """A server in this world that nobody has touched, as promised.

        Raises:
            BackendError: it cannot be started, or the pool is closed.
        """
        with self._lock:
            if self._is_closed:
                raise BackendError(
                    "MCP server: the environment is closed; expected an open one. Make the environment again."
                )
            self._promised[world] -= 1
            started = self._fresh.pop(world, None)
            renewable = self._renewable.pop() if started is None and self._renewable else None
        server = self._begin(world, started, renewable)
        with self._lock:
            self._out.add(server)  # Also after a close in the meantime: whoever took it gives it back.
            if not server.plan.recipe.keeps_nothing:
                # Solutions are replayed twice, and groups play one scenario many times.
                self._start_ahead(world)
        return server

    def put_back(self, server: RunningServer) -> None:
        """Take a server back; where it cannot go on, it is ended in the background."""
        with self._lock:
            self._out.discard(server)
            has_room = len(self._fresh) + len(self._renewable) < self._limit
            if not self._is_closed:
                if has_room and server.is_open and not server.is_used and server.world not in self._fresh:
                    waiting: Future[RunningServer] = Future()
                    waiting.set_result(server)
                    self._fresh[server.world] = waiting
                elif has_room and server.is_renewable:
                    self._renewable.append(server)
                else:
                    self._workers.submit(server.close)
                return
        server.close()

    def close(self) -> None:
        """End every server, waiting or out, and return when all have ended; the second time nothing."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            fresh, running = list(self._fresh.values()), [*self._renewable, *self._out]
            self._fresh.clear()
            self._renewable.clear()
            self._out.clear()
        for future in fresh:
            future.cancel()
        self._workers.shutdown(wait=True)
        for future in fresh:
            _close_started(future)
        for server in running:
            server.close()

    def _begin(
        self, world: WorldKey, started: Future[RunningServer] | None, renewable: RunningServer | None
    ) -> RunningServer:
        if renewable is not None:
            try:
                renewable.renew(world)
            except BaseException:
                renewable.close()
                raise
            return renewable
        if started is None:
            return self._start(world)
        try:
            return started.result()
        except KeyboardInterrupt:
            _end(started)
            raise

    def _start_ahead(self, world: WorldKey) -> None:
        """Called under the lock. What was promised to somebody is never ended to make room."""
        if self._is_closed or self._limit == 0 or world in self._fresh:
            return
        if len(self._fresh) >= self._limit:
            idle = next((one for one in list(self._fresh) if self._promised[one] <= 0), None)
            if idle is None:
                return
            self._workers.submit(_end, self._fresh.pop(idle))
        self._fresh[world] = self._workers.submit(self._start, world)


def _end(future: Future[RunningServer]) -> None:
    if not future.cancel():
        future.add_done_callback(_close_started)


def _close_started(future: Future[RunningServer]) -> None:
    if not future.cancelled() and future.exception() is None:
        future.result().close()
