"""Whether our grader and the official BFCL checkers are of one mind, on BFCL's own items, right and spoiled.

    make lane-bfcl
    python -m benchmarks.bfcl.agreement

Every item becomes a scenario. Its ground truth and that truth changed in about thirty ways, as far as they apply, are
judged by both. Answers to one request are held against the goal; conversations stand in a table of their own, since there
the two look at different things. All that they disagree about is written to the folder, each with its cause; it
quotes BFCL's items, which are nobody's training data.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bfcl.cases import TRUTH, Case, compare
from benchmarks.bfcl.causes import CAUSES, UNEXPLAINED, cause_of
from benchmarks.bfcl.items import MULTI_TURN, SINGLE_TURN
from benchmarks.bfcl.lane import Checker, OfficialChecker
from inftool_env.core.errors import InfToolError, SpecError
from inftool_env.core.jsonl import write_atomic
from inftool_env.core.schema import JsonObject

GOAL = 0.99
"""Share of the answers to one request on which both verdicts must be the same."""
MOST_EXAMPLES = 3
"""Of each cause, in the report."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many cases there were, and how they went."""

    cases: int = 0
    official: int = 0
    ours: int = 0
    agreed: int = 0

    def add(self, case: Case) -> None:
        """Count one more."""
        self.cases += 1
        self.official += case.official
        self.ours += case.ours
        self.agreed += case.agrees

    @property
    def agreement(self) -> float:
        """Share of the cases on which both verdicts are the same; 1 where there are none."""
        return self.agreed / self.cases if self.cases else 1.0

    def to_json(self) -> JsonObject:
        """The counts, and their shares in [0, 1]."""
        return {
            "cases": self.cases,
            "official_accepts": self.official / max(1, self.cases),
            "ours_accepts": self.ours / max(1, self.cases),
            "agreement": self.agreement,
        }


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a comparison."""

    overall: Tally = field(default_factory=Tally)
    categories: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[str, Tally] = field(default_factory=dict)
    disagreements: list[tuple[str, Case]] = field(default_factory=list)
    """Each with its cause."""
    left_out: list[str] = field(default_factory=list)
    """Why an item could not be rendered."""

    @property
    def causes(self) -> Counter[str]:
        """How many disagreements each cause explains."""
        return Counter(cause for cause, _ in self.disagreements)

    def add(self, cases: Iterable[Case]) -> None:
        """Count the cases of one item, its ground truth first."""
        truth_holds = True
        for case in cases:
            truth_holds = case.official if case.kind == TRUTH else truth_holds
            self.overall.add(case)
            self.categories.setdefault(case.category, Tally()).add(case)
            self.kinds.setdefault(case.kind, Tally()).add(case)
            if not case.agrees:
                self.disagreements.append((cause_of(case, truth_holds=truth_holds), case))

    def to_json(self) -> JsonObject:
        """All numbers."""
        return {
            "overall": self.overall.to_json(),
            "categories": {name: tally.to_json() for name, tally in self.categories.items()},
            "kinds": {name: tally.to_json() for name, tally in self.kinds.items()},
            "causes": dict(self.causes.most_common()),
            "left_out": self.left_out,
        }


def measure(
    checker: Checker, categories: Sequence[str], *, limit: int | None = None, seed: int = 0
) -> Report:
    """Compare the verdicts on every item of the categories.

    Args:
        checker: The official one.
        categories: Names as BFCL has them.
        limit: Items of each category, at most; None for all.
        seed: Fixes what is changed, and how.
    """
    report = Report()
    for category in categories:
        for item in checker.items(category)[:limit]:
            try:
                report.add(compare(checker, item, seed))
            except SpecError as error:
                report.left_out.append(str(error))
    return report


def show(console: Console, title: str, report: Report) -> None:
    """Write the tables."""
    for what, rows in (("category", report.categories), ("answer", report.kinds)):
        table = Table(title=f"{title}, by {what}")
        for heading in (what, "cases", "official accepts", "ours accepts", "agreement"):
            table.add_column(heading, justify="left" if heading == what else "right", no_wrap=True)
        for name, tally in (*rows.items(), ("all", report.overall)):
            shares = tally.to_json()
            table.add_row(
                name,
                f"{tally.cases:,}",
                *(f"{shares[key]:.2%}" for key in ("official_accepts", "ours_accepts", "agreement")),
            )
        console.print(table)
    for cause, count in report.causes.most_common():
        console.print(f"{count:5} {cause}", highlight=False)
    if report.left_out:
        console.print(f"Items left out: {len(report.left_out)}", highlight=False)


def write_disagreements(path: Path, title: str, report: Report) -> None:
    """Write all disagreements as Markdown, by their cause, with examples; and each as a line of JSON beside it."""
    sentences = {cause.name: cause.sentence for cause in CAUSES}
    lines = [
        f"# {title}: {report.overall.cases:,} cases, {report.overall.agreement:.2%} agreement",
        "",
        "It quotes BFCL's items: nothing in here may become training data, or be published.",
    ]
    for cause, count in report.causes.most_common():
        lines += ["", f"## {cause} ({count})", "", sentences.get(cause, "Nobody has looked at these yet.")]
        for case in [case for name, case in report.disagreements if name == cause][:MOST_EXAMPLES]:
            official = "accepted" if case.official else f"rejected, {case.official_reason}"
            ours = "accepted" if case.ours else f"rejected, {case.our_reason}: {case.our_words}"
            lines += [
                "",
                f"{case.item}, {case.kind}. Official: {official}. Ours: {ours}",
                "",
                "```json",
                json.dumps(case.answer, ensure_ascii=False),
                "```",
            ]
    lines += ["", "## Left out", "", *(report.left_out or ["Nothing."])]
    write_atomic(path, "\n".join(lines) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and show the tables; 1 where the goal is missed or a disagreement has no cause."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--categories", nargs="+", default=[*SINGLE_TURN, *MULTI_TURN], help="as BFCL names them"
    )
    parser.add_argument("--limit", type=int, help="items of each category, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="write the numbers as JSON instead of tables")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/bfcl-agreement"), help="folder for the disagreements"
    )
    options = parser.parse_args(arguments)
    console = Console()
    parts = {
        "one request": [name for name in options.categories if name not in MULTI_TURN],
        "conversations": [name for name in options.categories if name in MULTI_TURN],
    }
    reports: dict[str, Report] = {}
    try:
        with OfficialChecker() as checker:
            for title, categories in parts.items():
                if categories:
                    reports[title] = measure(checker, categories, limit=options.limit, seed=options.seed)
    except InfToolError as error:
        console.print(str(error), style="red", highlight=False)
        return 2
    for title, report in reports.items():
        write_disagreements(options.out / f"{title.replace(' ', '-')}.md", title, report)
        if not options.json:
            show(console, title, report)
    numbers = {title: report.to_json() for title, report in reports.items()}
    write_atomic(options.out / "numbers.json", json.dumps(numbers, indent=2) + "\n")
    if options.json:
        console.print_json(json.dumps(numbers))
    strict = reports.get("one request", Report())
    is_good = strict.overall.agreement >= GOAL and not any(
        report.causes[UNEXPLAINED] for report in reports.values()
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
