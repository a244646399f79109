"""From a request to what is to be written: the prompt, the grammar, and a turn for every choice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from agents.chat_template import ChatTemplate
from agents.samplers.turn_sampler import TurnSampler
from agents.samplers.turns import Turn
from agents.sampling import Prompt
from agents.serving.config import ServingConfig
from agents.serving.conversation import conversation_of, offered
from agents.serving.errors import ApiError
from agents.serving.requests import ChatRequest, NamedChoice, ObjectFormat, SchemaFormat
from inftool_env.core.errors import CheckpointError, ConfigError
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import derive_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request, understood: what every choice of it has in common, and a turn for each."""

    prompt_tokens: int
    turns: tuple[Turn, ...]
    names: tuple[str, ...]
    """Tools that may be called."""

    def call_id(self, choice: int, place: int) -> str:
        """The id of a call: another for every conversation, seed and place, and the same when all is repeated."""
        prompt = self.turns[choice].prompt
        text = f"{prompt.seed} {place} {prompt.ids}"
        return "call_" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class Preparer:
    """Makes turns out of requests, with the policy's own chat template.

    Args:
        template: Of the policy; remembers nothing, for requests are of strangers.
        sampler: Of the policy; only its grammars are used.
        config: What holds where a request says nothing.
    """

    def __init__(self, template: ChatTemplate, sampler: TurnSampler, config: ServingConfig) -> None:
        self._template = template
        self._sampler = sampler
        self._config = config
        made_for = getattr(sampler.model.config, "max_position_embeddings", None)
        self.context = config.max_context_tokens or made_for or 4096
        """Tokens of prompt and answer together."""

    def prepare(self, request: ChatRequest, number: int) -> Prepared:
        """What is to be written for a request.

        Args:
            request: As it came.
            number: Of the request, on this server: its seed where it brings none.

        Raises:
            ApiError: it cannot be rendered or is too long, or there is no grammar of what it asks for.
        """
        choice = request.tool_choice
        callable_tools = offered(request.tools or (), choice)
        shown = offered(request.tools or (), "none" if choice == "none" else "auto")
        ids = self._encode(request, shown)
        limit = min(
            request.max_completion_tokens or request.max_tokens or self._config.max_new_tokens,
            self.context - len(ids),
        )
        if limit < 1:
            raise ApiError(
                f"messages: {len(ids)} tokens with the tools; expected fewer than {self.context}, the model's context. "
                "Leave out messages or tools.",
                param="messages",
                code="context_length_exceeded",
            )
        seed = request.seed
        if seed is None:
            seed = derive_seed(self._config.seed, "request", number)
        turns = []
        for place in range(request.n or 1):
            prompt = Prompt(ids=ids, seed=derive_seed(seed, "choice", place), tools=callable_tools)
            turns.append(Turn(prompt=prompt, room=limit))
        self._bind(turns, request, callable_tools)
        names = tuple(tool["function"]["name"] for tool in callable_tools)
        return Prepared(prompt_tokens=len(ids), turns=tuple(turns), names=names)

    def _encode(self, request: ChatRequest, shown: Sequence[JsonObject]) -> tuple[int, ...]:
        messages = conversation_of(request.messages)
        try:
            return self._template.initial_ids(messages, shown)
        except (
            CheckpointError,
            TypeError,
            ValueError,
        ) as error:  # templates are code, and schemas are strangers'
            raise ApiError(
                f"messages, tools: the policy's chat template cannot write them ({str(error)[:300]}); expected roles that "
                "it knows, and parameters that are a JSON Schema. Correct them.",
                param="messages",
                code="not_renderable",
            ) from error

    def _bind(self, turns: Sequence[Turn], request: ChatRequest, tools: Sequence[JsonObject]) -> None:
        """Give the turns a grammar, where one is asked for."""
        answer = _answer_schema(request)
        must_call = bool(tools) and (
            request.tool_choice == "required" or isinstance(request.tool_choice, NamedChoice)
        )
        wants_grammar = self._config.constrained or bool(request.constrained)
        if not (must_call or answer is not None or (wants_grammar and tools)):
            return
        if tools and self._config.action_format != "hermes":
            raise ApiError(
                f"tool_choice, response_format: found one that needs a grammar, with tools, and a policy that writes calls "
                f"as {self._config.action_format}; expected 'auto' and plain text. Leave them out.",
                param="tool_choice",
                code="unsupported_value",
            )
        try:
            constraint = self._sampler.constraint()
            for turn in turns:
                turn.matcher = constraint.begin(
                    tools,
                    must_call=must_call,
                    one_call=request.parallel_tool_calls is False
                    or isinstance(request.tool_choice, NamedChoice),
                    answer=answer,
                )
        except ConfigError as error:
            raise ApiError(
                str(error),
                param="response_format" if answer is not None and not tools else "tools",
                code="no_grammar",
            ) from error


def _answer_schema(request: ChatRequest) -> JsonObject | None:
    match request.response_format:
        case ObjectFormat():
            return {"type": "object"}
        case SchemaFormat(json_schema=wanted):
            return wanted.schema
        case _:
            return None
