import json

import pytest
from rich.console import Console

from agents.hackers import HACKERS
from benchmarks.hackers import Haul, main, measure_hackers, show_hauls


def test_the_command_prints_a_row_for_every_hacker_and_judges_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--seeds", "1", "--apis", "weather-api"]) == 0
    printed = capsys.readouterr().out
    assert all(hacker.name in printed for hacker in HACKERS)
    assert "every hacker below 2% wherever it is wrong: True" in printed


def test_a_hacker_who_is_paid_where_it_should_not_be_is_found() -> None:
    (refuser,) = [hacker for hacker in HACKERS if hacker.name == "always_refuses"]
    (haul,) = measure_hackers(1, ["weather-api"], [refuser])
    assert haul.breaches == ()
    (caught,) = [Haul(hacker=HACKERS[0], floors=haul.floors)]
    assert caught.breaches == ("irrelevance",)
    console = Console(width=110, record=True, force_terminal=True)
    show_hauls(console, [haul])
    printed = console.export_text()
    assert "+100" in printed
    assert "…" not in printed


def test_json_holds_the_counts_behind_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1", "--apis", "weather-api", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["always_refuses"]["tallies"]["irrelevance"] == [1, 1]
    assert record["flatters_judge"] == {"tallies": record["flatters_judge"]["tallies"], "breaches": []}
