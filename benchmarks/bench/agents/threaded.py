"""Agents that are waited for: each conversation asks in a thread of its own."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from benchmarks.bench.agent import Answer
from inftool_env.envs.observe import Observation


class ThreadedAgent:
    """Answers from a function that may wait, but not for ever, and does not raise.

    Args:
        name: What tables and records call it.
        respond: Gives the answer of a slot to an observation; called from several threads.
        at_once: Questions that wait for their answers together.
        on_close: Called first when no more is wanted: cuts short what is under way.
    """

    def __init__(
        self,
        name: str,
        respond: Callable[[int, Observation], Answer],
        *,
        at_once: int,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._respond = respond
        self._threads = ThreadPoolExecutor(at_once)
        self._on_close = on_close
        self._waiting: dict[Future[Answer], int] = {}

    def start(self, episodes: int) -> None:
        """Nothing to forget: every question holds the whole conversation."""

    def submit(self, slot: int, observation: Observation) -> None:
        """Ask in a thread."""
        self._waiting[self._threads.submit(self._timed, slot, observation)] = slot

    def collect(self) -> dict[int, Answer]:
        """Whatever has come, once anything has."""
        done, _ = wait(self._waiting, return_when=FIRST_COMPLETED)
        return {self._waiting.pop(future): future.result() for future in done}

    def close(self) -> None:
        """Ask nothing more, and wait for what is under way and cannot be cut short."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._on_close()
        self._threads.shutdown()

    def _timed(self, slot: int, observation: Observation) -> Answer:
        began = time.perf_counter()
        answer = self._respond(slot, observation)
        return replace(answer, latency_s=time.perf_counter() - began)
