"""Signs that a text gives orders to a model, or pretends to be part of its prompt."""

import re
from collections.abc import Iterator

from agents.roles.asking import Objection
from agents.roles.errors import AuditKind
from inftool_env.core.schema import JsonValue

_TEMPLATE = re.compile(
    r"<\|[a-z_]{1,40}\|>|</?(?:tool_call|tool_response|tools|think|system|assistant)>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|my\s+|of\s+|these\s+|previous\s+|prior\s+|above\s+|earlier\s+){1,4}"
    r"(?:instructions?|prompts?|rules?|messages?|guidelines?)"
    r"|\b(?:system prompt|developer message|new instructions:|you are now (?:a|an|in)\b|as an ai (?:language )?model)",
    re.IGNORECASE,
)


def injection(text: str) -> Objection | None:
    """What makes the text an order to a model, or a forged part of a prompt; None for harmless text."""
    for pattern, what in ((_TEMPLATE, "a sign of a chat template"), (_ORDER, "an order to a model")):
        if (found := pattern.search(text)) is not None:
            return Objection(AuditKind.INJECTION, f"the text holds {what}: {found[0][:60]!r}")
    return None


def injected_in(value: JsonValue) -> Objection | None:
    """The same for every text in a JSON value, its keys too."""
    return next((found for text in _texts(value) if (found := injection(text)) is not None), None)


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
