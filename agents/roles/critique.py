"""A text criticised and written again, by a model that reads its own work."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.roles.asking import TRIES, Objection, Question, ask
from agents.roles.chat import Chat
from agents.roles.prompts import prompt_of
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import derive_seed

ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What became of a text."""

    text: str
    problems: tuple[tuple[str, ...], ...]
    """What each critique found, in order; the last one is empty when the text was found good in time."""

    @property
    def is_good(self) -> bool:
        """Whether the last critique found nothing."""
        return bool(self.problems) and not self.problems[-1]


def critique_and_rewrite(
    chat: Chat,
    text: str,
    *,
    rules: str,
    situation: JsonObject,
    audit: Callable[[str], Objection | None],
    rounds: int = ROUNDS,
    seed: int = 0,
    tries: int = TRIES,
) -> Rewritten:
    """Let a model criticise a text and write it again, until it finds nothing or the rounds are over.

    Args:
        chat: The model.
        text: What is looked at; it has passed the audit.
        rules: What a good text does, in words of ours.
        situation: What the text is about.
        audit: Every new text must pass it.
        rounds: New texts, at most; each is criticised too.
        seed: Other seeds give other critiques.
        tries: Answers that are looked at for one question.

    Raises:
        AuditedOutError: no critique could be read, or no new text passed the audit.
        ChatError: the model cannot be reached.
    """
    problems: list[tuple[str, ...]] = []
    for number in range(rounds + 1):
        found = ask(
            chat,
            Question(
                role="model-played critic",
                prompt=prompt_of("critic"),
                situation={"rules": rules, "about": situation, "text": text},
                schema=_CRITIQUE,
                seed=derive_seed(seed, "critic", number),
            ),
            audit=lambda _: None,
            tries=tries,
        )
        problems.append(tuple(found["problems"]))
        if not problems[-1] or number == rounds:
            break
        better = ask(
            chat,
            Question(
                role="model-played writer",
                prompt=prompt_of("writer"),
                situation={"rules": rules, "about": situation, "text": text, "problems": list(problems[-1])},
                schema=_TEXT,
                seed=derive_seed(seed, "writer", number),
            ),
            audit=lambda answer: audit(answer["text"]),
            tries=tries,
        )
        text = better["text"]
    return Rewritten(text=text, problems=tuple(problems))


_CRITIQUE: JsonObject = {
    "type": "object",
    "properties": {
        "problems": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 400}}
    },
    "required": ["problems"],
    "additionalProperties": False,
}
_TEXT: JsonObject = {
    "type": "object",
    "properties": {"text": {"type": "string", "maxLength": 4000}},
    "required": ["text"],
    "additionalProperties": False,
}
