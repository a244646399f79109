from agents.chat_policy import ChatPolicy
from agents.roles.chat import ChatAnswer, ChatRequest
from agents.rollout import EpisodeRequest, open_request, rollout
from inftool_env.core.message import Role
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import canonical

REQUESTS = [EpisodeRequest(env_id="InfTool/weather-api-v0", seed=seed) for seed in range(6)]


class Reference:
    """A model that happens to answer with the reference solution, as a server that knows tool calls would."""

    name = "reference"

    def __init__(self, scenarios: list[Scenario]) -> None:
        self.scenarios = {scenario.opening: scenario for scenario in scenarios}
        self.requests: list[ChatRequest] = []

    def complete(self, request: ChatRequest) -> ChatAnswer:
        self.requests.append(request)
        turn = sum(message["role"] == Role.ASSISTANT for message in request.messages)
        solution = self.scenarios[request.messages[0]["content"]].solution[turn]
        calls = tuple(
            {
                "id": "x",
                "type": "function",
                "function": {"name": call.name, "arguments": canonical(call.arguments)},
            }
            for call in solution.calls
        )
        return ChatAnswer(text=solution.content, tool_calls=calls)


def test_model_that_calls_as_the_solution_does_succeeds() -> None:
    chat = Reference([open_request(request).scenario for request in REQUESTS])
    trajectories = rollout(ChatPolicy(chat, temperature=0.5, max_tokens=99, seed=1), REQUESTS)
    assert [trajectory.reward for trajectory in trajectories] == [1.0] * len(REQUESTS)
    assert trajectories[0].policy == "reference"
    for request in chat.requests:
        assert (request.temperature, request.max_tokens) == (0.5, 99)
        assert request.tools
    assert len({request.seed for request in chat.requests}) == len(chat.requests)


def test_calls_that_are_nonsense_are_the_models_mistake_and_no_crash() -> None:
    class Babbling:
        name = "babbling"

        def complete(self, request: ChatRequest) -> ChatAnswer:
            return ChatAnswer(text="", tool_calls=({"function": {"name": 3, "arguments": "{"}},))

    trajectories = rollout(ChatPolicy(Babbling()), REQUESTS)
    assert {trajectory.reward for trajectory in trajectories} == {0.0}
