"""How rich the users' English is: the words of openings, counted per category and beside BFCL's questions.

    python -m benchmarks.language --openings 300
    python -m benchmarks.language --bfcl .venv-bfcl/lib/python3.11/site-packages/bfcl_eval/data --json

Of BFCL's questions nothing but these figures is ever kept. Self-BLEU compares a sample of the openings with the
others of their column: the lower it is, the less they resemble each other. A skeleton is an opening with its values
left out. Every column has at most as many openings, so that those of many are comparable.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median, quantiles

from rich.table import Table
from sacrebleu.metrics.bleu import BLEU

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.seeds import generator
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.scenarios.author import CATEGORIES, TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.users.phrasing import spell
from inftool_env.validation.grid import open_console

_WORD = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
_VALUE = re.compile(r"""["'][^"']*["']|\S*\d\S*|\S+@\S+""")
_SAMPLE = 60
"""Openings of a column that are compared with the others for self-BLEU."""
_OTHERS = 200
"""Openings, at most, that each of these is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures of one collection of texts."""

    texts: int
    distinct_1: float
    """Different words per word."""
    distinct_2: float
    distinct_3: float
    self_bleu: float
    """In [0, 100]: how closely a text resembles the others."""
    words_mean: float
    words_median: float
    words_90: float
    """Nine tenths of the texts are no longer."""
    vocabulary: int
    repeated: float
    """The share of texts whose skeleton another text has, in [0, 1]."""


def measure(texts: Sequence[str], skeletons: Sequence[str], rng: random.Random) -> Statistics:
    """The figures of the texts; of their skeletons only how many repeat.

    Raises:
        ValueError: there are fewer than two texts.
    """
    if len(texts) < 2:
        raise ValueError(
            f"language statistics: {len(texts)} texts; expected 2 or more. Ask for more openings."
        )
    words = [_WORD.findall(text.lower()) for text in texts]
    lengths = [len(text.split()) for text in texts]
    shapes = Counter(skeletons)
    return Statistics(
        texts=len(texts),
        distinct_1=_distinct(words, 1),
        distinct_2=_distinct(words, 2),
        distinct_3=_distinct(words, 3),
        self_bleu=self_bleu(texts, rng),
        words_mean=fmean(lengths),
        words_median=median(lengths),
        words_90=quantiles(lengths, n=10)[-1],
        vocabulary=len({word for text in words for word in text}),
        repeated=sum(count for count in shapes.values() if count > 1) / len(skeletons),
    )


def self_bleu(texts: Sequence[str], rng: random.Random) -> float:
    """The mean BLEU of a sample of the texts, each against others as references (Texygen, arXiv 1802.01886)."""
    chosen = rng.sample(range(len(texts)), min(_SAMPLE, len(texts)))
    bleu = BLEU(effective_order=True, lowercase=True)
    scores: list[float] = []
    for at in chosen:
        others = [text for index, text in enumerate(texts) if index != at]
        scores.append(bleu.sentence_score(texts[at], rng.sample(others, min(_OTHERS, len(others)))).score)
    return fmean(scores)


def skeleton(text: str, values: Sequence[str] = ()) -> str:
    """The text with its values left out, whatever its case.

    >>> skeleton("Cancel order 17 for Mei Ito, please.", ["Mei Ito"])
    'cancel order _ for _, please.'
    """
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "_")
    return _VALUE.sub("_", text).lower().replace("_.", "_").rstrip(".") + ("." if text.endswith(".") else "")


def openings(category: str, count: int) -> Iterator[Scenario]:
    """So many scenarios of the category over the whole catalogue, of all difficulties in turn."""
    author, apis = TemplateAuthor(), catalogue_apis()
    seed = made = 0
    while made < count and seed < 3 * count:
        request = ScenarioRequest(category=category, difficulty=1 + seed % 5)
        try:
            yield author.write(load_toolset(apis[seed // 5 % len(apis)]), request, seed, Split.TRAIN)
            made += 1
        except ScenarioError:
            pass
        seed += 1


def read_bfcl(data: Path) -> dict[str, list[str]]:
    """The user's messages in BFCL's files, by the group of items they belong to."""
    found: dict[str, list[str]] = {}
    for path in sorted(data.glob("BFCL_v4_*.json")):
        texts: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith('{"'):  # a file of another kind
                continue
            turns = json.loads(line).get("question")
            for turn in turns if isinstance(turns, list) else []:
                texts += [part["content"] for part in turn if part["role"] == "user"]
        if texts:
            found[path.stem.removeprefix("BFCL_v4_")] = texts
    return found


def show(columns: dict[str, Statistics]) -> Table:
    """The figures, one line a collection."""
    table = Table(box=None)
    names = (
        "texts", "dist-1", "dist-2", "dist-3", "self-BLEU", "mean", "median", "90 %", "vocabulary", "repeated",
    )  # fmt: skip
    table.add_column("words of")
    for name in names:
        table.add_column(name, justify="right")
    for name, one in columns.items():
        table.add_row(
            name,
            str(one.texts),
            *(f"{share:.3f}" for share in (one.distinct_1, one.distinct_2, one.distinct_3)),
            f"{one.self_bleu:.1f}",
            f"{one.words_mean:.1f}",
            f"{one.words_median:g}",
            f"{one.words_90:g}",
            str(one.vocabulary),
            f"{one.repeated:.0%}",
        )
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--openings", type=int, default=300, metavar="N", help="texts per column, at most")
    parser.add_argument(
        "--bfcl", type=Path, metavar="DIR", help="data folder of an installed bfcl_eval, to be counted beside"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    rng = generator("language")
    columns: dict[str, Statistics] = {}
    for category in CATEGORIES:
        made = list(openings(category, options.openings))
        skeletons = [
            skeleton(one.opening, [spell(fact.value) for fact in one.facts if fact.told]) for one in made
        ]
        columns[category] = measure([one.opening for one in made], skeletons, rng)
    for name, texts in (read_bfcl(options.bfcl) if options.bfcl is not None else {}).items():
        if len(texts) > 1:
            some = rng.sample(texts, min(options.openings, len(texts)))
            columns[f"BFCL {name}"] = measure(some, [skeleton(text) for text in some], rng)
    if options.json:
        sys.stdout.write(json.dumps({name: asdict(one) for name, one in columns.items()}, indent=2) + "\n")
    else:
        open_console().print(show(columns))


def _distinct(texts: Sequence[Sequence[str]], length: int) -> float:
    """Different runs of so many words, per run."""
    runs = [tuple(text[at : at + length]) for text in texts for at in range(len(text) - length + 1)]
    return len(set(runs)) / max(1, len(runs))


if __name__ == "__main__":
    main()
