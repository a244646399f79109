"""The text of a turn while its tokens come, cut before a text that ends it."""

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

_HALF_CHARACTER = "\ufffd"
_LONGEST_CHARACTER = 16
"""Tokens after which a character that is still no character is one of its own."""


class TurnText:
    """Tokens in, text out as soon as it is certain.

    Args:
        tokenizer: Of the policy.
        stops: Texts that end the turn; they are not part of it.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, stops: Sequence[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._stops = tuple(stops)
        self._ids: list[int] = []
        """From the last few that were read on: a token's text may depend on the one before."""
        self._read = 0
        self._held = ""
        self.stopped = False
        """Whether one of the stops has come."""

    def take(self, token: int) -> str:
        """The text that is certain with one more token; often none."""
        self._ids.append(token)
        before = self._decode(self._ids[: self._read])
        after = self._decode(self._ids)
        if after.endswith(_HALF_CHARACTER) and len(self._ids) - self._read < _LONGEST_CHARACTER:
            return ""
        self._ids = self._ids[self._read :]
        self._read = len(self._ids)
        return self._release(after[len(before) :])

    def finish(self) -> str:
        """What was held back, now that no token comes any more."""
        if self.stopped:
            return ""
        rest = self._decode(self._ids)[len(self._decode(self._ids[: self._read])) :]
        certain = self._release(rest)
        held, self._held = self._held, ""
        return certain + held

    def _release(self, text: str) -> str:
        text = self._held + text
        found = [place for stop in self._stops if (place := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        kept = max((begun(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]

    def _decode(self, ids: Sequence[int]) -> str:
        text = self._tokenizer.decode(list(ids), skip_special_tokens=False)
        assert isinstance(text, str), "one list of tokens is one text"
        return text


def begun(text: str, mark: str) -> int:
    """How many characters at the end of a text may be the beginning of a mark that goes on."""
    longest = min(len(text), len(mark) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(mark[:size])), 0)
