"""One answer judged twice: by the official checker and by our grader."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.bfcl.conversation import render_conversation
from benchmarks.bfcl.corruptions import CORRUPTIONS
from benchmarks.bfcl.items import MULTI_TURN, Item
from benchmarks.bfcl.lane import Checker
from benchmarks.bfcl.render import Answer, render
from inftool_env.core.schema import JsonValue
from inftool_env.core.seeds import generator
from inftool_env.core.verdict import Verdict

TRUTH = "ground_truth"
"""The kind of a case whose answer was not changed."""
WORDS = "I cannot help with that."
"""An answer that calls nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer and the two verdicts on it."""

    category: str
    item: str
    kind: str
    """How the answer was changed, or ``TRUTH``."""
    answer: JsonValue
    """As the official checker got it."""
    official: bool
    official_reason: str
    """Empty for an accepted answer."""
    ours: bool
    our_reason: str
    """The kind of failure; ``none`` for an accepted answer."""
    our_words: str

    @property
    def agrees(self) -> bool:
        """Whether both verdicts are the same."""
        return self.official == self.ours


def compare(checker: Checker, item: Item, seed: int) -> Iterator[Case]:
    """Cases of one item: its ground truth first, then every change that applies to it, each once.

    Raises:
        SpecError: the item cannot be rendered.
    """
    cases = _conversations if item.category in MULTI_TURN else _answers
    for kind, answer, verdict in cases(item, seed):
        ruling = checker.judge(item, answer)
        yield Case(
            category=item.category,
            item=item.id,
            kind=kind,
            answer=answer,
            official=ruling.accepted,
            official_reason=ruling.reason,
            ours=verdict.success,
            our_reason=verdict.failure.value,
            our_words=verdict.why,
        )


def _answers(item: Item, seed: int) -> Iterator[tuple[str, JsonValue, Verdict]]:
    rendering = render(item)
    names = rendering.official_names

    def spelled(answer: Answer) -> JsonValue:
        return _spelled([(names.get(call.name, call.name), call.arguments) for call in answer]) or WORDS

    yield TRUTH, spelled(rendering.answer), rendering.judge(rendering.answer)
    for kind, corrupt in CORRUPTIONS.items():
        changed = corrupt(rendering.answer, rendering, generator(seed, item.id, kind))
        if changed is not None and repr(changed) != repr(rendering.answer):
            yield kind, spelled(changed), rendering.judge(changed)


def _conversations(item: Item, seed: int) -> Iterator[tuple[str, JsonValue, Verdict]]:
    """Changes of one turn each; the others stay right."""
    conversation = render_conversation(item)

    def spelled(turns: Sequence[Answer]) -> JsonValue:
        steps = [_spelled([(call.name, call.arguments) for call in turn]) for turn in turns]
        return [[step, WORDS] if step else [WORDS] for step in steps]

    yield TRUTH, spelled(conversation.turns), conversation.judge(conversation.turns)
    busy = [at for at, turn in enumerate(conversation.turns) if turn]
    for kind, corrupt in CORRUPTIONS.items():
        rng = generator(seed, item.id, kind)
        at = rng.choice(busy)
        changed = corrupt(conversation.turns[at], conversation.turn(at), rng)
        if changed is not None and repr(changed) != repr(conversation.turns[at]):
            turns = (*conversation.turns[:at], changed, *conversation.turns[at + 1 :])
            yield kind, spelled(turns), conversation.judge(turns)


def _spelled(calls: Sequence[tuple[str, JsonValue]]) -> list[JsonValue]:
    return [{name: json.dumps(arguments)} for name, arguments in calls]
