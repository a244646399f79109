"""What talking to a model costs: requests, tokens and money, counted."""

import threading
from dataclasses import dataclass, replace

from agents.roles.chat import Chat, ChatAnswer, ChatRequest
from agents.roles.errors import ChatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What has been used so far."""

    requests: int = 0
    failures: int = 0
    """Requests without an answer."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


class MeteredChat:
    """Counts what another chat uses. Put a cache around it, and only what is really asked counts.

    Args:
        chat: Whose requests are counted.
        prompt_usd: Price of a million tokens that the model reads.
        completion_usd: Price of a million tokens that it writes.
    """

    def __init__(self, chat: Chat, *, prompt_usd: float = 0.0, completion_usd: float = 0.0) -> None:
        self._chat = chat
        self._prompt_usd = prompt_usd
        self._completion_usd = completion_usd
        self._lock = threading.Lock()
        self._usage = Usage()

    @property
    def name(self) -> str:
        """That of the chat it counts for."""
        return self._chat.name

    @property
    def usage(self) -> Usage:
        """What has been used so far."""
        return self._usage

    def complete(self, request: ChatRequest) -> ChatAnswer:
        """The other chat's answer, counted."""
        try:
            answer = self._chat.complete(request)
        except ChatError:
            with self._lock:
                self._usage = replace(
                    self._usage, requests=self._usage.requests + 1, failures=self._usage.failures + 1
                )
            raise
        cost = answer.prompt_tokens * self._prompt_usd + answer.completion_tokens * self._completion_usd
        with self._lock:
            self._usage = Usage(
                requests=self._usage.requests + 1,
                failures=self._usage.failures,
                prompt_tokens=self._usage.prompt_tokens + answer.prompt_tokens,
                completion_tokens=self._usage.completion_tokens + answer.completion_tokens,
                cost_usd=self._usage.cost_usd + cost / 1e6,
            )
        return answer
