"""The teacher of imitation: plays the reference solution, and says before each step what it rests on.

Whether a value is missing is one hard decision for a model that must take it before it has written a word.
Spelled out, it is as many easy ones as the tool has required parameters: each is given, or it is missing.
"""

from collections.abc import Iterable, Sequence

from agents.scripted import OraclePolicy
from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.schema import JsonObject
from inftool_env.envs.observe import Observation
from inftool_env.users.scripted import asks


class TeacherPolicy(OraclePolicy):
    """Plays the reference solution aloud; unlike the oracle's, its words are meant to be imitated."""

    name = "teacher"

    def words(self, scenario: Scenario, number: int, observation: Observation) -> str:
        """What the turn rests on, and then the solution's own words."""
        thoughts = _thoughts(scenario, number, observation["tools"])
        return " ".join(filter(None, [*thoughts, scenario.solution[number].content]))


def think(tool: str, given: Iterable[str], missing: str | None = None) -> str:
    """What a call rests on, in one sentence.

    >>> think("reserve_hotel", ["hotel_id", "nights"])
    'reserve_hotel: hotel_id given, nights given.'
    >>> think("reserve_hotel", ["hotel_id"], missing="nights")
    'reserve_hotel: hotel_id given, nights missing.'
    """
    parts = [f"{name} given" for name in given]
    if missing is not None:
        parts.append(f"{missing} missing")
    return f"{tool}: {', '.join(parts) or 'nothing needed'}."


def _thoughts(scenario: Scenario, number: int, tools: Sequence[JsonObject]) -> list[str]:
    """One sentence for every tool of the next calls; none when no call follows, or its tool is not there yet."""
    questions, calling = _next_calls(scenario.solution[number:])
    required = {tool["function"]["name"]: _required(tool["function"]["parameters"]) for tool in tools}
    if calling is None or not all(call.name in required for call in calling.calls):
        return []
    unknown = [fact.name for fact in scenario.facts if not fact.told]
    unknown = unknown[len(unknown) - questions :]  # what was asked for in the turns before is known by now
    sentences = []
    for name in dict.fromkeys(call.name for call in calling.calls):
        # What is asked for may be no parameter: the user's consent.
        missing = next(
            (parameter for parameter in required[name] if parameter in unknown), next(iter(unknown), None)
        )
        before = (
            required[name][: required[name].index(missing)] if missing in required[name] else required[name]
        )
        sentences.append(think(name, before, missing))
    return sentences


def _next_calls(turns: Sequence[SolutionTurn]) -> tuple[int, SolutionTurn | None]:
    """How many questions come before the next calls, and the turn that makes them; none after a statement."""
    for questions, turn in enumerate(turns):
        if turn.calls:
            return questions, turn
        if not asks(turn.content):
            break
    return 0, None


def _required(parameters: JsonObject) -> list[str]:
    """The required parameters in the order in which the schema describes them."""
    required = set(parameters.get("required", ()))
    return [name for name in parameters.get("properties", {}) if name in required]
