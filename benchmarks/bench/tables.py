"""A report as Markdown, as CSV, as a table in a terminal, and as one row of a leaderboard."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from benchmarks.bench.estimates import Estimate
from benchmarks.bench.report import Line, Report
from inftool_env.core.jsonl import write_atomic

OVERALL = "mean"
_FAILURES_SHOWN = 2
LEADERBOARD_HEAD = (
    "| suite | agent | success | 95 % interval | pass^k | totals | tasks x tries | errors | command |\n"
    "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |\n"
)


def columns(report: Report) -> tuple[str, ...]:
    """Headings of a report's table."""
    floors = tuple(report.overall.floors)
    repeated = ("pass@k", "pass^k") if len(report.overall.pass_at) > 1 else ()
    return (
        "category",
        "tasks",
        "success",
        "95 % interval",
        *repeated,
        *floors,
        "errors",
        "truncated",
        "tokens read",
        "written",
        "latency p50",
        "p95",
        "commonest failures",
    )


def rows(report: Report) -> Iterator[tuple[str, ...]]:
    """A category a row, and all of them in the last."""
    for name, line in (*report.categories.items(), (OVERALL, report.overall)):
        floors = tuple(
            percent(line.floors[name]) if name in line.floors else "" for name in report.overall.floors
        )
        # k is that of all rows, so that every row speaks of the same.
        k = len(report.overall.pass_at)
        repeated = (percent(line.pass_at[k - 1]), percent(line.pass_hat[k - 1])) if k > 1 else ()
        failures = list(line.failures.items())[:_FAILURES_SHOWN]
        yield (
            name,
            f"{line.tasks:,}" if line.tasks == line.tries else f"{line.tasks:,} x {line.tries // line.tasks}",
            percent(line.success.mean),
            interval(line.success),
            *repeated,
            *floors,
            f"{line.errors:,}",
            f"{line.truncated:,}",
            f"{line.prompt_tokens:,}",
            f"{line.completion_tokens:,}",
            f"{line.latency_median_s:.2f} s",
            f"{line.latency_p95_s:.2f} s",
            ", ".join(f"{kind} ({count:,})" for kind, count in failures),
        )


def to_markdown(report: Report) -> str:
    """The whole report for people."""
    lines = [f"# {report.agent} on {report.suite}", "", f"Version {report.version}.", ""]
    lines += _markdown_table(columns(report), list(rows(report)))
    if report.totals:
        lines += ["", "## Totals", ""]
        lines += _markdown_table(
            ("total", report.agent, *report.floor_totals),
            [
                (
                    name,
                    percent(value),
                    *(
                        percent(totals[name]) if name in totals else ""
                        for totals in report.floor_totals.values()
                    ),
                )
                for name, value in report.totals.items()
            ],
        )
    if report.overall.cost_usd:
        lines += ["", f"Cost: {report.overall.cost_usd:.4f} USD."]
    if report.impossible:
        lines += ["", "## Tasks that the reference answer fails, too", ""]
        lines += [f"- {task}: {why}" for task, why in report.impossible.items()]
    if report.notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in report.notes)]
    if report.command:
        lines += ["", "## Command", "", "```sh", report.command, "```"]
    return "\n".join(lines) + "\n"


