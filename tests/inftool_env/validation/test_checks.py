"""Each check must be able to say no."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.episode import Episode
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.validation.answers import check_answers
from inftool_env.validation.episodes import play_episodes
from inftool_env.validation.gym_check import gym_trouble
from inftool_env.validation.metaschema import metaschema
from inftool_env.validation.schemas import check_arguments, check_schemas
from inftool_env.validation.solvable import Solving

PING = ToolSpec(
    name="ping",
    description="Ping a host.",
    parameters={"type": "object", "properties": {"host": {"type": "string"}}, "required": ["host"]},
)


def with_host(schema: JsonObject) -> ToolSpec:
    return replace(PING, parameters={**PING.parameters, "properties": {"host": schema}})


def toolset(*tools: ToolSpec) -> Toolset:
    return Toolset(name="net", title="Net", tools=tools)


def test_a_schema_that_is_none_is_found() -> None:
    broken = with_host({"type": "string", "minLength": -1})
    assert check_schemas(PING).is_whole
    assert "minLength" in check_schemas(broken).trouble
    assert "returns" in check_schemas(replace(PING, returns={"type": "strin"})).trouble


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        True,
        {"type": "text"},
        {"required": "a"},
        {"$ref": 3},
        {"properties": {"x": {"items": {"enum": 3}}}},
        {"$defs": {"a": {"type": 3}}},
        {"exclusiveMinimum": True},
        {"items": [{}]},
        {"oneOf": []},
        {"dependencies": {"a": [3]}},
    ],
)
def test_the_metaschema_in_one_piece_judges_as_the_official_one(schema: JsonValue) -> None:
    official = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    assert metaschema().is_valid(schema) is official.is_valid(schema)


def test_arguments_that_cannot_obey_their_schema_are_found() -> None:
    impossible = with_host({"type": "string", "not": {"type": "string"}})
    assert check_arguments(PING, 2).is_whole
    tally = check_arguments(impossible, 2)
    assert (tally.tried, tally.good) == (4, 0)
    assert tally.trouble.startswith("host: ")


def test_an_answer_that_breaks_the_documents_word_is_found() -> None:
    tool = replace(PING, returns={"type": "object", "not": {"type": "object"}})
    assert check_answers(toolset(PING), PING, 2).is_whole
    assert check_answers(toolset(tool), tool, 2).good == 0


def test_a_tool_that_cannot_be_asked_for_has_an_obstacle() -> None:
    impossible = with_host({"type": "string", "not": {"type": "string"}})
    good = replace(PING, name="find_host", effect=Effect.READ)
    solving = Solving(toolset(impossible, good), 2)
    assert "its schema refuses" in solving.categories("ping")[1]
    categories, obstacle = solving.categories("find_host")
    assert {"simple", "parallel", "missing_param", "error_recovery", "multi_turn"} <= set(categories)
    assert not {"multiple", "multi_step", "confirm", "clarify"} & set(categories)
    assert obstacle == ""


def test_a_solution_that_earns_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    env, twin = ToolEnv("weather-api", categories=["simple"]), ToolEnv("weather-api", categories=["simple"])
    assert play_episodes(env, twin, 2).gold.is_whole
    monkeypatch.setattr(Episode, "reward", property(lambda _: 0.0))
    lost = play_episodes(env, twin, 2).gold
    assert (lost.good, lost.tried) == (0, 4)
    assert "earned 0.0" in lost.trouble


def test_an_environment_that_changes_is_found() -> None:
    env, other = ToolEnv("weather-api"), ToolEnv("weather-api", difficulty=5)
    assert play_episodes(env, ToolEnv("weather-api"), 1).repeats.is_whole
    assert not play_episodes(env, other, 1).repeats.is_whole


def test_gymnasiums_complaint_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    env = ToolEnv(load_toolset("bank-api"))
    assert gym_trouble(env) == ""

    def reset(self: ToolEnv, *, seed: int | None = None, options: JsonObject | None = None) -> JsonObject:
        return {}

    monkeypatch.setattr(ToolEnv, "reset", reset)
    assert gym_trouble(env) != ""
