from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.bench.agent import Answer
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.suite import Outcome
from inftool_env.core.message import Message, ToolCall, user_message
from inftool_env.core.scenario import SolutionTurn
from inftool_env.envs.actions import parse_action
from inftool_env.envs.observe import Observation

TOOL = {
    "type": "function",
    "function": {
        "name": "double",
        "description": "Twice a number.",
        "parameters": {
            "type": "object",
            "properties": {"number": {"type": "integer"}},
            "required": ["number"],
        },
    },
}


class SumAttempt:
    """Right is the one call of ``double`` with the task's number; calls go on until words or three turns."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._messages: tuple[Message, ...] = (user_message(f"Double the number {number}, please."),)
        self._calls: list[ToolCall] = []
        self._turns = 0
        self.is_over = False
        self.solution = (SolutionTurn(calls=(ToolCall(name="double", arguments={"number": number}),)),)

    @property
    def observation(self) -> Observation:
        return {"messages": self._messages, "tools": (TOOL,)}

    def step(self, answer: Answer) -> None:
        parsed = parse_action(answer.action)
        self._calls += parsed.calls
        self._turns += 1
        self._messages += ({"role": "assistant", "content": parsed.content},)
        self.is_over = not parsed.calls or self._turns == 3

    def outcome(self) -> Outcome:
        right = [ToolCall(name="double", arguments={"number": self._number})]
        success = self._calls == right
        return Outcome(
            success=success,
            failure="none" if success else "wrong_arguments",
            why="",
            messages=self._messages,
            truncated=self._turns == 3,
        )

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class SumTask:
    number: int
    category: str

    @property
    def id(self) -> str:
        return f"{self.category}/{self.number}"

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        return {
            "question": [f"Double the number {self.number}, please."],
            "function": ["double"],
            "value": [],
        }

    def open(self) -> SumAttempt:
        return SumAttempt(self.number)


@dataclass
class SumSuite:
    """Two categories of a few numbers each."""

    name: str = "sums"
    version: str = "sums-1"
    categories: tuple[str, ...] = ("small", "large")
    repeats: int = 1
    impossible: Mapping[str, str] = field(default_factory=dict)

    def tasks(self, category: str) -> Sequence[SumTask]:
        return [SumTask(number + 100 * (category == "large"), category) for number in range(4)]

    def totals(self, means: Mapping[str, float], tasks: Mapping[str, int]) -> Mapping[str, float]:
        return {"half": sum(means.values()) / 2}

    def notes(self, categories: Sequence[str]) -> tuple[str, ...]:
        return ("Sums.",)

    def close(self) -> None:
        pass


@pytest.fixture
def suite() -> SumSuite:
    return SumSuite()


@pytest.fixture
def agent_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes a module ``mine`` where functions are looked for."""
    monkeypatch.chdir(tmp_path)

    def write(source: str) -> None:
        (tmp_path / "mine.py").write_text(source)

    return write


@pytest.fixture
def record() -> Callable[..., EpisodeRecord]:
    """Makes the record of an episode."""

    def make(task: str, success: bool, **more: object) -> EpisodeRecord:
        plain: dict[str, object] = {
            "category": "small",
            "repeat": 0,
            "failure": "none" if success else "wrong_arguments",
            "why": "",
        }
        return EpisodeRecord(task=task, success=success, **(plain | more))  # type: ignore[arg-type]

    return make