def to_csv(report: Report) -> str:
    """Plain numbers, a category a row."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    k = len(report.overall.pass_at)
    floors = tuple(report.overall.floors)
    writer.writerow(
        (
            *("suite", "version", "agent", "category", "tasks", "tries", "success", "low", "high"),
            *(f"pass@{at}" for at in range(1, k + 1)),
            *(f"pass^{at}" for at in range(1, k + 1)),
            *(f"floor_{name}" for name in floors),
            *("errors", "truncated", "prompt_tokens", "completion_tokens", "cost_usd"),
            *("latency_median_s", "latency_p95_s"),
        )
    )
    for name, line in (*report.categories.items(), (OVERALL, report.overall)):
        writer.writerow((report.suite, report.version, report.agent, name, *_numbers(line, k, floors)))
    return file.getvalue()


def to_table(report: Report) -> Table:
    """What fits a terminal; the rest is in the files."""
    k, floors = len(report.overall.pass_hat), tuple(report.overall.floors)
    table = Table(title=f"{escape(report.agent)} on {report.version}, % success", title_justify="left")
    table.add_column("category", no_wrap=True)
    headings = ("tasks", "%", "95 %", *((f"pass^{k}",) if k > 1 else ()), *floors, "errors")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, line in (*report.categories.items(), (OVERALL, report.overall)):
        if line is report.overall:
            table.add_section()
        table.add_row(
            name,
            f"{line.tasks:,}",
            _points(line.success.mean),
            f"{100 * line.success.low:.0f}-{100 * line.success.high:.0f}",
            *((_points(line.pass_hat[k - 1]),) if k > 1 else ()),
            *(_points(line.floors[one]) if one in line.floors else "" for one in floors),
            f"{line.errors:,}",
        )
    overall = report.overall
    failures = ", ".join(f"{kind} {count:,}" for kind, count in overall.failures.items())
    table.caption = (
        f"Answers took {overall.latency_median_s:.2f} s (median), {overall.latency_p95_s:.2f} s (95th percentile); "
        f"{overall.prompt_tokens:,} tokens read, {overall.completion_tokens:,} written; {overall.truncated:,} truncated."
        + (f" Failures: {failures}." if failures else "")
    )
    table.caption_justify = "left"
    return table


def leaderboard_row(report: Report) -> str:
    """One line of Markdown, with the command that gives it again."""
    overall, k = report.overall, len(report.overall.pass_hat)
    cells = (
        report.version,
        report.agent,
        percent(overall.success.mean),
        interval(overall.success),
        f"{percent(overall.pass_hat[-1])} (k={k})" if k > 1 else "",
        ", ".join(f"{name} {percent(value)}" for name, value in report.totals.items()),
        f"{overall.tasks:,} x {k}",
        f"{overall.errors:,}",
        f"`{report.command}`",
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |\n"


def add_to_leaderboard(path: Path, report: Report) -> None:
    """Add the report's row to a file; the same row is not added twice."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Leaderboard\n\n{LEADERBOARD_HEAD}"
    if leaderboard_row(report) not in text:
        write_atomic(path, text.rstrip("\n") + "\n" + leaderboard_row(report))


def percent(share: float) -> str:
    """A share in percent; 100.0 % and 0.0 % are exact.

    >>> percent(0.9996), percent(1.0), percent(0.123)
    ('99.9 %', '100.0 %', '12.3 %')
    """
    shown = round(100 * share, 1)
    if shown in (0.0, 100.0) and share not in (0.0, 1.0):
        shown = 0.1 if shown == 0.0 else 99.9
    return f"{shown:.1f} %"


def _points(share: float) -> str:
    return percent(share).removesuffix(" %")


def interval(of: Estimate) -> str:
    """The two ends, in percent."""
    return f"{100 * of.low:.1f} to {100 * of.high:.1f} %"


def _numbers(line: Line, k: int, floors: Sequence[str]) -> tuple[object, ...]:
    return (
        line.tasks,
        line.tries,
        *(line.success.mean, line.success.low, line.success.high),
        *line.pass_at[:k],
        *line.pass_hat[:k],
        *(line.floors.get(name, "") for name in floors),
        *(line.errors, line.truncated, line.prompt_tokens, line.completion_tokens, line.cost_usd),
        *(line.latency_median_s, line.latency_p95_s),
    )


def _markdown_table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    ruler = [
        "---" if at == 0 or heading == "commonest failures" else "---:" for at, heading in enumerate(headings)
    ]
    return [f"| {' | '.join(_cell(cell) for cell in line)} |" for line in (headings, ruler, *lines)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
