"""A model behind an OpenAI-compatible endpoint as an agent."""

from agents.roles.chat import ChatRequest
from agents.roles.endpoint import EndpointConfig, HttpChat
from agents.roles.errors import ChatError
from benchmarks.bench.agent import Answer
from benchmarks.bench.agents.threaded import ThreadedAgent
from inftool_env.core.message import Role
from inftool_env.core.seeds import derive_seed
from inftool_env.envs.observe import Observation


class EndpointAgent(ThreadedAgent):
    """Asks with the whole conversation and the tools; the key comes from the environment and is written nowhere.

    Args:
        config: Where the model answers, and how often it is asked again while it refuses or fails.
        temperature: 0 takes the likeliest token.
        max_tokens: Of one answer.
        seed: Goes with every request; whether the model heeds it is for its server to say.
        at_once: Requests that wait together.
    """

    def __init__(
        self, config: EndpointConfig, *, temperature: float, max_tokens: int, seed: int, at_once: int
    ) -> None:
        self._chat = HttpChat(config)
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._seed = seed
        super().__init__(self._chat.name, self._answer, at_once=at_once)

    def _answer(self, slot: int, observation: Observation) -> Answer:
        messages = observation["messages"]
        turn = sum(message["role"] == Role.ASSISTANT for message in messages)
        request = ChatRequest(
            messages=messages,
            tools=observation["tools"],
            temperature=self._temperature,
            max_tokens=self._max_tokens,
            seed=derive_seed(self._seed, "turn", slot, turn),
        )
        try:
            answer = self._chat.complete(request)
        except ChatError as error:
            return Answer(error=str(error))
        return Answer(
            action={"content": answer.text, "tool_calls": list(answer.tool_calls)},
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            is_cut_off=answer.finish_reason == "length",
        )
