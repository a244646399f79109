"""Break documents in thousands of ways, and take each all the way.

    python -m benchmarks.fuzz --documents 10000 --seed 0

Every document is a function of the seed and its number: ``--first 4711 --documents 1 --keep DIR`` makes
document 4711 again and keeps it. Exits with 1 when one crashed with anything but an ``InfToolError``, or
took longer than 10 seconds.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.fuzz.bear import Outcome, bear
from benchmarks.fuzz.corpus import documents
from benchmarks.fuzz.mutations import mutate
from inftool_env.core.seeds import generator

_SHOWN = 10


def fuzz(seed: int, numbers: Sequence[int], folder: Path) -> dict[int, Outcome]:
    """The outcomes of mutated documents, each by its number; a document lies in the folder while it is read."""
    corpus = documents()
    outcomes: dict[int, Outcome] = {}
    for number in numbers:
        rng = generator("fuzz", seed, number)
        name, text = rng.choice(corpus)
        path = folder / f"{seed}-{number}-{name}"
        path.write_bytes(mutate(text, [other for _, other in corpus], rng))
        outcomes[number] = bear(path)
        if not outcomes[number].crash:
            path.unlink()
    return outcomes


def _show(console: Console, outcomes: dict[int, Outcome], wall_s: float) -> None:
    each = list(outcomes.values())
    played = [one for one in each if one.tools]
    console.print(
        f"{len(each):,} documents in {wall_s:,.0f} s: {len(played):,} give tools "
        f"({sum(one.has_scenario for one in played):,} of them a scenario), "
        f"{sum(bool(one.refusal) for one in each):,} are refused with a reason, "
        f"{sum(bool(one.crash) for one in each):,} fail"
    )
    for number, one in sorted(outcomes.items(), key=lambda pair: -pair[1].seconds)[:3]:
        console.print(f"slow: document {number}: {one.seconds:.2f} s to '{one.stage}'", markup=False)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory: {peak_mib:,.0f} MiB")
    crashes = Counter(one.crash for one in each if one.crash)
    for crash, count in crashes.most_common(_SHOWN):
        first = next(number for number, one in outcomes.items() if one.crash == crash)
        console.print(f"FAIL x{count}, first document {first}: {crash}", markup=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Break, bear and show; 1 when a document failed."""
    parser = argparse.ArgumentParser(description="Mutated documents, each taken from text to scenario.")
    parser.add_argument("--documents", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--keep", type=Path, help="folder for the documents that fail")
    options = parser.parse_args(arguments)
    began_s = time.perf_counter()
    numbers = range(options.first, options.first + options.documents)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        outcomes = fuzz(options.seed, numbers, folder)
    _show(Console(), outcomes, time.perf_counter() - began_s)
    return int(any(one.crash for one in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
