"""Asking a model for JSON of a given shape, and asking again, a few times, while it gives anything else."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from agents.roles.chat import Chat, ChatRequest
from agents.roles.errors import AuditedOutError, AuditKind
from inftool_env.core.message import Message, Role, user_message
from inftool_env.core.schema import JsonObject, SchemaValidator
from inftool_env.core.seeds import derive_seed
from inftool_env.envs.formats.strict_json import FormatError, read_json
from inftool_env.grading.words import shorten

TRIES = 3
MAX_CHARACTERS = 200_000
"""Of one answer that is read at all."""
_MAX_SHOWN = 4_000
"""Characters of a refused answer that the model is shown again."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an answer of the right shape is refused."""

    kind: AuditKind
    why: str
    """Told to the model; begins in lower case and has no full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a model is asked."""

    role: str
    """For messages, as ``model-played user``."""
    prompt: str
    """The role's instructions, which hold nothing from outside."""
    situation: JsonObject
    """What it is about; whatever strangers wrote stands in here alone."""
    schema: JsonObject
    """JSON Schema of the answer; an object."""
    narrow_schema: JsonObject | None = None
    """What an endpoint is asked for in its place, where that helps the model and the audit says it more clearly."""
    seed: int = 0
    temperature: float = 1.0
    max_tokens: int = 1024


def ask(
    chat: Chat, question: Question, *, audit: Callable[[JsonObject], Objection | None], tries: int = TRIES
) -> JsonObject:
    """The first answer that is JSON, obeys the schema and passes the audit.

    A refused answer is shown to the model once more, with the reason.

    Args:
        chat: The model.
        question: What it is asked.
        audit: Looks at an answer of the right shape; None lets it pass.
        tries: Answers that are looked at.

    Raises:
        AuditedOutError: none of the answers passed.
        ChatError: the model cannot be reached.
    """
    validator = SchemaValidator(question.schema)
    asked: tuple[Message, ...] = (
        {"role": Role.SYSTEM.value, "content": question.prompt},
        user_message(_clean(json.dumps(question.situation, ensure_ascii=False, indent=1))),
    )
    messages = asked
    objection = Objection(AuditKind.SHAPE, "it was not asked")
    for number in range(tries):
        request = ChatRequest(
            messages=messages,
            schema=question.narrow_schema or question.schema,
            temperature=question.temperature,
            max_tokens=question.max_tokens,
            seed=derive_seed(question.seed, question.role, number),
        )
        answer = chat.complete(request)
        value, refusal = _read(answer.text, answer.finish_reason, validator)
        if value is not None and refusal is None:
            refusal = audit(value)
            if refusal is None:
                return value
        assert refusal is not None, "an answer that cannot be read is refused"
        objection = refusal
        messages = (
            *asked,
            {"role": Role.ASSISTANT.value, "content": _clean(answer.text[:_MAX_SHOWN])},
            user_message(
                _clean(
                    f"That cannot be used: {shorten(objection.why)}. Answer again, with the JSON object alone."
                )
            ),
        )
    raise AuditedOutError(
        f"{question.role} ({chat.name}): after {tries} tries, {shorten(objection.why)} ({objection.kind.value}); expected "
        "an answer that its role allows. Take another model, or leave this episode out.",
        objection.kind,
    )


def _read(
    text: str, finish_reason: str, validator: SchemaValidator
) -> tuple[JsonObject | None, Objection | None]:
    if len(text) > MAX_CHARACTERS:
        return None, Objection(
            AuditKind.SHAPE, f"the answer has {len(text):,} characters, more than {MAX_CHARACTERS:,}"
        )
    text = _bare(text)
    if not text:
        return None, Objection(AuditKind.SHAPE, "the answer is empty")
    try:
        value = read_json(text)
    except FormatError as error:
        cut = ", cut off at the limit of tokens" if finish_reason == "length" else ""
        return None, Objection(AuditKind.SHAPE, f"the answer{cut} is {error}")
    violations = validator.violations(value, limit=1)
    if violations:
        place = f"{violations[0].path}: " if violations[0].path else ""
        return None, Objection(
            AuditKind.SHAPE, f"the answer breaks the schema: {place}{violations[0].message}"
        )
    if not isinstance(value, dict):
        return None, Objection(AuditKind.SHAPE, "the answer is no object")
    return value, None


def _bare(text: str) -> str:
    """The text without what models like to put around JSON: thoughts aloud, and the fence of a code block."""
    text = text.strip()
    if text.startswith("<think>"):
        text = text.partition("</think>")[2].strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.removeprefix("```").removesuffix("```").strip().removeprefix("json").strip()
    return text


def _clean(text: str) -> str:
    """The text without half surrogate pairs, which no record can hold."""
    return text.encode("utf-8", "replace").decode()
