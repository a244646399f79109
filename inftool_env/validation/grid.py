"""Tables with a column for every category, that still fit a terminal: two letters a column, and a legend."""

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from inftool_env.scenarios.author import CATEGORIES

PLAIN_COLUMNS = 240
"""Whoever reads a table from a file or a pipe wants whole rows."""


def open_console() -> Console:
    """Where tables are printed: as wide as the terminal; wide enough for any row where there is none."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_COLUMNS, highlight=False)


def show(console: Console, part: RenderableType) -> None:
    """Print a part; a table has lines around its cells in a terminal alone."""
    if isinstance(part, Table) and not console.is_terminal:
        part.box = None
    console.print(part)


def abbreviate(names: Sequence[str]) -> dict[str, str]:
    """Two letters for every name, no two alike: the first ones of its words, or its first and a later one.

    >>> abbreviate(["simple", "multi_step", "correction", "confirm"])
    {'simple': 'si', 'multi_step': 'ms', 'correction': 'co', 'confirm': 'cn'}
    """
    short: dict[str, str] = {}
    for name in names:
        first, *rest = name.split("_")
        later = [word[0] for word in rest if word]
        able = [first[0] + letter for letter in (*later, *first[1:], *"".join(rest))]
        short[name] = next(two for two in able if two not in short.values())
    return short


COLUMNS: Mapping[str, str] = abbreviate(CATEGORIES)
"""The head of every category's column."""


def grid(title: str, first: str, *more: str) -> Table:
    """An empty table: a first column of names, one for every category, and more numbers behind them."""
    table = Table(title=title, title_justify="left", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold")
    for header in (*COLUMNS.values(), *more):
        table.add_column(header, justify="right", no_wrap=True)
    return table


def legend() -> Text:
    """What the heads of a grid's columns stand for."""
    return Text(", ".join(f"{short} {name}" for name, short in COLUMNS.items()), style="dim")


def percent(good: int, tried: int) -> str:
    """A share in per cent in at most four characters, never rounded up to 100 nor down to 0; ``-`` of nothing.

    >>> percent(1, 1), percent(999, 1000), percent(1, 3), percent(1, 9999), percent(0, 5), percent(0, 0)
    ('100', '99.9', '33', '0.1', '0', '-')
    """
    if not tried:
        return "-"
    if good in (0, tried):
        return "100" if good else "0"
    share = 100 * good / tried
    if share < 9.95:
        return f"{max(share, 0.1):.1f}"
    return f"{share:.0f}" if share < 99 else f"{min(share, 99.9):.1f}"
