"""Tasks made of our own scenarios: an attempt is an episode, judged by the grader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench.agent import Answer
from benchmarks.bench.suite import Outcome
from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import StopReason
from inftool_env.envs.episode import Episode
from inftool_env.envs.observe import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioTask:
    """A scenario with the API that it was written for."""

    id: str
    scenario: Scenario
    toolset: Toolset
    seed: int
    """The one that gave the scenario."""

    @property
    def category(self) -> str:
        """That of the scenario."""
        return self.scenario.category

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        """What the user says, the tools in sight, and the texts that the reference solution passes."""
        calls = [call for turn in self.scenario.solution for call in turn.calls]
        values = [value for call in calls for value in call.arguments.values()]
        return {
            "question": [self.scenario.opening, *(one.text for one in self.scenario.follow_ups)],
            "function": list(self.scenario.tools),
            "value": [value for value in values if isinstance(value, str)],
        }

    def open(self) -> "EpisodeAttempt":
        """An episode before its first turn."""
        return EpisodeAttempt(self)


class EpisodeAttempt:
    """One episode."""

    def __init__(self, task: ScenarioTask) -> None:
        self._episode = Episode(task.scenario, task.toolset, env_id=task.toolset.name, seed=task.seed)

    @property
    def observation(self) -> Observation:
        """The conversation so far and the visible tools."""
        return self._episode.observation

    @property
    def is_over(self) -> bool:
        """Whether the episode has ended."""
        return self._episode.is_over

    @property
    def solution(self) -> Sequence[SolutionTurn]:
        """The reference solution."""
        return self._episode.scenario.solution

    def step(self, answer: Answer) -> None:
        """Let the environment take it, whatever it is."""
        self._episode.step(answer.action)

    def outcome(self) -> Outcome:
        """The verdict."""
        trajectory, verdict = self._episode.trajectory(), self._episode.verdict
        return Outcome(
            success=verdict.success,
            failure=verdict.failure.value,
            why=verdict.why,
            messages=trajectory.messages,
            truncated=trajectory.stop is StopReason.MAX_TURNS,
            spoiled=not verdict.scorable,
        )

    def close(self) -> None:
        """Let go of the world."""
        self._episode.close()
