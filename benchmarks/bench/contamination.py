"""Whether what a benchmark asks stands in what an agent was trained on.

Texts are compared as sequences of words without case and punctuation. The training data is read once, a line at a
time; only hashes of the benchmark's word sequences are kept.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.markup import escape
from rich.table import Table

from benchmarks.bench.suite import Task
from inftool_env.core.errors import ConfigError, RecordError
from inftool_env.core.schema import JsonValue

WORDS = 8
"""Words in a row that two texts have to share; whole texts where they are shorter."""
MIN_VALUE_CHARS = 8
"""Shorter values occur everywhere."""
SUSPECT = 0.5
"""Share of a question's word sequences in one training record from which on it counts as seen."""
NEAREST = 10
"""Neighbours that are told."""
_WORD = re.compile(r"\w+")
_DEEPEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A question, and the training record that shares most of its words in a row."""

    task: str
    shared: float
    """Share of the question's word sequences that the record holds, in (0, 1]."""
    where: str
    """File and line of the record."""
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What a suite and training data have in common."""

    suite: str
    files: tuple[str, ...]
    records: int
    """Lines of training data that were read."""
    tasks: int
    seen_tasks: int
    """Tasks with a question of which one record holds at least half of the word sequences."""
    questions: int
    seen_questions: int
    """Questions that stand in the data word by word, as a whole text or part of one."""
    functions: int
    seen_functions: int
    values: int
    """Different texts of eight characters or more among the right arguments."""
    seen_values: int
    nearest: tuple[Neighbour, ...]


@dataclass(slots=True, kw_only=True)
class _Wanted:
    """The benchmark's texts as hashes."""

    grams: dict[int, list[int]] = field(default_factory=dict)
    """Questions by the hash of a word sequence that they hold."""
    sizes: list[int] = field(default_factory=list)
    """Different word sequences of each question."""
    owners: list[str] = field(default_factory=list)
    """The task of each question."""
    texts: list[str] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    values: dict[int, str] = field(default_factory=dict)
    value_lengths: set[int] = field(default_factory=set)


def overlap(suite: str, tasks: Sequence[Task], folder: Path) -> Overlap:
    """Look for the tasks in all JSON Lines files of a run.

    Args:
        suite: Its name, for the report.
        tasks: What is looked for.
        folder: Of a training, or any folder with ``.jsonl`` files in it.

    Raises:
        ConfigError: there are none.
        RecordError: a line is no JSON.
    """
    paths = sorted(path for path in folder.rglob("*.jsonl") if path.is_file())
    if not paths:
        raise ConfigError(
            f"{folder}: no .jsonl file; expected training data, as demonstrations.jsonl. Give the folder of a run."
        )
    wanted = _wanted(tasks)
    best: dict[int, tuple[float, str]] = {}
    functions: set[str] = set()
    values: set[int] = set()
    records = 0
    for where, record in _records(paths):
        records += 1
        hits: Counter[int] = Counter()
        texts = list(_texts(record))
        functions |= wanted.functions.intersection(texts)
        words = [_words(text) for text in texts]
        for gram in {gram for sequence in words for gram in _grams(sequence)}:
            hits.update(wanted.grams.get(gram, ()))
        for question, count in hits.items():
            shared = count / wanted.sizes[question]
            if shared > best.get(question, (0.0, ""))[0]:
                best[question] = (shared, where)
        values |= _values_in(words, wanted)
    ranked = sorted(best, key=lambda question: (-best[question][0], wanted.owners[question]))
    return Overlap(
        suite=suite,
        files=tuple(str(path.relative_to(folder)) for path in paths),
        records=records,
        tasks=len(set(wanted.owners)),
        seen_tasks=len({wanted.owners[one] for one, (shared, _) in best.items() if shared >= SUSPECT}),
        questions=len(wanted.owners),
        seen_questions=sum(shared == 1.0 for shared, _ in best.values()),
        functions=len(wanted.functions),
        seen_functions=len(functions),
        values=len(wanted.values),
        seen_values=len(values),
        nearest=tuple(
            Neighbour(
                task=wanted.owners[one],
                shared=best[one][0],
                where=best[one][1],
                question=wanted.texts[one][:200],
            )
            for one in ranked[:NEAREST]
        ),
    )


def to_table(found: Overlap) -> Table:
    """The overlap for a terminal."""
    table = Table(
        title=f"{found.suite} in {found.records:,} records of {len(found.files)} files", title_justify="left"
    )
    for heading in ("what", "of the suite", "found in training data"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, all_of, seen in (
        (f"tasks, half of a question's {WORDS}-word sequences", found.tasks, found.seen_tasks),
        ("questions, all of their sequences", found.questions, found.seen_questions),
        ("function names", found.functions, found.seen_functions),
        (f"values of {MIN_VALUE_CHARS} characters or more", found.values, found.seen_values),
    ):
        table.add_row(what, f"{all_of:,}", f"{seen:,} ({seen / max(1, all_of):.1%})")
    lines = [
        f"{one.task} ({one.shared:.0%}, {one.where}): {one.question}" for one in found.nearest if one.shared
    ]
    table.caption = escape("\n".join(["Nearest neighbours:", *lines] if lines else ["No neighbours."]))
    table.caption_justify = "left"
    return table


def _wanted(tasks: Iterable[Task]) -> _Wanted:
    wanted = _Wanted()
    for task in tasks:
        texts = task.texts
        wanted.functions.update(texts["function"])
        for question in texts["question"]:
            grams = set(_grams(_words(question)))
            if grams:
                for gram in grams:
                    wanted.grams.setdefault(gram, []).append(len(wanted.owners))
                wanted.sizes.append(len(grams))
                wanted.owners.append(task.id)
                wanted.texts.append(question)
        for value in texts["value"]:
            words = _words(value)
            if len(value) >= MIN_VALUE_CHARS and words:
                wanted.values[_hash(words)] = value
                wanted.value_lengths.add(len(words))
    return wanted


def _records(paths: Sequence[Path]) -> Iterator[tuple[str, JsonValue]]:
    for path in paths:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    where = f"{path.name}:{number}"
                    try:
                        yield where, msgspec.json.decode(line)
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        raise RecordError(
                            f"{where}: {error}; expected a line of JSON. Delete the line, or name another folder."
                        ) from error


def _texts(value: JsonValue, depth: int = 0) -> Iterator[str]:
    """All texts within a value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict) and depth < _DEEPEST:
        for part in value:
            yield from _texts(part, depth + 1)
        if isinstance(value, dict):
            for part in value.values():
                yield from _texts(part, depth + 1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _grams(words: Sequence[str]) -> Iterator[int]:
    """Hashes of all sequences of ``WORDS`` words; of the whole where there are fewer, but more than two."""
    if 2 < len(words) < WORDS:
        yield _hash(words)
    for at in range(len(words) - WORDS + 1):
        yield _hash(words[at : at + WORDS])


def _values_in(texts: Sequence[Sequence[str]], wanted: _Wanted) -> set[int]:
    found: set[int] = set()
    for words in texts:
        for length in wanted.value_lengths:
            for at in range(len(words) - length + 1):
                key = _hash(words[at : at + length])
                if key in wanted.values:
                    found.add(key)
    return found


def _hash(words: Sequence[str]) -> int:
    """64 bits, the same in every process."""
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest())
