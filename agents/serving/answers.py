"""What is written back: completions, their pieces in a stream, and the list of models, in OpenAI's shapes."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class FunctionText(Struct, omit_defaults=True):
    """A call's function; in a stream the name comes first, and the arguments after it."""

    arguments: str
    """JSON of an object."""
    name: str | UnsetType = UNSET


class Call(Struct, kw_only=True):
    """One call of an answer."""

    id: str
    function: FunctionText
    type: str = "function"


class CallPiece(Struct, kw_only=True):
    """A piece of a call in a stream; only the first has an id."""

    index: int
    function: FunctionText
    id: str | UnsetType = UNSET
    type: str | UnsetType = UNSET


class TopToken(Struct, kw_only=True):
    """A token that could have come, and how likely it was."""

    token: str
    logprob: float
    bytes: list[int] | None


class TokenLogprob(Struct, kw_only=True):
    """The token that came."""

    token: str
    logprob: float
    bytes: list[int] | None
    top_logprobs: list[TopToken]


class Logprobs(Struct, kw_only=True):
    """Of every token of an answer but the one that ends it."""

    content: list[TokenLogprob]
    refusal: None = None


class AnswerMessage(Struct, kw_only=True):
    """What the assistant says and calls."""

    content: str | None
    tool_calls: list[Call] | UnsetType = UNSET
    role: str = "assistant"
    refusal: None = None


FinishReason = Literal["stop", "length", "tool_calls"]


class Choice(Struct, kw_only=True):
    """One answer."""

    index: int
    message: AnswerMessage
    finish_reason: FinishReason
    logprobs: Logprobs | None


class Usage(Struct, kw_only=True):
    """Tokens that were read and written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(Struct, kw_only=True):
    """The answers to one request."""

    id: str
    created: int
    """Seconds since 1970."""
    model: str
    choices: list[Choice]
    usage: Usage
    object: str = "chat.completion"


class Delta(Struct, kw_only=True):
    """What is new."""

    role: str | UnsetType = UNSET
    content: str | UnsetType | None = UNSET
    tool_calls: list[CallPiece] | UnsetType = UNSET


class ChoicePiece(Struct, kw_only=True):
    """A piece of one answer."""

    index: int
    delta: Delta
    finish_reason: FinishReason | None = None
    logprobs: Logprobs | None = None


class Chunk(Struct, kw_only=True):
    """One event of a stream."""

    id: str
    created: int
    model: str
    choices: list[ChoicePiece]
    usage: Usage | UnsetType | None = UNSET
    """Where the client asked for it: null in every event but the last."""
    object: str = "chat.completion.chunk"


class Model(Struct, kw_only=True):
    """A policy that is served."""

    id: str
    created: int
    object: str = "model"
    owned_by: str = "inftool"


class Models(Struct, kw_only=True):
    """All names under which the policy is served."""

    data: list[Model]
    object: str = "list"
