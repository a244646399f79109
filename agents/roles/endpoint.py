"""A chat with any server that speaks OpenAI's chat completions over HTTP."""

import functools
import json
import logging
import os
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio
import anyio.from_thread
import httpx2
import msgspec

from agents.roles.chat import ChatAnswer, ChatRequest
from agents.roles.errors import ChatError
from inftool_env.core.errors import ConfigError
from inftool_env.core.message import Message
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.seeds import generator
from inftool_env.grading.words import shorten
from inftool_env.specs.text import without_controls

logger = logging.getLogger(__name__)

_MAX_QUOTED = 300
_AGAIN = frozenset({408, 409, 425, 429})
"""Statuses below 500 that may be gone on the next try."""
_FIRST_WAIT_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfig:
    """Where a model answers, and how long it is waited for."""

    url: str
    """Base address, as ``http://127.0.0.1:8000/v1``; ``/chat/completions`` is added."""
    model: str
    key_variable: str = "OPENAI_API_KEY"
    """Environment variable that holds the key; none is sent where it is not set."""
    timeout_s: float = 120.0
    """For one try, from connecting to the last byte."""
    tries: int = 4
    """Of one request, while it is refused for now, fails or takes too long."""
    longest_wait_s: float = 30.0
    """Between two tries, also where the server asks for more."""
    max_bytes: int = 1_000_000
    """Of one answer; a longer one is not read to its end."""
    seed: int = 0
    """Of the waits' jitter."""

    def __post_init__(self) -> None:
        try:
            url = httpx2.URL(self.url)
        except httpx2.InvalidURL as error:
            raise ConfigError(
                f"endpoint: the url is none ({error}); expected one as http://127.0.0.1:8000/v1. Correct it."
            ) from error
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise ConfigError(
                f"endpoint: url of scheme {url.scheme!r} and host {url.host!r}; expected http:// or https:// with a "
                "host and without a password. Give it as http://127.0.0.1:8000/v1, and the key in the environment."
            )
        if self.timeout_s <= 0 or self.tries < 1 or self.max_bytes < 1 or self.longest_wait_s < 0:
            raise ConfigError(
                f"endpoint: timeout_s {self.timeout_s}, tries {self.tries}, max_bytes {self.max_bytes}, longest_wait_s "
                f"{self.longest_wait_s}; expected positive numbers. Correct them."
            )


