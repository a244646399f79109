import pytest

from agents.scripted import OraclePolicy, RandomPolicy
from benchmarks.floors import FLOOR_LIMIT, main, measure_floors
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.scenarios.author import CATEGORIES, admitted_categories


@pytest.mark.parametrize("api", catalogue_apis())
def test_the_reference_solver_always_succeeds(api: str) -> None:
    floors = measure_floors(OraclePolicy, 6, [api])
    admitted = admitted_categories(load_toolset(api))
    assert {category: floors.rate(category) for category in admitted} == dict.fromkeys(admitted, 1.0)


def test_chance_hardly_ever_succeeds() -> None:
    floors = measure_floors(lambda: RandomPolicy(1), 12, ["weather-api", "shop-api", "bank-api"])
    mean = sum(floors.rate(category) for category in CATEGORIES) / len(CATEGORIES)
    assert mean < FLOOR_LIMIT


def test_the_command_prints_both_tables_and_judges_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--apis", "weather-api"]) == 0
    printed = capsys.readouterr().out
    assert "success of oracle" in printed
    assert "success of random" in printed
