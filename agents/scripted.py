"""Policies without a model: one knows nothing, one knows the answer, one repeats what was done."""

from collections.abc import Mapping, Sequence

from agents.policy import PolicyAction
from inftool_env.core.message import Role, ToolCall
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import generator
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.actions import render_action
from inftool_env.envs.observe import Observation
from inftool_env.world.values import draw_value

CALL_RATE = 0.9
"""Share of the random policy's turns that call something."""
_TEXTS = ("I have done what I could.", "Could you tell me more?", "Which one do you mean?")


class RandomPolicy:
    """Makes one or two valid calls to random tools, or now and then says something; the floor of every table.

    Args:
        seed: Fixes every action.
    """

    name = "random"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def start(self, episodes: int) -> None:
        """Nothing to forget: an action depends on the seed, the slot and the length of the conversation."""

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """A random action for every slot."""
        return {slot: self._act(slot, observation) for slot, observation in observations.items()}

    def _act(self, slot: int, observation: Observation) -> PolicyAction:
        rng = generator(self.seed, "random policy", slot, len(observation["messages"]))
        tools = observation["tools"]
        if not tools or rng.random() >= CALL_RATE:
            return PolicyAction(action=rng.choice(_TEXTS))
        calls: list[ToolCall] = []
        for _ in range(rng.choice((1, 1, 2))):
            function: JsonObject = rng.choice(tools)["function"]
            arguments = draw_value(function["parameters"], function["name"], rng, Split.TRAIN)
            calls.append(ToolCall(name=function["name"], arguments=arguments))
        return PolicyAction(action=render_action("", tuple(calls)))


class OraclePolicy:
    """Plays the scenario's reference solution; the ceiling of every table.

    Its calls are the solution's to the letter. Who wants other words beside them overrides ``words``.
    """

    name = "oracle"

    def __init__(self) -> None:
        self._scenarios: dict[int, Scenario] = {}

    def start(self, episodes: int) -> None:  # noqa: ARG002 - how many there will be makes no difference
        """Forget every scenario."""
        self._scenarios = {}

    def watch(self, slot: int, scenario: Scenario) -> None:
        """Learn the solution of an episode."""
        self._scenarios[slot] = scenario

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """The solution's next turn for every slot."""
        return {slot: self._act(slot, observation) for slot, observation in observations.items()}

    def words(self, scenario: Scenario, number: int, observation: Observation) -> str:  # noqa: ARG002 - for others
        """What is said in the solution's turn of that number."""
        return scenario.solution[number].content

    def _act(self, slot: int, observation: Observation) -> PolicyAction:
        scenario = self._scenarios.get(slot)
        number = _turns_taken(observation)
        if scenario is None or number >= len(scenario.solution):
            return PolicyAction(action="Done.")
        words = self.words(scenario, number, observation)
        return PolicyAction(action=render_action(words, scenario.solution[number].calls))


class ReplayPolicy:
    """Repeats recorded actions, tokens included; slot ``i`` plays trajectory ``i``.

    Args:
        trajectories: Beyond its record an episode gets empty turns.
    """

    name = "replay"

    def __init__(self, trajectories: Sequence[Trajectory]) -> None:
        self.trajectories = trajectories

    def start(self, episodes: int) -> None:
        """Nothing to forget: an action depends on the length of the conversation."""

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """The next recorded action of every slot."""
        return {slot: self._act(slot, observation) for slot, observation in observations.items()}

    def _act(self, slot: int, observation: Observation) -> PolicyAction:
        turns = self.trajectories[slot].turns
        taken = _turns_taken(observation)
        if taken >= len(turns):
            return PolicyAction(action="")
        return PolicyAction(action=turns[taken].action, sample=turns[taken].sample)


def _turns_taken(observation: Observation) -> int:
    return sum(message["role"] == Role.ASSISTANT for message in observation["messages"])
