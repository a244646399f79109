"""Agents that answer at once, in the process that measures: the scripted ones."""

import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks.bench.agent import Answer
from inftool_env.envs.observe import Observation


class InlineAgent:
    """Answers from a function that neither waits nor raises.

    Args:
        name: What tables and records call it.
        respond: Gives the answer of a slot to an observation.
    """

    def __init__(self, name: str, respond: Callable[[int, Observation], Answer]) -> None:
        self.name = name
        self._respond = respond
        self._asked: dict[int, Observation] = {}

    def start(self, episodes: int) -> None:  # noqa: ARG002 - answers depend on the conversation alone
        """Forget what was asked."""
        self._asked = {}

    def submit(self, slot: int, observation: Observation) -> None:
        """Keep the question."""
        self._asked[slot] = observation

    def collect(self) -> dict[int, Answer]:
        """The answers to all questions."""
        asked, self._asked = self._asked, {}
        answers = {}
        for slot, observation in asked.items():
            began = time.perf_counter()
            answer = self._respond(slot, observation)
            answers[slot] = replace(answer, latency_s=time.perf_counter() - began)
        return answers

    def close(self) -> None:
        """Nothing is held."""
