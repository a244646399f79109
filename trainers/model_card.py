"""The base policy's model card: how it was made, and what it can do, in its checkpoint's README."""

from collections.abc import Mapping

from inftool_env.core.schema import JsonObject
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from trainers.base_stream import HELD_OUT_APIS, INVENTED_SHARE
from trainers.evaluate import EvaluationReport

_CARD = """\
---
license: apache-2.0
pipeline_tag: text-generation
tags: [tool-use, inftool]
---
# InfTool base policy

A {parameters:.1f} M parameter language model that reads tool signatures and writes tool calls, made from random
weights by `inftool base --seed {seed} --tokens {millions:g} --out DIR`. It is a starting point for training on your
own API (`inftool demo --spec FILE`), not an assistant.

- Architecture: LFM2 (short convolutions and attention in turn), in the ordinary Hugging Face format.
- Training: {steps:,} updates on {tokens:,} tokens of fresh demonstrations in {hours:.1f} h, {threads} CPU thread(s),
  seed {seed}; the last loss is {loss:.3f} nats per written token.
- Data: {invented:.0%} of the episodes use APIs invented on the spot from English words, the rest the built-in
  catalogue without {held_out}. Users, worlds and values are simulated; no text of others is used but a word list.

## Success

Greedy decoding, free of any schema constraint, {tries} scenarios a category, seed 0; in brackets the 95 % Wilson interval.
All values in these scenarios are on the evaluation side of the split; "tools" and "API" were never seen in training.

| exam | {header} | mean |
| --- | {rule} | ---: |
{rows}
"""


def model_card(training: JsonObject, reports: Mapping[str, EvaluationReport]) -> str:
    """The card as Markdown.

    Args:
        training: ``training.json`` of the checkpoint.
        reports: Of ``base_exam.examine``.
    """
    config, result = training["config"], training["result"]
    first = next(iter(reports.values()))
    return _CARD.format(
        parameters=training["parameters"] / 1e6,
        seed=config["seed"],
        millions=config["tokens"] / 1e6,
        threads=config["threads"],
        steps=result["step"],
        tokens=result["tokens"],
        hours=result["seconds"] / 3600,
        loss=result["loss"],
        invented=INVENTED_SHARE,
        held_out=" and ".join(HELD_OUT_APIS),
        tries=first.categories[FIRST_CATEGORIES[0]].tries,
        header=" | ".join(FIRST_CATEGORIES),
        rule=" | ".join("---:" for _ in FIRST_CATEGORIES),
        rows="\n".join(_row(name, report) for name, report in reports.items()),
    )


def _row(name: str, report: EvaluationReport) -> str:
    cells = []
    for category in FIRST_CATEGORIES:
        rate = report.categories[category]
        cells.append(f"{rate.value:.2f} ({rate.low:.2f}-{rate.high:.2f})")
    return f"| {name} | {' | '.join(cells)} | {report.macro:.2f} |"