class HttpChat:
    """One model behind one endpoint. It holds no connection and no thread between two requests.

    An endpoint that refuses a feature by its name (a JSON Schema for the answer, a seed, a temperature) is asked
    without it from then on. The key is read from the environment, and stands in no message, log or record.

    Args:
        config: Where the model answers.
        sleep: Waits between two tries, in seconds.
    """

    def __init__(self, config: EndpointConfig, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.config = config
        self._sleep = sleep
        self._dialect = _Dialect()

    @property
    def name(self) -> str:
        """Model and address."""
        return f"{self.config.model}@{self.config.url}"

    def complete(self, request: ChatRequest) -> ChatAnswer:
        """The model's answer, tried for as often as the configuration says.

        Raises:
            ChatError: no try brought an answer.
        """
        rng = generator(self.config.seed, "endpoint", canonical(request.messages), request.seed)
        trouble = _Trouble("was not asked")
        for tried in range(self.config.tries):
            if tried:
                wait = min(self.config.longest_wait_s, _FIRST_WAIT_S * 2.0 ** (tried - 1))
                wait = min(self.config.longest_wait_s, max(trouble.wait_s, wait * (0.5 + rng.random() / 2)))
                logger.info("%s: %s; trying again in %.1f s", self.name, trouble.found, wait)
                self._sleep(wait)
            answer = self._settle(request)
            if isinstance(answer, ChatAnswer):
                return answer
            trouble = answer
            if trouble.is_final:
                break
        raise ChatError(
            f"{self.name}: {trouble.found}; expected an answer of a chat model. "
            "Check the address, the model's name, the key's variable and the server."
        )

    def _settle(self, request: ChatRequest) -> "ChatAnswer | _Trouble":
        """One try, repeated at once while the endpoint names something that it does not take."""
        dialect = self._dialect
        while True:
            answer = self._try(self._body(request, dialect))
            if isinstance(answer, ChatAnswer):
                self._dialect = dialect  # kept only now: the refusals before may have been about the request
                return answer
            narrower = dialect.without(answer.detail, has_schema=request.schema is not None)
            if answer.status not in (400, 422) or narrower is None:
                return answer
            logger.info("%s: asked again without what it refused", self.name)
            dialect = narrower

    def _body(self, request: ChatRequest, dialect: "_Dialect") -> JsonObject:
        body: JsonObject = {
            "model": self.config.model,
            "messages": [_on_the_wire(message) for message in request.messages],
            **dict.fromkeys(dialect.limits[0], request.max_tokens),
        }
        if dialect.has_temperature:
            body["temperature"] = request.temperature
        if dialect.has_seed:
            body["seed"] = request.seed % 2**31
        if request.tools:
            body["tools"] = list(request.tools)
        if request.schema is not None and dialect.formats[0] == "json_schema":
            wanted = {"name": "answer", "schema": request.schema, "strict": False}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        elif request.schema is not None and dialect.formats[0] == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _try(self, body: JsonObject) -> "ChatAnswer | _Trouble":
        try:
            # A loop in a thread of its own: the deadline holds for every part, and notebooks have a loop already.
            with anyio.from_thread.start_blocking_portal() as portal:
                status, retry_after, data = portal.call(self._post, body)
        except TimeoutError:
            return _Trouble(f"gave no answer within {self.config.timeout_s:g} s")
        except (httpx2.HTTPError, OSError, ValueError) as error:
            return _Trouble(
                f"cannot be reached or understood ({self._quote(str(error) or type(error).__name__)})"
            )
        if status == 200:
            return self._read(data)
        detail = data.decode(errors="replace")
        return _Trouble(
            f"answers HTTP {status}: {self._quote(detail)}",
            status=status,
            detail=detail,
            wait_s=_seconds(retry_after),
            is_final=status < 500 and status not in _AGAIN,
        )

    async def _post(self, body: JsonObject) -> tuple[int, str, bytes]:
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        if key := self._key():
            headers["authorization"] = f"Bearer {key}"
        url = self.config.url.rstrip("/") + "/chat/completions"
        content = json.dumps(body).encode()
        with anyio.fail_after(self.config.timeout_s):
            async with (
                httpx2.AsyncClient(timeout=None, verify=_tls()) as client,
                client.stream("POST", url, content=content, headers=headers) as response,
            ):
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise ValueError("the answer is compressed, though none was asked for")
                data = bytearray()
                async for chunk in response.aiter_raw():
                    data += chunk
                    if len(data) > self.config.max_bytes:
                        raise ValueError(f"the answer holds more than {self.config.max_bytes:,} bytes")
                return response.status_code, response.headers.get("retry-after", ""), bytes(data)

    def _read(self, data: bytes) -> "ChatAnswer | _Trouble":
        try:
            completion = msgspec.json.decode(data, type=_Completion)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _Trouble(f"answers what is no chat completion ({self._quote(str(error))})")
        if not completion.choices:
            return _Trouble("answers without a choice")
        choice = completion.choices[0]
        usage = completion.usage or _Usage()
        return ChatAnswer(
            text=choice.message.content or "",
            tool_calls=tuple(choice.message.tool_calls or ()),
            finish_reason=choice.finish_reason or "stop",
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )

    def _key(self) -> str:
        return os.environ.get(self.config.key_variable, "").strip()

    def _quote(self, text: str) -> str:
        """The beginning of a stranger's text, without the key that it may repeat."""
        if key := self._key():
            text = text.replace(key, "***")
        return shorten(without_controls(text), _MAX_QUOTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    """What an endpoint takes, as far as it has not refused it."""

    formats: tuple[str, ...] = ("json_schema", "json_object", "text")
    """Ways to ask for JSON, the strictest first."""
    limits: tuple[tuple[str, ...], ...] = (
        ("max_tokens", "max_completion_tokens"),
        ("max_completion_tokens",),
        ("max_tokens",),
    )
    """Names for the limit of tokens; both at first, since some servers ignore the one they do not know."""
    has_temperature: bool = True
    has_seed: bool = True

    def without(self, refusal: str, *, has_schema: bool) -> "_Dialect | None":
        """What is left after a refusal; None when that was about something else."""
        if len(self.limits) > 1 and any(name in refusal for name in self.limits[0]):
            return replace(self, limits=self.limits[1:])
        if self.has_temperature and "temperature" in refusal:
            return replace(self, has_temperature=False)
        if self.has_seed and "seed" in refusal:
            return replace(self, has_seed=False)
        if has_schema and len(self.formats) > 1:
            return replace(self, formats=self.formats[1:])
        return None


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a try brought no answer."""

    found: str
    status: int = 0
    detail: str = ""
    wait_s: float = 0.0
    is_final: bool = False


class _Message(msgspec.Struct):
    content: str | None = None
    tool_calls: list[JsonObject] | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


@functools.cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the certificates takes longer than a request."""
    return httpx2.create_ssl_context()


def _on_the_wire(message: Message) -> JsonObject:
    """The message as the API takes it, with the arguments of calls as JSON text."""
    laid: JsonObject = {**message}
    if "tool_calls" in message:
        laid["tool_calls"] = [
            {
                **call,
                "function": {**call["function"], "arguments": json.dumps(call["function"]["arguments"])},
            }
            for call in message["tool_calls"]
        ]
    return laid


def _seconds(retry_after: str) -> float:
    """The header's seconds; 0 where it holds a date or nonsense."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
