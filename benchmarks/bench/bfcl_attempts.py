"""Attempts at BFCL's items: what the official runner would do, step by step, and the official verdict at the end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.bench.agent import Answer
from benchmarks.bench.suite import Attempt, Outcome
from benchmarks.bfcl.conversation import render_conversation
from benchmarks.bfcl.items import MULTI_TURN, RELEVANCE, Item
from benchmarks.bfcl.lane import Ruling
from benchmarks.bfcl.render import right_calls
from inftool_env.core.errors import SpecError
from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import JsonValue
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import MAX_CALLS, ParsedAction, parse_action
from inftool_env.envs.observe import Observation

MOST_STEPS = 20
"""Of one turn; the official runner fails an item that takes more."""
NEWS = "I have updated some more functions you can choose from. What about now?"
"""What the official runner says when functions come into sight."""
WORDS = "I cannot do this with the tools at hand."


class Runner(Protocol):
    """Whoever judges answers to BFCL's items, and makes the calls of conversations."""

    def judge(self, item: Item, answer: JsonValue) -> Ruling:
        """The official verdict."""
        ...

    def run(self, item: Item, steps: Sequence[JsonValue]) -> tuple[str, ...]:
        """Results of the last step's calls."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BfclTask:
    """One item."""

    item: Item
    runner: Runner

    @property
    def id(self) -> str:
        """BFCL's own."""
        return self.item.id

    @property
    def category(self) -> str:
        """BFCL's own."""
        return self.item.category

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        """What users say, the functions' names, and the texts of the right values."""
        said = [message for turn in self.item.question for message in turn if message.get("role") == "user"]
        calls = [call for turn in self._solution() for call in turn.calls]
        values = [value for call in calls for value in call.arguments.values()]
        return {
            "question": [str(message.get("content", "")) for message in said],
            "function": [str(function["name"]) for function in self.item.functions],
            "value": [value for value in values if isinstance(value, str)],
        }

    def open(self) -> Attempt:
        """A new try."""
        kind = ConversationAttempt if self.category in MULTI_TURN else AnswerAttempt
        return kind(self.item, self.runner, self._solution())

    def _solution(self) -> tuple[SolutionTurn, ...]:
        """The ground truth as messages; where everything is right, a call of anything."""
        item = self.item
        try:
            if item.category in MULTI_TURN:
                return tuple(
                    turn
                    for calls in render_conversation(item).turns
                    for turn in (
                        *(
                            SolutionTurn(calls=calls[at : at + MAX_CALLS])
                            for at in range(0, len(calls), MAX_CALLS)
                        ),
                        SolutionTurn(content=WORDS),
                    )
                )
            calls = right_calls(item)
        except SpecError:
            return ()  # It has no reference answer that can be written as calls of its own functions.
        if item.category == RELEVANCE:
            calls = (ToolCall(name=str(item.tools[0]["function"]["name"])),)
        return (SolutionTurn(calls=calls) if calls else SolutionTurn(content=WORDS),)


class _Attempt:
    """What both kinds share: a conversation, and how it ended."""

    def __init__(self, item: Item, runner: Runner, solution: Sequence[SolutionTurn]) -> None:
        self.solution = solution
        self._item = item
        self._runner = runner
        self._messages = _messages(item, 0)
        self._tools = item.tools
        self._outcome: Outcome | None = None

    @property
    def observation(self) -> Observation:
        """The conversation so far and the tools on offer."""
        return {"messages": self._messages, "tools": self._tools}

    @property
    def is_over(self) -> bool:
        """Whether there is an outcome."""
        return self._outcome is not None

    def outcome(self) -> Outcome:
        """The judgement."""
        assert self._outcome is not None, "an attempt is judged at its end"
        return self._outcome

    def close(self) -> None:
        """The lane is the suite's."""

    def _end(self, failure: str, why: str = "", *, truncated: bool = False) -> None:
        self._outcome = Outcome(
            success=failure == FailureKind.NONE.value,
            failure=failure,
            why=why,
            messages=self._messages,
            truncated=truncated,
        )

    def _end_as(self, ruling: Ruling) -> None:
        """As the official checker says; its kind of error is the kind of failure."""
        self._end(
            FailureKind.NONE.value if ruling.accepted else ruling.reason.partition("\n")[0][:80],
            ruling.reason,
        )

    def _take(self, answer: Answer) -> ParsedAction | None:
        """The answer as calls and words, added to the conversation; None where it cannot be read, which ends it.

        The official runner takes what it cannot read for words, and so for a right answer where nothing should be
        called. Here it is a failure.
        """
        parsed = ParsedAction() if is_silent(answer.action) else parse_action(answer.action)
        calls = tuple(
            ToolCall(name=call.name, arguments=call.arguments, id=f"call_{len(self._messages)}_{at}")
            for at, call in enumerate(parsed.calls)
        )
        self._messages = (*self._messages, assistant_message(parsed.content, calls))
        if parsed.errors:
            self._end(FailureKind.MALFORMED_CALL.value, " ".join(parsed.errors))
            return None
        return parsed


