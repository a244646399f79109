"""Conversations that may become rows: which are played, how they went, and why one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from agents.datasets.assistants import Assistant
from agents.datasets.layouts.hermes import MARKS
from agents.datasets.row import Row, row_of
from agents.datasets.sketches import Sketch, sketch
from agents.datasets.sources import Source
from agents.rollout import play
from inftool_env.core.errors import ScenarioError
from inftool_env.core.message import Role
from inftool_env.core.scenario import Split
from inftool_env.core.seeds import derive_seed
from inftool_env.core.verdict import FailureKind
from inftool_env.curriculum.sampler import Purpose, episode_seed
from inftool_env.envs.episode import Episode
from inftool_env.envs.tool_env import ToolEnv

BLOCK = 32
"""Candidates that are played together. Part of what fixes a dataset: a model's numbers depend on its company."""
MAX_CHARACTERS = 100_000
"""Of a conversation; a longer one is refused."""
_OPENINGS_REMEMBERED = 4096
"""Environments remember the scenarios they have opened, and no scenario comes twice."""
_PURPOSES = {Split.TRAIN: Purpose.PRACTICE, Split.EVAL: Purpose.EVALUATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One conversation that was tried."""

    number: int
    """Counts up from 0 in its split."""
    refusal: str = ""
    """Why it cannot be a row, in one word; empty when it may be."""
    row: Row | None = None
    """Absent when it is refused."""
    digest: str = ""
    """The row's."""
    sketch: bytes = b""
    """Of the row's words, little-endian."""


def sketch_of(candidate: Candidate) -> Sketch:
    """The sketch of a candidate that has a row."""
    numbers: Sketch = np.frombuffer(candidate.sketch, "<u4")
    return numbers


class Playground:
    """Plays candidates, each the same whoever plays it and whenever.

    Args:
        sources: Take turns from candidate to candidate, and the categories of each in their rounds.
        assistant: Plays a block at a time.
        seed: Fixes every scenario.
    """

    def __init__(self, sources: Sequence[Source], assistant: Assistant, seed: int) -> None:
        self._sources = sources
        self._assistant = assistant
        self._seed = seed
        self._environments: dict[str, ToolEnv] = {}
        self._openings = 0

    def play(self, split: Split, block: int) -> list[Candidate]:
        """All candidates of a block, in order."""
        numbers = range(block * BLOCK, (block + 1) * BLOCK)
        opened: dict[int, tuple[str, Episode]] = {}
        for number in numbers:
            source = self._sources[number % len(self._sources)]
            try:
                opened[number] = source.name, self._open(source, split, number)
            except ScenarioError:
                continue
        policy = self._assistant(derive_seed("synth", self._seed, split.value, block))
        trajectories = play(policy, [partial(_given, episode) for _, episode in opened.values()])
        candidates = {number: Candidate(number=number, refusal="unwritable") for number in numbers}
        for (number, (name, episode)), trajectory in zip(opened.items(), trajectories, strict=True):
            row = row_of(episode, trajectory, name)
            failure = trajectory.verdict.failure
            refusal = failure.value if failure is not FailureKind.NONE else unfit(row)
            if refusal:
                candidates[number] = Candidate(number=number, refusal=refusal)
            else:
                candidates[number] = Candidate(
                    number=number, row=row, digest=row.digest, sketch=sketch(row.words()).tobytes()
                )
        return list(candidates.values())

    def _open(self, source: Source, split: Split, number: int) -> Episode:
        if self._openings >= _OPENINGS_REMEMBERED:
            self._environments, self._openings = {}, 0
        self._openings += 1
        if source.name not in self._environments:
            self._environments[source.name] = source.open()
        environment = self._environments[source.name]
        turn = number // len(self._sources)
        return environment.open(
            episode_seed(_PURPOSES[split], "synth", self._seed, number),
            category=source.categories[turn % len(source.categories)],
            split=split,
        )


def unfit(row: Row) -> str:
    """Why a verified conversation should not be learned from, in one word; empty when it may be."""
    if row.characters > MAX_CHARACTERS:
        return "too_long"
    if "tool_calls" in row.messages[-1]:
        return "no_last_words"
    spoken = (message["content"] for message in row.messages if message["role"] != Role.TOOL)
    if any(mark in words for words in spoken for mark in MARKS):
        return "template_mark"
    return ""


def _given(episode: Episode) -> Episode:
    return episode
