"""One choice of an answer as OpenAI's API writes it: whole, or piece by piece."""

import json
from collections.abc import Callable

from msgspec import UNSET

from agents.serving.answers import (
    AnswerMessage,
    Call,
    CallPiece,
    Choice,
    ChoicePiece,
    Delta,
    FinishReason,
    FunctionText,
    Logprobs,
    TokenLogprob,
    TopToken,
)
from agents.serving.jobs import Chance, Progress
from agents.serving.speech import Outcome, Said, Speech

SpellToken = Callable[[int], str]
"""The text of one token."""


class ChoiceWriter:
    """Turns the progress of one job into what a client reads.

    Args:
        index: Of the choice.
        speech: Listens to the turn's text.
        call_id: The id of the call at a place.
        spell: The text of one token, for log-probabilities; None where none are wanted.
    """

    def __init__(
        self, index: int, speech: Speech, call_id: Callable[[int], str], spell: SpellToken | None
    ) -> None:
        self._index = index
        self._speech = speech
        self._call_id = call_id
        self._spell = spell
        self._chances: list[Chance] = []
        self.tokens = 0
        """Written so far."""
        self.outcome: Outcome | None = None
        """Known when the turn has ended."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more."""
        return self.outcome is not None

    def opening(self) -> ChoicePiece:
        """The first piece of a stream, before any token."""
        return ChoicePiece(index=self._index, delta=Delta(role="assistant", content=""))

    def pieces(self, progress: Progress) -> list[ChoicePiece]:
        """What is new, for a stream; often nothing."""
        self.tokens = progress.tokens
        self._chances += progress.chances
        words = self._speech.hear(progress.text)
        if progress.finish_reason is None:
            return [self._piece(Delta(content=words))] if words else []
        rest, said = self._end()
        deltas = [Delta(content=words + rest)] if words + rest else []
        for place, call in enumerate(said.calls):
            named = CallPiece(
                index=place,
                id=self._call_id(place),
                type="function",
                function=FunctionText(name=call.name, arguments=""),
            )
            spelt = CallPiece(index=place, function=FunctionText(arguments=_spell_arguments(call.arguments)))
            deltas += [Delta(tool_calls=[named]), Delta(tool_calls=[spelt])]
        return [*map(self._piece, deltas), self._piece(Delta(), _finish(progress, said))]

    def whole(self, progress: Progress) -> Choice:
        """The choice, from the one progress that a job makes which does not stream."""
        self.tokens = progress.tokens
        self._chances += progress.chances
        self._speech.hear(progress.text)
        _, said = self._end()
        calls = [
            Call(
                id=self._call_id(place),
                function=FunctionText(name=call.name, arguments=_spell_arguments(call.arguments)),
            )
            for place, call in enumerate(said.calls)
        ]
        message = AnswerMessage(
            content=None if calls and not said.content else said.content, tool_calls=calls or UNSET
        )
        return Choice(
            index=self._index,
            message=message,
            finish_reason=_finish(progress, said),
            logprobs=self._logprobs(),
        )

    def _end(self) -> tuple[str, Said]:
        rest, said = self._speech.end()
        self.outcome = said.outcome
        return rest, said

    def _piece(self, delta: Delta, finish_reason: FinishReason | None = None) -> ChoicePiece:
        logprobs = self._logprobs() if self._chances else None
        return ChoicePiece(index=self._index, delta=delta, finish_reason=finish_reason, logprobs=logprobs)

    def _logprobs(self) -> Logprobs | None:
        """Of the tokens that were not told of yet."""
        if self._spell is None:
            return None
        chances, self._chances = self._chances, []
        return Logprobs(content=[_told(chance, self._spell) for chance in chances])


def _finish(progress: Progress, said: Said) -> FinishReason:
    if progress.finish_reason == "length":
        return "length"
    return "tool_calls" if said.calls else "stop"


def _told(chance: Chance, spell: SpellToken) -> TokenLogprob:
    token = spell(chance.token)
    return TokenLogprob(
        token=token,
        logprob=chance.logprob,
        bytes=_bytes(token),
        top_logprobs=[
            TopToken(token=(text := spell(other)), logprob=logprob, bytes=_bytes(text))
            for other, logprob in chance.others
        ],
    )


def _bytes(token: str) -> list[int] | None:
    """None for a part of a character, whose bytes the text does not tell."""
    return None if "\ufffd" in token else list(token.encode())


def _spell_arguments(arguments: object) -> str:
    return json.dumps(arguments, ensure_ascii=False)
