"""One request on its way: its jobs, and what their progress becomes for the client."""

import asyncio
import functools
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator

import msgspec
from msgspec import UNSET
from transformers import PreTrainedTokenizerBase

from agents.samplers.turns import Turn
from agents.serving.answers import Choice, ChoicePiece, Chunk, Completion, Usage
from agents.serving.choices import ChoiceWriter
from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError
from agents.serving.jobs import Job, Progress
from agents.serving.preparing import Prepared
from agents.serving.requests import ChatRequest
from agents.serving.speech import Outcome, Speech
from agents.serving.turn_text import TurnText


class Exchange:
    """Made on the event loop, which its jobs report to.

    Args:
        asked: The request.
        prepared: Its turns.
        tokenizer: Of the policy.
        config: Limits and defaults.
        outcomes: Counts what became of every choice.
    """

    def __init__(
        self,
        asked: ChatRequest,
        prepared: Prepared,
        tokenizer: PreTrainedTokenizerBase,
        config: ServingConfig,
        outcomes: Counter[Outcome],
    ) -> None:
        self._asked = asked
        self._prepared = prepared
        self._tokenizer = tokenizer
        self._config = config
        self._outcomes = outcomes
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[tuple[int, Progress | ApiError]] = asyncio.Queue()
        deadline = time.monotonic() + config.time_limit_s
        self.jobs = [self._job(place, turn, deadline) for place, turn in enumerate(prepared.turns)]
        """One for every choice."""
        self._writers = [self._writer(place) for place in range(len(self.jobs))]

    def cancel(self) -> None:
        """Nobody waits for what is still to come."""
        for job in self.jobs:
            job.is_cancelled = True

    async def whole(self) -> Completion | ApiError:
        """All choices together, when the last has ended; or why there are none."""
        choices: list[Choice] = []
        while len(choices) < len(self._writers):
            place, news = await self._news.get()
            if isinstance(news, ApiError):
                return news
            choices.append(self._writers[place].whole(news))
            self._count(place)
        choices.sort(key=lambda choice: choice.index)
        return Completion(
            id=self._id, created=self._created, model=self._asked.model, choices=choices, usage=self._usage()
        )

    async def events(self) -> AsyncIterator[bytes]:
        """Server-sent events until the last choice has ended; a failure is the last event."""
        for writer in self._writers:
            yield self._event([writer.opening()])
        open_choices = len(self._writers)
        while open_choices:
            place, news = await self._news.get()
            if isinstance(news, ApiError):
                yield b"data: " + news.body() + b"\n\n"
                return
            for piece in self._writers[place].pieces(news):
                yield self._event([piece])
            if news.finish_reason is not None:
                self._count(place)
                open_choices -= 1
        if self._tells_usage:
            yield self._event([], self._usage())
        yield b"data: [DONE]\n\n"

    @property
    def _tells_usage(self) -> bool:
        options = self._asked.stream_options
        return options is not None and bool(options.include_usage)

    def _event(self, pieces: list[ChoicePiece], usage: Usage | None = None) -> bytes:
        chunk = Chunk(
            id=self._id,
            created=self._created,
            model=self._asked.model,
            choices=pieces,
            usage=usage if self._tells_usage else UNSET,
        )
        return b"data: " + msgspec.json.encode(chunk) + b"\n\n"

    def _usage(self) -> Usage:
        written = sum(writer.tokens for writer in self._writers)
        read = self._prepared.prompt_tokens
        return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)

    def _count(self, place: int) -> None:
        outcome = self._writers[place].outcome
        assert outcome is not None, "counted when it has ended"
        self._outcomes[outcome] += 1

    def _job(self, place: int, turn: Turn, deadline: float) -> Job:
        asked = self._asked

        def tell(news: Progress | ApiError) -> None:
            self._loop.call_soon_threadsafe(self._news.put_nowait, (place, news))

        return Job(
            turn=turn,
            temperature=self._config.temperature if asked.temperature is None else asked.temperature,
            top_p=1.0 if asked.top_p is None else asked.top_p,
            top_logprobs=(asked.top_logprobs or 0) if asked.logprobs else None,
            streams=bool(asked.stream),
            text=TurnText(self._tokenizer, asked.stops),
            deadline=deadline,
            tell=tell,
        )

    def _writer(self, place: int) -> ChoiceWriter:
        one_call = self._asked.parallel_tool_calls is False
        return ChoiceWriter(
            place,
            Speech(self._prepared.names, self._config.action_format, one_call=one_call),
            functools.partial(self._prepared.call_id, place),
            self._spell if self._asked.logprobs else None,
        )

    def _spell(self, token: int) -> str:
        text = self._tokenizer.decode([token], skip_special_tokens=False)
        assert isinstance(text, str), "one list of tokens is one text"
        return text
