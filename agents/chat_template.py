"""Between a conversation and token ids: what the policy reads, and which tokens it wrote.

A transcript only ever grows. The first prompt is rendered whole; after every sampled turn only the
*new* messages are rendered and encoded, so sampled tokens are never decoded and encoded again, and
the prompt of each turn begins with the prompt and the tokens of the turn before.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from inftool_env.core.errors import CheckpointError
from inftool_env.core.message import Message, Role, ToolCall, assistant_message, user_message
from inftool_env.core.schema import JsonObject
from inftool_env.core.trajectory import Trajectory

_SENTINEL = "0sentinel0"


class ChatTemplate:
    """Encodes conversations with a tokenizer's own chat template.

    Args:
        tokenizer: Of any chat model; its ``eos_token`` ends a turn.
        max_result_characters: Tool results are cut to this length; None keeps them whole.
        kept: How many encodings are remembered; 0 where texts come from strangers and may be of any size.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        *,
        max_result_characters: int | None = None,
        kept: int = 1024,
    ) -> None:
        self.tokenizer = tokenizer
        self.max_result_characters = max_result_characters
        self.eos_id = cast("int", tokenizer.eos_token_id)
        self._encode_opening = lru_cache(maxsize=kept)(self._encode_opening_uncached)
        self._encode_continuation = lru_cache(maxsize=kept)(self._encode_continuation_uncached)

    def initial_ids(self, messages: Sequence[Message], tools: Sequence[JsonObject]) -> tuple[int, ...]:
        """The prompt of an episode's first turn, up to where the assistant begins to write."""
        return self._encode_opening(self._serialise(messages), json.dumps(tools))

    def continuation_ids(self, new_messages: Sequence[Message], *, ended: bool = True) -> tuple[int, ...]:
        """The tokens between the end of a sampled turn and where the assistant writes again.

        Args:
            new_messages: The tool results or user messages after that turn.
            ended: Whether the sampled turn ends with the end-of-turn token; else it is supplied here.
        """
        between = self._encode_continuation(self._serialise(new_messages))
        return between if ended else (self.eos_id, *between)

    def action_ids(self, action: str) -> tuple[int, ...]:
        """An action's text as the assistant would write it, with the end of the turn."""
        return (*self._encode(action), self.eos_id)

    def action_text(self, sampled_ids: Sequence[int]) -> str:
        """The text of sampled tokens, without the end of the turn."""
        ids = list(sampled_ids[:-1] if sampled_ids and sampled_ids[-1] == self.eos_id else sampled_ids)
        return cast("str", self.tokenizer.decode(ids, skip_special_tokens=False))

    def encode_trajectory(
        self, trajectory: Trajectory, tools: Sequence[JsonObject]
    ) -> tuple[list[int], list[int]]:
        """An episode's tokens and the mask of those the assistant wrote, as a rollout would see them.

        Args:
            trajectory: Turns that carry a sample keep its very tokens.
            tools: The visible tools in OpenAI form, in the order shown.

        Returns:
            Token ids and a mask of equal length; 1 marks the assistant's text and its end-of-turn token.
        """
        ids: list[int] = []
        mask: list[int] = []
        for turn in trajectory.turns:
            if not ids:
                read = self.initial_ids(turn.observed, tools)
            else:
                read = self.continuation_ids(turn.observed, ended=ids[-1] == self.eos_id)
            written = self.action_ids(turn.action) if turn.sample is None else turn.sample.sampled_ids
            ids += [*read, *written]
            mask += [0] * len(read) + [1] * len(written)
        return ids, mask

    def _serialise(self, messages: Sequence[Message]) -> str:
        """The messages as JSON, which is the caches' key."""
        limit = self.max_result_characters
        shown = [
            {**message, "content": message["content"][:limit] + "…"}
            if limit is not None and message["role"] == Role.TOOL and len(message["content"]) > limit
            else message
            for message in messages
        ]
        return json.dumps(shown)

    def _encode_opening_uncached(self, messages: str, tools: str) -> tuple[int, ...]:
        return self._encode(self._render(json.loads(messages), json.loads(tools)))

    def _encode_continuation_uncached(self, messages: str) -> tuple[int, ...]:
        """Rendered after a made-up turn, and cut where that turn ends.

        Looking for the made-up turn, rather than taking a prefix away, also serves templates that
        render an assistant's turn otherwise once it is no longer the last (Qwen3's thinking).
        """
        new_messages: list[Message] = json.loads(messages)
        call = ToolCall(name="tool", arguments={"argument": _SENTINEL}, id="000000000")
        answers_call = new_messages[0]["role"] == Role.TOOL
        turn = assistant_message(_SENTINEL, (call,) if answers_call else ())
        text = self._render([user_message("user"), turn, *new_messages], [])
        end = cast("str", self.tokenizer.eos_token)
        position = text.find(end, text.rfind(_SENTINEL)) if _SENTINEL in text else -1
        if position < 0:
            raise CheckpointError(
                f"chat template of {self.tokenizer.name_or_path or 'the tokenizer'}: an assistant's turn does not "
                f"end with the end-of-turn token {end!r}; expected text, {end!r}, then the next message. "
                "Set eos_token in tokenizer_config.json to the token that ends a turn."
            )
        return self._encode(text[position + len(end) :])

    def _render(self, messages: list[Message], tools: list[JsonObject]) -> str:
        try:
            text = self.tokenizer.apply_chat_template(
                cast("list[dict[str, str]]", messages),  # its annotation knows no tool calls
                tools=[*tools] or None,
                tokenize=False,
                add_generation_prompt=True,
            )
        except TemplateError as error:
            roles = [message["role"] for message in messages]
            raise CheckpointError(
                f"chat template of {self.tokenizer.name_or_path or 'the tokenizer'}: {error}; expected it to render "
                f"the roles {roles}. Use a model whose template knows tools."
            ) from error
        return cast("str", text)

    def _encode(self, text: str) -> tuple[int, ...]:
        return tuple(self.tokenizer.encode(text, add_special_tokens=False))