class AnswerAttempt(_Attempt):
    """One request, one answer."""

    def step(self, answer: Answer) -> None:
        """Judge the answer; a call of a tool that was not offered is wrong everywhere."""
        parsed = self._take(answer)
        if parsed is None:
            return
        offered = {tool["function"]["name"] for tool in self._tools}
        forged = [call.name for call in parsed.calls if call.name not in offered]
        if forged:
            self._end(FailureKind.UNKNOWN_TOOL.value, f"{forged[0][:80]!r} was not offered")
            return
        self._end_as(self._runner.judge(self._item, _spelled(parsed.calls) or parsed.content))


class ConversationAttempt(_Attempt):
    """Several turns, each of steps that call something and words that end it."""

    def __init__(self, item: Item, runner: Runner, solution: Sequence[SolutionTurn]) -> None:
        super().__init__(item, runner, solution)
        self._turns: list[list[JsonValue]] = [[]]

    def step(self, answer: Answer) -> None:
        """Make the calls, or go on to the next turn."""
        parsed = self._take(answer)
        if parsed is None:
            return
        self._turns[-1].append(_spelled(parsed.calls) or parsed.content)
        if parsed.calls:
            self._call(parsed.calls)
        elif len(self._turns) == len(self._item.question):
            self._end_as(self._runner.judge(self._item, self._turns))
        else:
            self._next_turn()

    def _call(self, calls: Sequence[ToolCall]) -> None:
        steps = [step for turn in self._turns for step in turn if isinstance(step, list)]
        results = self._runner.run(self._item, steps)
        if len(results) != len(calls):
            self._end("out_of_time", "the calls killed or hung BFCL's simulated APIs")
            return
        ids = [call["id"] for call in self._messages[-1].get("tool_calls", ())]
        self._messages += tuple(
            tool_message(ToolResult(call_id=number, name=call.name, content=result))
            for number, call, result in zip(ids, calls, results, strict=True)
        )
        if len(self._turns[-1]) > MOST_STEPS:
            self._end(
                FailureKind.TOO_MANY_CALLS.value, f"more than {MOST_STEPS} steps in a turn", truncated=True
            )

    def _next_turn(self) -> None:
        at = len(self._turns)
        self._turns.append([])
        later = self._item.later_tools.get(str(at))
        self._tools = later or self._tools
        self._messages += (user_message(NEWS),) if later else _messages(self._item, at)


def is_silent(action: JsonValue) -> bool:
    """Whether an answer says and calls nothing, which to BFCL is an answer like any other."""
    if isinstance(action, dict):
        return not action.get("tool_calls") and is_silent(action.get("content") or "")
    return isinstance(action, str) and not action.strip()


def _messages(item: Item, turn: int) -> tuple[Message, ...]:
    """What is said in a turn."""
    return tuple(
        {"role": str(message["role"]), "content": str(message["content"])} for message in item.question[turn]
    )


def _spelled(calls: Sequence[ToolCall]) -> list[JsonValue]:
    """Calls in the form in which the official runner reads them."""
    return [{call.name: json.dumps(call.arguments)} for call in calls]
