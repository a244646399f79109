"""A Python function as an agent, in processes of its own: it sees the conversation and the tools, and nothing else."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.bench.agent import Answer
from benchmarks.bench.agents.process import GoneError, LineProcess
from benchmarks.bench.agents.threaded import ThreadedAgent
from inftool_env.core.errors import ConfigError
from inftool_env.core.schema import JsonValue
from inftool_env.envs.observe import Observation

WORKER = Path(__file__).with_name("function_worker.py")
MAX_BYTES = 1_000_000
"""Of one answer."""
START_S = 300.0
"""For the module to be imported, a model to be loaded."""


class _Said(msgspec.Struct):
    """What a worker says."""

    ready: bool = False
    error: str = ""
    message: JsonValue = None


class FunctionAgent(ThreadedAgent):
    """``agent(messages, tools) -> message``, called in one process for each conversation that waits.

    The message is a text or an OpenAI-style dict, which may hold ``usage``. The function runs where neither the answers
    nor the judge can be reached, may print, raise and exit, and is killed when it takes too long.

    Args:
        target: ``module:function``, importable from the current folder.
        timeout_s: For one answer.
        at_once: Processes.

    Raises:
        ConfigError: the function cannot be imported.
    """

    def __init__(self, target: str, *, timeout_s: float, at_once: int) -> None:
        self._pool = _Pool(target=target)
        self._timeout_s = timeout_s
        self._pool.put(self._pool.start())  # at once, so that a wrong name is told before any work
        super().__init__(target, self._answer, at_once=at_once, on_close=self._pool.kill)

    def close(self) -> None:
        """End all processes."""
        super().close()
        self._pool.end()

    def _answer(self, slot: int, observation: Observation) -> Answer:  # noqa: ARG002 - it is told no more
        question = msgspec.json.encode(observation) + b"\n"
        try:
            process = self._pool.take()
        except (ConfigError, GoneError) as error:
            return Answer(error=str(error))
        try:
            said = msgspec.json.decode(process.ask(question, self._timeout_s), type=_Said)
        except (GoneError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._pool.drop(process)
            return Answer(error=f"{self.name}: {error}")
        self._pool.put(process)
        if said.error:
            return Answer(error=f"{self.name}: {said.error}")
        if not isinstance(said.message, str | dict):
            kind = type(said.message).__name__
            return Answer(error=f"{self.name}: answered {kind}; expected a text or a message")
        return Answer(
            action=said.message,
            prompt_tokens=_count(said.message, "prompt_tokens"),
            completion_tokens=_count(said.message, "completion_tokens"),
        )


def _count(message: JsonValue, name: str) -> int:
    usage = message.get("usage") if isinstance(message, dict) else None
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if type(count) is int and 0 <= count < 10**9 else 0


@dataclass(slots=True, kw_only=True)
class _Pool:
    """Processes that have loaded the function; the idle one that was used last is taken first."""

    target: str
    _all: set[LineProcess] = field(default_factory=set)
    _idle: list[LineProcess] = field(default_factory=list)
    _is_closed: bool = False

    def take(self) -> LineProcess:
        """One that is idle, or a new one.

        Raises:
            ConfigError: the function cannot be imported.
            GoneError: the pool is closed.
        """
        if self._is_closed:
            raise GoneError("nobody wants the answer any more")
        try:
            return self._idle.pop()
        except IndexError:
            return self.start()

    def put(self, process: LineProcess) -> None:
        """Give one back."""
        self._idle.append(process)

    def drop(self, process: LineProcess) -> None:
        """Do away with one."""
        self._all.discard(process)
        process.end()

    def start(self) -> LineProcess:
        """A new one, when it has loaded the function.

        Raises:
            ConfigError: the function cannot be imported.
        """
        process = LineProcess(
            (sys.executable, str(WORKER), self.target, str(MAX_BYTES)), max_bytes=2 * MAX_BYTES
        )
        self._all.add(process)
        try:
            found = msgspec.json.decode(process.ask(b"", START_S), type=_Said).error
        except (GoneError, msgspec.DecodeError) as error:
            found = str(error)
        if found:
            self.drop(process)
            raise ConfigError(
                f"agent {self.target}: {found}; expected a function that can be imported from here. "
                "Correct the name, or run from the folder of its module."
            )
        return process

    def kill(self) -> None:
        """Cut short what is under way, and start nothing more."""
        self._is_closed = True
        for process in tuple(self._all):
            process.kill()

    def end(self) -> None:
        """Let go of all; nobody may be waiting for an answer."""
        for process in tuple(self._all):
            self.drop(process)
