"""A chat with a language model: one request, one answer, whoever gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inftool_env.core.message import Message
from inftool_env.core.schema import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """Everything that an answer depends on, but the model."""

    messages: tuple[Message, ...]
    schema: JsonObject | None = None
    """JSON Schema of the answer, for a model that can be held to one; None for free text."""
    tools: tuple[JsonObject, ...] = ()
    """OpenAI-style tools that the model may call."""
    temperature: float = 1.0
    max_tokens: int = 1024
    """Of the answer."""
    seed: int = 0
    """Requests that differ in it alone ask for several opinions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """What a model said."""

    text: str
    """Empty when it said nothing."""
    tool_calls: tuple[JsonObject, ...] = ()
    """What it calls, as it came over the wire: nobody has looked at it."""
    finish_reason: str = "stop"
    """``length`` when it was cut off."""
    prompt_tokens: int = 0
    """0 where the endpoint does not count."""
    completion_tokens: int = 0


class Chat(Protocol):
    """Whoever answers chat requests."""

    @property
    def name(self) -> str:
        """What records and caches call it: the model, and where it runs."""
        ...

    def complete(self, request: ChatRequest) -> ChatAnswer:
        """The answer to one request.

        Raises:
            ChatError: there is none to be had.
        """
        ...


class ScriptedChat:
    """Answers from a function: for tests, guides, and models that run in this process.

    Args:
        answer: Gives the text of each answer.
        name: What records call it.
    """

    def __init__(self, answer: Callable[[ChatRequest], str], *, name: str = "scripted") -> None:
        self._answer = answer
        self._name = name

    @property
    def name(self) -> str:
        """As it was given."""
        return self._name

    def complete(self, request: ChatRequest) -> ChatAnswer:
        """The function's answer."""
        return ChatAnswer(text=self._answer(request))
