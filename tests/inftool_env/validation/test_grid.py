from rich.console import Console

from inftool_env.scenarios.author import CATEGORIES
from inftool_env.validation.grid import COLUMNS, abbreviate, grid, legend, percent, show


def test_every_category_has_two_letters_of_its_own() -> None:
    assert len(set(COLUMNS.values())) == len(CATEGORIES)
    assert {len(short) for short in COLUMNS.values()} == {2}
    assert abbreviate(["parallel", "parallel_multiple", "patience"]) == {
        "parallel": "pa",
        "parallel_multiple": "pm",
        "patience": "pt",
    }


def test_a_full_grid_fits_a_terminal_of_110_columns() -> None:
    table = grid("% success", "environment")
    table.add_row("InfTool/weather-api", *("100" for _ in CATEGORIES))
    console = Console(width=110, record=True, force_terminal=True)
    show(console, table)
    show(console, legend())
    printed = console.export_text()
    assert "InfTool/weather-api" in printed
    assert "…" not in printed
    assert all(category in printed for category in CATEGORIES)


def test_a_grid_in_a_file_has_no_lines_around_its_cells() -> None:
    table = grid("% success", "API")
    table.add_row("weather", *("1.5" for _ in CATEGORIES))
    console = Console(width=240, record=True, force_terminal=False)
    show(console, table)
    *_, row = console.export_text().splitlines()
    assert row.split() == ["weather", *("1.5" for _ in CATEGORIES)]


def test_shares_are_short_and_never_better_than_they_are() -> None:
    assert [percent(good, 1000) for good in (0, 1, 15, 99, 100, 500, 989, 991, 999, 1000)] == [
        "0", "0.1", "1.5", "9.9", "10", "50", "99", "99.1", "99.9", "100",
    ]  # fmt: skip
    assert percent(99_999, 100_000) == "99.9"
    assert percent(1, 100_000) == "0.1"
    assert percent(0, 0) == "-"
