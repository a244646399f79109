"""What a client asks for: the body of a request, read once into records."""

import json
import re
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from agents.serving.errors import ApiError
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.envs.formats.strict_json import FormatError, check_value, kind_of

MAX_CHOICES = 32
"""Answers to one request."""
_QUOTED = 60
_NAME = r"^[A-Za-z0-9_./:-]{1,128}$"
_PLACE = re.compile(r"(?P<what>.*) - at `\$\.?(?P<where>.*)`", re.DOTALL)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class TextPart(Struct, tag="text", tag_field="type"):
    """One part of a message's content; no other kind is understood."""

    text: str


Content: TypeAlias = str | list[TextPart]


class SystemMessage(Struct, tag="system", tag_field="role"):
    """What holds for the whole conversation."""

    content: Content


class DeveloperMessage(Struct, tag="developer", tag_field="role"):
    """The newer name of a system message."""

    content: Content


class UserMessage(Struct, tag="user", tag_field="role"):
    """What the user says."""

    content: Content


class CalledFunction(Struct):
    """Of a call that was made earlier."""

    name: str
    arguments: str
    """JSON of an object."""


class MadeCall(Struct):
    """A call that the assistant made earlier."""

    id: str
    function: CalledFunction
    type: Literal["function"] = "function"


class AssistantMessage(Struct, tag="assistant", tag_field="role"):
    """What the assistant said and called earlier."""

    content: Content | None = None
    tool_calls: list[MadeCall] | None = None


class ToolMessage(Struct, tag="tool", tag_field="role"):
    """What a tool has answered."""

    content: Content
    tool_call_id: str


ChatMessage: TypeAlias = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage


class Function(Struct):
    """What may be called."""

    name: Annotated[str, Meta(pattern=_NAME)]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Tool(Struct):
    """One entry of ``tools``."""

    type: Literal["function"]
    function: Function


class NamedFunction(Struct):
    """Which function is to be called."""

    name: str


class NamedChoice(Struct):
    """A ``tool_choice`` that names the function."""

    function: NamedFunction
    type: Literal["function"] = "function"


class TextFormat(Struct, tag="text", tag_field="type"):
    """Any words."""


class ObjectFormat(Struct, tag="json_object", tag_field="type"):
    """Any JSON object."""


class AnswerSchema(Struct):
    """The schema of an answer."""

    schema: dict[str, Any]
    name: str = "answer"


class SchemaFormat(Struct, tag="json_schema", tag_field="type"):
    """JSON of a schema."""

    json_schema: AnswerSchema


class StreamOptions(Struct):
    """How an answer is streamed."""

    include_usage: bool | None = None


class ChatRequest(Struct, kw_only=True):
    """The body of ``POST /v1/chat/completions``; fields that are not here are ignored."""

    model: str
    messages: Annotated[list[ChatMessage], Meta(min_length=1)]
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: TextFormat | ObjectFormat | SchemaFormat | None = None
    n: Annotated[int, Meta(ge=1, le=MAX_CHOICES)] | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    stop: str | Annotated[list[str], Meta(max_length=4)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    constrained: bool | None = None
    """Of InfTool: let calls obey their schemas; the server may do so in any case."""

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts before which the answer ends."""
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return tuple(text for text in given if text)


_DECODER = msgspec.json.Decoder(ChatRequest)


def read_request(body: bytes) -> ChatRequest:
    """The request that a body holds.

    Raises:
        ApiError: it holds none; says where, what was found, and what was expected.
    """
    try:
        request = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise ApiError(
            f"the body is no JSON in UTF-8: {reason}; expected the object of a chat completion. Correct it.",
            code="invalid_json",
        ) from error
    _check(request)
    return request


def _decode(body: bytes) -> ChatRequest:
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        # Read anew: the library stops at the first misfit, and what comes after it may be no JSON at all.
        raise _misfit(str(error), msgspec.json.decode(body)) from error


def _check(request: ChatRequest) -> None:
    """What no type can say."""
    for field in ("frequency_penalty", "presence_penalty", "logit_bias"):
        if getattr(request, field):
            raise ApiError(
                f"{field}: found a value other than 0; expected none, since answers are drawn as the policy would "
                "draw them. Leave it out.",
                param=field,
                code="unsupported_value",
            )
    if request.top_logprobs and not request.logprobs:
        raise ApiError(
            "top_logprobs: given without logprobs; expected logprobs to be true. Add it, or leave both out.",
            param="top_logprobs",
        )
    seen: set[str] = set()
    for number, tool in enumerate(request.tools or ()):
        place = f"tools[{number}].function"
        if tool.function.name in seen:
            raise ApiError(
                f"{place}.name: {tool.function.name!r} is there already; expected every name once. Rename one.",
                param=f"{place}.name",
            )
        seen.add(tool.function.name)
        _check_json(tool.function.parameters, f"{place}.parameters")
    if isinstance(request.response_format, SchemaFormat):
        _check_json(request.response_format.json_schema.schema, "response_format.json_schema.schema")
    choice = request.tool_choice
    if isinstance(choice, NamedChoice) and choice.function.name not in seen:
        raise ApiError(
            f"tool_choice.function.name: found {choice.function.name[:_QUOTED]!r}; expected one of the names in tools. "
            "Add the tool, or choose another.",
            param="tool_choice",
        )
    if choice == "required" and not seen:
        raise ApiError(
            "tool_choice: found 'required' without tools; expected a tool or more. Add them, or leave it out.",
            param="tool_choice",
        )


def _check_json(value: JsonObject | None, place: str) -> None:
    try:
        check_value(value)
    except FormatError as error:
        raise ApiError(
            f"{place}: {error}; expected a smaller JSON Schema. Simplify it.", param=place
        ) from error


def _misfit(problem: str, body: JsonValue) -> ApiError:
    """The library's sentence, with what was found there."""
    matched = _PLACE.fullmatch(problem)
    what, where = (matched["what"], matched["where"]) if matched else (problem, "")
    found = _found(body, where)
    return ApiError(
        f"{where or 'the body'}: {what[0].lower()}{what[1:]}; found {found}. Correct the request.",
        param=where or None,
        code="invalid_type" if "xpected" in what else "invalid_value",
    )


def _found(body: JsonValue, where: str) -> str:
    """What stands at a place of the body, in a few characters."""
    value = body
    for key, index in _STEP.findall(where):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif key and isinstance(value, dict) and key in value:
            value = value[key]
        else:
            break
    shown = json.dumps(value)
    return kind_of(value) if isinstance(value, dict | list) else shown[:_QUOTED]
