"""One answer on its way: what is to be written, and what has been."""

from collections.abc import Callable
from dataclasses import dataclass, field

from agents.samplers.turns import Turn, uniforms_of
from agents.serving.errors import ApiError
from agents.serving.turn_text import TurnText


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How likely a token was to the model itself, before temperature, nucleus and grammar."""

    token: int
    logprob: float
    others: tuple[tuple[int, float], ...]
    """The likeliest tokens at its place, with their log-probabilities; as many as were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is new of an answer."""

    text: str
    chances: tuple[Chance, ...]
    finish_reason: str | None
    """``stop`` or ``length`` when the answer has ended."""
    tokens: int
    """Written so far."""


Telling = Callable[[Progress | ApiError], None]
"""Hears of an answer, on the thread that decodes; the last is an error, or has a finish reason."""


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """One answer to be written; only the thread that decodes writes into it."""

    turn: Turn
    temperature: float
    """0 takes the likeliest token."""
    top_p: float
    top_logprobs: int | None
    """How many tokens beside the one that comes are told of; None tells of none at all."""
    streams: bool
    """Whether it is told of at every token, or only at the end."""
    text: TurnText
    deadline: float
    """By the monotonic clock, in seconds."""
    tell: Telling
    is_cancelled: bool = False
    """Set by whoever no longer wants it."""
    uniforms: list[float] = field(init=False)
    """One number in [0, 1) for every token that there is room for."""
    _new_text: str = ""
    _new_chances: list[Chance] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uniforms = uniforms_of([self.turn])[0].tolist()

    @property
    def places(self) -> int:
        """Tokens that it may come to, those that it reads included."""
        return len(self.turn.prompt.ids) + self.turn.room

    def write(self, token: int, logprob: float, chance: Chance | None, stop_ids: frozenset[int]) -> None:
        """Take one more token, and tell of it."""
        self.turn.take(token, logprob, stop_ids)
        is_end = token in stop_ids
        if not is_end:
            self._new_text += self.text.take(token)
            self._new_chances += [chance] if chance is not None else []
        self.turn.ended = self.turn.ended or self.text.stopped
        if self.turn.ended:
            self._new_text += self.text.finish()
            self._report("stop" if is_end or self.text.stopped else "length")
        elif self.streams:
            self._report(None)

    def _report(self, finish_reason: str | None) -> None:
        progress = Progress(
            text=self._new_text,
            chances=tuple(self._new_chances),
            finish_reason=finish_reason,
            tokens=len(self.turn.tokens),
        )
        self._new_text, self._new_chances = "", []
        self.tell(progress)
