"""Which tokens may come next, so that calls name offered tools and obey their schemas (by llguidance)."""

import json
from collections.abc import Sequence
from functools import lru_cache

import torch
from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask
from torch import Tensor
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from inftool_env.core.errors import ConfigError
from inftool_env.core.schema import JsonObject
from inftool_env.envs.formats.hermes import CLOSE, OPEN

# Words may hold any "<" that does not begin one of the call tags.
_TURN = r"""
WORDS: /([^<]|<[^t\/<])+/
NEWLINE: "\n"
call: %(open)s "\n" named "\n" %(close)s
"""
# As json.dumps writes: one spelling of each call, so that no probability leaks into others.
_SPELLING = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}


class CallConstraint:
    """The grammar of one assistant turn in the Hermes format, for any set of tools.

    Args:
        tokenizer: A fast tokenizer; its end-of-turn token ends the grammar.
        vocab_size: Width of the model's logits.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocab_size: int) -> None:
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise ConfigError(
                f"constrained sampling: the tokenizer is a {type(tokenizer).__name__}; expected a fast one, of the "
                "tokenizers library. Sample without constrained=True, or use another model."
            )
        self.vocab_size = vocab_size
        self._tokenizer: LLTokenizer = from_tokenizer(tokenizer, n_vocab=vocab_size)
        tags = {name: self._symbol(tag) for name, tag in (("open", OPEN), ("close", CLOSE))}
        self._turn = _TURN % tags
        self._compiled = lru_cache(maxsize=256)(self._compile)

    def begin(
        self,
        tools: Sequence[JsonObject],
        *,
        must_call: bool = False,
        one_call: bool = False,
        answer: JsonObject | None = None,
    ) -> LLMatcher:
        """The grammar before the first token of a turn; the matcher is the caller's own.

        Args:
            tools: What may be called.
            must_call: The turn is calls, without any words.
            one_call: There is at most one call.
            answer: A JSON Schema: in place of words the turn is JSON that obeys it.

        Raises:
            ConfigError: A tool's schema makes no grammar; names it.
        """
        spoken = None if answer is None else json.dumps(answer)
        return self._compiled(json.dumps(tools), must_call, one_call, spoken).deep_copy()

    def allowed(self, matchers: Sequence[LLMatcher]) -> Tensor:
        """``(B, V)`` bool: the tokens that may come next in each turn; never none."""
        bits = allocate_token_bitmask(len(matchers), self.vocab_size)
        for row, matcher in enumerate(matchers):
            fill_next_token_bitmask(matcher, bits, row)
        shifts = torch.arange(32, dtype=torch.int32)
        return (torch.from_numpy(bits).unsqueeze(-1) >> shifts & 1).flatten(1)[:, : self.vocab_size].bool()

    def _compile(self, tools: str, must_call: bool, one_call: bool, answer: str | None) -> LLMatcher:
        functions = [tool["function"] for tool in json.loads(tools)]
        spoken = ""
        if answer is not None:
            schema = json.dumps({**json.loads(answer), "x-guidance": _SPELLING})
            spoken = f"answer: %json {schema}\n"
        if not functions:
            grammar = f"start: answer\n{spoken}" if spoken else "start: WORDS\nWORDS: /[^<]+/\n"
            return self._matcher(grammar, "the answer's schema")
        calls = "call" if one_call else "call (NEWLINE call)*"
        turn = f"start: {calls}\n" if must_call else f"start: WORDS | WORDS? {calls}\n"
        if spoken and not must_call:
            turn = f"start: answer | {calls}\n{spoken}"
        rules = []
        for number, function in enumerate(functions):
            schema = json.dumps({"type": "object", **function["parameters"], "x-guidance": _SPELLING})
            opening = json.dumps(f'{{"name": {json.dumps(function["name"])}, "arguments": ')
            rules.append(
                f'call_{number}: {opening} arguments_{number} "}}"\narguments_{number}: %json {schema}\n'
            )
        choices = " | ".join(f"call_{number}" for number in range(len(functions)))
        names = ", ".join(function["name"] for function in functions)
        return self._matcher(f"{turn}{self._turn}named: {choices}\n{''.join(rules)}", f"the tools {names}")

    def _symbol(self, tag: str) -> str:
        """A call tag in the grammar: by name where it is a token of its own, else as text."""
        ids = self._tokenizer.tokenize_str(tag, parse_special=True)
        return tag if len(ids) == 1 and self._tokenizer.is_special_token(ids[0]) else json.dumps(tag)

    def _matcher(self, grammar: str, what: str) -> LLMatcher:
        matcher = LLMatcher(self._tokenizer, LLMatcher.grammar_from_lark(grammar), log_level=0)
        if matcher.is_error():
            raise ConfigError(
                f"constrained sampling: no grammar can be made of {what}: {matcher.get_error()[:300]}; expected "
                "schemas that llguidance can read. Sample without constrained=True, or simplify the schema."
            )
        return matcher
