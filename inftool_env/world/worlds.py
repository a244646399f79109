"""Where worlds come from: the protocol, and the simulated worlds of this process."""

from typing import NoReturn, Protocol, runtime_checkable

from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.world.backend import Backend, StatefulBackend


class Worlds(Protocol):
    """Whatever opens a fresh world for every episode."""

    def open(self, toolset: Toolset, seed: int, split: Split) -> Backend:
        """A fresh world, apart from all others; equal arguments give equal worlds.

        Raises:
            BackendError: no world can be opened now.
        """
        ...

    def close(self) -> None:
        """End every world and what it runs on; the second time nothing."""
        ...


class SimulatedWorlds:
    """Worlds simulated in this process, without a wire."""

    def open(self, toolset: Toolset, seed: int, split: Split) -> Backend:
        """A fresh ``StatefulBackend``."""
        return StatefulBackend(toolset, seed, split)

    def close(self) -> None:
        """There is nothing to end."""


@runtime_checkable
class RemoteSimulation(Backend, Protocol):
    """A backend that stands for a ``StatefulBackend`` elsewhere."""

    def simulation(self) -> StatefulBackend:
        """The same world in this process, to look into."""
        ...


class NoWorld:
    """In place of a world that could not be opened: whatever it is asked fails with the reason.

    So the episode ends as one that cannot be scored, where ``reset`` may not fail.
    """

    def __init__(self, reason: BackendError) -> None:
        self._reason = reason

    def call(self, call: ToolCall) -> ToolResult:  # noqa: ARG002 - the protocol's argument
        """Fail with the reason."""
        self._fail()

    def digest(self) -> str:
        """Fail with the reason."""
        self._fail()

    def _fail(self) -> NoReturn:
        raise BackendError(str(self._reason)) from self._reason


def open_world(worlds: Worlds, toolset: Toolset, seed: int, split: Split) -> Backend:
    """A fresh world; where none can be opened, one that answers every call with the reason."""
    try:
        return worlds.open(toolset, seed, split)
    except BackendError as error:
        return NoWorld(error)
