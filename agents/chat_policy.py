"""A language model behind a chat API as a policy: tools go with the request, calls come with the answer."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from agents.policy import PolicyAction
from agents.roles.chat import Chat, ChatRequest
from inftool_env.core.message import Role
from inftool_env.core.seeds import derive_seed
from inftool_env.envs.actions import ActionDict
from inftool_env.envs.observe import Observation

MOST_AT_ONCE = 32
"""Requests that wait for their answers together."""


class ChatPolicy:
    """Acts by asking a model with native tool calls.

    Args:
        chat: The model.
        temperature: 0 takes the likeliest token.
        max_tokens: Of one turn.
        seed: Goes with every request; whether the model heeds it is for its server to say.
    """

    def __init__(
        self, chat: Chat, *, temperature: float = 1.0, max_tokens: int = 1024, seed: int = 0
    ) -> None:
        self.name = chat.name
        self._chat = chat
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._seed = seed

    def start(self, episodes: int) -> None:
        """Nothing to forget: every request holds the whole conversation."""

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """The model's next message for every slot, all asked for together.

        Raises:
            ChatError: the model cannot be reached.
        """
        if not observations:
            return {}
        with ThreadPoolExecutor(min(len(observations), MOST_AT_ONCE)) as threads:
            return dict(
                zip(
                    observations,
                    threads.map(self._act, *zip(*observations.items(), strict=True)),
                    strict=True,
                )
            )

    def _act(self, slot: int, observation: Observation) -> PolicyAction:
        messages = observation["messages"]
        turn = sum(message["role"] == Role.ASSISTANT for message in messages)
        answer = self._chat.complete(
            ChatRequest(
                messages=messages,
                tools=observation["tools"],
                temperature=self._temperature,
                max_tokens=self._max_tokens,
                seed=derive_seed(self._seed, "turn", slot, turn),
            )
        )
        if not answer.tool_calls:
            return PolicyAction(action=answer.text)
        return PolicyAction(action=ActionDict(content=answer.text, tool_calls=answer.tool_calls))
