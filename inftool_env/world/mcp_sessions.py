"""The sessions of an MCP server, each with a world of its own: opened on first use, limited, dropped when idle."""

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import anyio
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.world.backend import Backend, close_backend, digest_of
from inftool_env.world.mcp_names import Choice, WorldName
from inftool_env.world.worlds import Worlds

logger = logging.getLogger(__name__)

_REMEMBERED_ANSWERS = 32
"""Last answers to changing calls that a session keeps, to be given again when their request is repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server lends to its clients."""

    max_sessions: int = 2000
    """Open sessions, and open worlds, before new ones are refused."""
    idle_s: float = 1800.0
    """Seconds without a request after which a session and its world are forgotten."""
    max_body_bytes: int = 1 << 20
    """Bytes of one HTTP request's body."""


class SessionsFullError(Exception):
    """A world more would be one too many."""


class ListChannel(Protocol):
    """A client that can be told of a changed list."""

    async def send_tool_list_changed(self) -> None:
        """Tell it."""
        ...


class Session:
    """One client's world, and what the client may see of it.

    Args:
        name: The world's name.
        backend: Answers the calls.
        hidden: Tools that the client does not see until they are revealed.
    """

    def __init__(self, name: WorldName, backend: Backend, hidden: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.backend = backend
        self.hidden = hidden
        self.client: ListChannel | None = None
        """The client's standing channel; None where the protocol has none."""
        self._bus = InMemorySubscriptionBus()
        self.listen = ListenHandler(self._bus)
        """Serves the streams on which clients of the stateless protocol hear of changes."""
        self._answers: OrderedDict[Hashable, tuple[ToolCall, ToolResult]] = OrderedDict()

    def call(self, call: ToolCall, request: Hashable | None = None) -> ToolResult:
        """Answer one call; a request that comes again gets its answer again, and changes nothing.

        Args:
            call: The call.
            request: Tells this request from all others of the session, except from its own repetitions; None
                for a call that may be made as often as it comes. One that comes with another call is new.
        """
        if request is None:
            return self.backend.call(call)
        known = self._answers.get(request)
        if known is not None and known[0] == call:
            return known[1]
        result = self.backend.call(call)
        self._answers[request] = (call, result)
        self._answers.move_to_end(request)
        if len(self._answers) > _REMEMBERED_ANSWERS:
            self._answers.popitem(last=False)
        return result

    def digest(self) -> str:
        """The digest of the world; empty where the backend can tell none."""
        return digest_of(self.backend)

    async def reveal(self, *names: str) -> None:
        """Show tools that were hidden, and tell the client that its list has changed.

        Raises:
            KeyError: one of them is not hidden.
        """
        for name in names:
            if name not in self.hidden:
                raise KeyError(name)
        self.hidden -= set(names)
        await self._bus.publish(ToolsListChanged())
        if self.client is not None:
            # A client that has hung up reads the list anew when it comes back.
            with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                await self.client.send_tool_list_changed()

    def close(self) -> None:
        """End the streams of the session, and let go of its world."""
        self.listen.close()
        close_backend(self.backend)


class Sessions:
    """The open sessions of one server.

    Args:
        worlds: Opens the worlds.
        toolset: The tools of every world.
        seed: Of worlds whose clients name no seed.
        split: Of worlds whose clients name no split.
        hidden: Tools that no session shows until they are revealed in it.
        limits: How many sessions there may be, and for how long.
        clock: Seconds that only grow.

    Raises:
        KeyError: a hidden tool is none of the toolset.
    """

    def __init__(
        self,
        worlds: Worlds,
        toolset: Toolset,
        *,
        seed: int = 0,
        split: Split = Split.TRAIN,
        hidden: Iterable[str] = (),
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.toolset = toolset
        self.limits = limits or Limits()
        self.hidden = frozenset(hidden)
        for name in sorted(self.hidden - set(toolset.names)):
            raise KeyError(name)
        self._worlds = worlds
        self._seed = seed
        self._split = split
        self._clock = clock
        self._sessions: OrderedDict[WorldName, Session] = OrderedDict()
        self._used_s: dict[WorldName, float] = {}
        self._in_use: Counter[WorldName] = Counter()
        self._connections = count(1)

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[Session]:
        """Every open session; the longest silent first."""
        return iter(tuple(self._sessions.values()))

    def name(self, choice: Choice, *, session: str = "") -> WorldName:
        """The name of the world that a client means, with the server's own seed and split where it names none.

        Args:
            choice: What the client says; a token comes before the session.
            session: The id of the protocol's session; empty where there is none.
        """
        return WorldName(
            token=choice.token,
            session="" if choice.token else session,
            seed=self._seed if choice.seed is None else choice.seed,
            split=self._split if choice.split is None else choice.split,
        )

    def connect(self) -> WorldName:
        """The name of a world for one connection that needs no session id, as stdio is."""
        return self.name(Choice(), session=f"connection {next(self._connections)}")

    def of(self, name: WorldName) -> Session:
        """The session of that name, opened on its first use.

        Raises:
            SessionsFullError: there are as many as there may be, and none of them is idle.
            BackendError: the world cannot be opened now.
        """
        session = self._sessions.get(name)
        if session is None:
            if len(self._sessions) >= self.limits.max_sessions and not self.drop_idle():
                logger.warning("refused: a world more than the %d that are open", len(self._sessions))
                raise SessionsFullError(f"{len(self._sessions)} worlds are open already")
            backend = self._worlds.open(self.toolset, name.seed, name.split)
            session = self._sessions[name] = Session(name, backend, self.hidden)
        self._sessions.move_to_end(name)
        self._used_s[name] = self._clock()
        return session

    @contextmanager
    def held(self, name: WorldName) -> Iterator[None]:
        """While a request of that name is served, its world is not idle."""
        self._in_use[name] += 1
        try:
            yield
        finally:
            self._in_use[name] -= 1
            if not self._in_use[name]:
                del self._in_use[name]
            if name in self._used_s:
                self._used_s[name] = self._clock()

    def close(self, name: WorldName) -> bool:
        """Forget one session and let go of its world; whether there was one."""
        session = self._sessions.pop(name, None)
        if session is None:
            return False
        del self._used_s[name]
        session.close()
        return True

    def drop_idle(self) -> int:
        """Forget every session that has been silent for too long; how many these were."""
        now = self._clock()
        idle = [
            name
            for name, used_s in self._used_s.items()
            if now - used_s >= self.limits.idle_s and name not in self._in_use
        ]
        for name in idle:
            self.close(name)
        if idle:
            logger.info("forgot %d idle worlds", len(idle))
        return len(idle)

    def close_all(self) -> None:
        """Forget every session."""
        for name in tuple(self._sessions):
            self.close(name)
