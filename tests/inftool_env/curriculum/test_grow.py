from collections.abc import Iterator

import gymnasium
import pytest

from inftool_env.core.jsonl import from_json, to_json
from inftool_env.curriculum.grow import GrownEnvironment, grow, pad_tools, register_grown
from inftool_env.curriculum.parting import ToolParting, part_tools
from inftool_env.envs.registry import load_toolset, open_episode
from inftool_env.scenarios.request import ScenarioRequest

TOOLSET = load_toolset("trips-api")
PARTING: ToolParting = part_tools(TOOLSET)
FAILING = PARTING.practised[:1]
REQUEST = ScenarioRequest(
    category="parallel", difficulty=3, tools=FAILING, kind="missing_call", count=9, why="Fails."
)
PARENT = "InfTool/trips-api-v0"


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Forget what earlier tests have grown, and what this one does."""
    before = dict(gymnasium.registry)
    for env_id in before:
        if env_id.startswith("InfTool/trips-api-") and env_id != PARENT:
            del gymnasium.registry[env_id]
    yield
    gymnasium.registry.clear()
    gymnasium.registry.update(before)


def grow_one(request: ScenarioRequest, generation: int = 1) -> tuple[GrownEnvironment, ...]:
    return grow(
        [request], api="trips-api", name="trips-api", parting=PARTING, parent=PARENT, generation=generation
    )


def test_a_grown_environment_opens_the_failing_kind_of_scenario() -> None:
    (environment,) = grow_one(REQUEST)
    assert environment.env_id == "InfTool/trips-api-parallel-v1"
    scenario = open_episode(environment.env_id, 0).scenario
    assert (scenario.category, scenario.difficulty, scenario.tags) == ("parallel", 3, ("missing_call",))
    assert scenario.parent_id == PARENT
    assert not set(scenario.tools) & set(PARTING.held_out)


def test_a_mastered_category_grows_nothing() -> None:
    assert grow_one(ScenarioRequest(category="simple", count=3)) == ()


def test_growth_is_registered_again_from_its_record() -> None:
    (environment,) = grow_one(REQUEST)
    first = open_episode(environment.env_id, 5).scenario
    del gymnasium.registry[environment.env_id]
    register_grown([from_json(to_json(environment), GrownEnvironment)])
    assert open_episode(environment.env_id, 5).scenario == first


def test_an_id_that_an_earlier_run_has_taken_is_passed_over() -> None:
    grow_one(REQUEST)
    (same,) = grow_one(REQUEST)
    (other,) = grow_one(ScenarioRequest(category="parallel", difficulty=1, kind="missing_call"))
    assert (same.env_id, other.env_id) == ("InfTool/trips-api-parallel-v1", "InfTool/trips-api-parallel-v2")


def test_failing_tools_get_company_but_no_more_than_needed() -> None:
    shown = TOOLSET.subset(PARTING.practised)
    padded = pad_tools(shown, REQUEST)
    assert set(FAILING) < set(padded) < set(shown.names)
    assert len(padded) >= 3
    assert pad_tools(shown, ScenarioRequest(category="parallel")) == ()
