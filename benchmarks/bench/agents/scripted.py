"""Agents without a model: the ceiling, the two floors, and a repetition of what was done."""

import re
from collections.abc import Mapping, Sequence

from benchmarks.bench.agent import Answer
from benchmarks.bench.agents.inline import InlineAgent
from benchmarks.bench.record import EpisodeRecord
from inftool_env.core.message import Role, ToolCall
from inftool_env.core.scenario import SolutionTurn, Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import generator
from inftool_env.envs.actions import ActionDict
from inftool_env.envs.observe import Observation
from inftool_env.world.values import draw_value

_WORD = re.compile(r"[\w.'-]+")


class OracleAgent(InlineAgent):
    """Gives the reference answers: whatever it fails cannot be passed."""

    def __init__(self) -> None:
        super().__init__("oracle", self._answer)
        self._solutions: dict[int, Sequence[SolutionTurn]] = {}

    def watch(self, slot: int, task: str, repeat: int, solution: Sequence[SolutionTurn]) -> None:  # noqa: ARG002
        """Learn the answers of an episode."""
        self._solutions[slot] = solution

    def _answer(self, slot: int, observation: Observation) -> Answer:
        solution, turn = self._solutions[slot], _turns_taken(observation)
        if turn >= len(solution):
            return Answer(action="Done.")
        return Answer(action=_message(solution[turn].content, solution[turn].calls))


class EmptyAgent(InlineAgent):
    """Says nothing: what it earns, everybody earns."""

    def __init__(self) -> None:
        super().__init__("empty", lambda _slot, _observation: Answer(action=""))


class RandomAgent(InlineAgent):
    """Makes one valid call of a random tool after each word of the user, with words of theirs for texts.

    Args:
        seed: Fixes every call.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__("random", self._answer)
        self._seed = seed

    def _answer(self, slot: int, observation: Observation) -> Answer:
        messages, tools = observation["messages"], observation["tools"]
        if not tools or messages[-1]["role"] == Role.TOOL:
            return Answer(action="Done.")
        rng = generator(self._seed, "random agent", slot, len(messages))
        said = " ".join(message["content"] for message in messages if message["role"] == Role.USER)
        words = _WORD.findall(said) or ["x"]
        function: JsonObject = rng.choice(tools)["function"]
        parameters = function.get("parameters", {})
        schemas = parameters.get("properties", {})
        arguments: JsonObject = {}
        for name in parameters.get("required", ()):
            schema = schemas.get(name, {})
            is_word = isinstance(schema, dict) and schema.get("type") == "string" and "enum" not in schema
            arguments[name] = rng.choice(words) if is_word else draw_value(schema, name, rng, Split.EVAL)
        return Answer(action=_message("", (ToolCall(name=function["name"], arguments=arguments),)))


class ReplayAgent(InlineAgent):
    """Gives recorded answers again, errors too, so that they are judged again.

    Args:
        records: Of the same suite; an episode that is not among them is an error.
    """

    def __init__(self, records: Sequence[EpisodeRecord]) -> None:
        super().__init__("replay", self._answer)
        self._records: Mapping[tuple[str, int], EpisodeRecord] = {
            (record.task, record.repeat): record for record in records
        }
        self._played: dict[int, tuple[tuple[JsonValue, ...], str]] = {}

    def watch(self, slot: int, task: str, repeat: int, solution: Sequence[SolutionTurn]) -> None:  # noqa: ARG002
        """Find the record of an episode."""
        record = self._records.get((task, repeat))
        self._played[slot] = (
            ((), "no record of it")
            if record is None
            else (record.actions, record.error or "no more recorded")
        )

    def _answer(self, slot: int, observation: Observation) -> Answer:
        (actions, error), turn = self._played[slot], _turns_taken(observation)
        return Answer(action=actions[turn]) if turn < len(actions) else Answer(error=error)


def _message(content: str, calls: Sequence[ToolCall]) -> JsonValue:
    message: ActionDict = {
        "content": content,
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in calls],
    }
    return message


def _turns_taken(observation: Observation) -> int:
    return sum(message["role"] == Role.ASSISTANT for message in observation["messages"])
