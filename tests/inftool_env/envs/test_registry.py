import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec

from inftool_env import env_ids, load_toolset, open_episode, read_tools, register_api, register_variant
from inftool_env.core.errors import RegistrationError, SpecError
from inftool_env.envs.apis import api_folder, catalogue_apis, kept_apis
from inftool_env.envs.registry import register_builtin, register_toolset, resolve

GREETING = """
openapi: 3.1.0
info: {title: Greeting API, version: "1"}
paths:
  /greetings:
    get:
      operationId: get_greeting
      summary: Get a greeting for a person
      parameters:
        - {name: person, in: query, required: true, schema: {type: string}}
        - {name: language, in: query, required: true, schema: {type: string}}
      responses: {"200": {description: Fine}}
"""


FRUIT = ("apple", "pear", "plum", "fig", "grape", "lemon", "melon", "peach")


def orchard(*, unspeakable: str = "") -> str:
    """An API of 40 tools about eight fruits; those of one fruit may take more than anybody can say."""
    paths: dict[str, object] = {}
    for fruit in FRUIT:
        wanted = [f"colour_{number}" for number in range(40)] if fruit == unspeakable else ["colour"]
        given = [
            {"name": one, "in": "query", "required": True, "schema": {"type": "string"}} for one in wanted
        ]
        named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        row = {"type": "object", "properties": {"id": {"type": "string"}, "colour": {"type": "string"}}}
        many = {"type": "array", "items": row}

        def operation(
            verb: str, returns: object, *parameters: object, fruit: str = fruit
        ) -> dict[str, object]:
            content = {"application/json": {"schema": returns}}
            return {
                "operationId": f"{verb}_{fruit}",
                "summary": f"{verb.capitalize()} {fruit}",
                "parameters": list(parameters),
                "responses": {"200": {"description": "Fine", "content": content}},
            }

        paths[f"/{fruit}s"] = {
            "get": operation("list", many, *given),
            "post": operation("create", row, *given),
        }
        paths[f"/{fruit}s/{{id}}"] = {
            "get": operation("get", row, named, *given),
            "put": operation("update", row, named, *given),
            "delete": operation("delete", row, named, *given),
        }
    return json.dumps(
        {"openapi": "3.1.0", "info": {"title": "The Orchard API", "version": "1"}, "paths": paths}
    )


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "orchard.json"
    file.write_text(orchard())
    return file


@pytest.fixture(autouse=True)
def forget_new_ids() -> Iterator[None]:
    before = set(gym.registry)
    yield
    for env_id in set(gym.registry) - before:
        del gym.registry[env_id]


@pytest.fixture
def greeting(tmp_path: Path) -> Path:
    file = tmp_path / "greeting.yaml"
    file.write_text(GREETING)
    return file


def test_every_catalogue_document_is_registered_under_its_own_slug() -> None:
    assert len(catalogue_apis()) >= 8
    for slug in catalogue_apis():
        assert f"InfTool/{slug}-v0" in env_ids()
        assert load_toolset(slug).name == slug


def test_a_spec_goes_to_json_and_back() -> None:
    for env_id in env_ids():
        spec = gym.spec(env_id)
        assert EnvSpec.from_json(spec.to_json()) == spec
    made = gym.make(EnvSpec.from_json(gym.make("InfTool/weather-api-v0", difficulty=2).spec.to_json()))
    assert made.unwrapped.difficulty == 2


def test_a_registered_document_plays(greeting: Path) -> None:
    (env_id,) = register_api(greeting)
    assert env_id == "InfTool/greeting-api-v0"
    assert open_episode(env_id, 0, category="simple").scenario.toolset == "greeting-api"
    assert register_api(greeting, name="Hello there") == ("InfTool/hello-there-v0",)


def test_a_taken_or_malformed_id_is_refused(greeting: Path) -> None:
    register_api(greeting)
    with pytest.raises(RegistrationError, match="is taken"):
        register_api(greeting)
    with pytest.raises(RegistrationError, match="is taken"):
        register_api(greeting, name="weather-api", keep=True)
    with pytest.raises(RegistrationError, match="malformed"):
        register_api(greeting, name="???")
    with pytest.raises(RegistrationError, match="malformed"):
        register_variant("InfTool/a/b-v0", {"api": "weather-api"})


def test_a_document_that_is_no_api_registers_nothing(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("just: text")
    before = env_ids()
    with pytest.raises(SpecError):
        register_api(file, keep=True)
    assert (env_ids(), kept_apis()) == (before, ())


def test_a_kept_api_is_found_by_the_next_process_without_its_document(greeting: Path) -> None:
    register_api(greeting, keep=True)
    expected = open_episode("InfTool/greeting-api-v0", 1).scenario.opening
    greeting.unlink()
    code = "import inftool_env as i; print(i.open_episode('InfTool/greeting-api-v0', 1).scenario.opening)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


def test_a_kept_api_keeps_the_order_of_its_parameters(greeting: Path) -> None:
    register_api(greeting, keep=True)
    greeting.unlink()
    (tool,) = load_toolset("greeting-api").tools
    assert list(tool.properties) == ["person", "language"]


def test_damaged_kept_files_never_break_the_import(greeting: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = api_folder()
    folder.mkdir(parents=True)
    (folder / "cut-off.json").write_text('{"name": "cut')
    (folder / "Not A Slug.json").write_text("")
    (folder / "weather-api.json").write_text("")
    register_builtin()
    assert "InfTool/cut-off-v0" in env_ids()
    assert sum("Rename or delete the file" in record.getMessage() for record in caplog.records) == 2
    with pytest.raises(RegistrationError, match=r"cut-off.json: the kept API is damaged"):
        open_episode("InfTool/cut-off-v0", 0)


def test_a_variant_may_be_registered_again_only_as_it_was() -> None:
    env_id = "InfTool/weather-api-parallel-v1"
    kwargs = {"api": "weather-api", "categories": ["parallel"], "parent": "InfTool/weather-api-v0"}
    assert register_variant(env_id, kwargs) == register_variant(env_id, kwargs) == env_id
    assert resolve(env_id) == kwargs
    episode = open_episode(env_id, 3)
    assert (episode.env_id, episode.scenario.category) == (env_id, "parallel")
    assert episode.scenario.parent_id == "InfTool/weather-api-v0"
    with pytest.raises(RegistrationError, match="is taken"):
        register_variant(env_id, kwargs | {"difficulty": 2})


def test_an_unknown_id_names_the_nearest_ones() -> None:
    with pytest.raises(RegistrationError, match="InfTool/weather-api-v0"):
        resolve("InfTool/wether-api-v0")
    with pytest.raises(RegistrationError, match="not registered"):
        open_episode("CartPole-v1", 0)


def test_an_opened_episode_is_the_one_that_reset_begins() -> None:
    env = gym.make("InfTool/bank-api-v0")
    observation, _ = env.reset(seed=11, options={"category": "parallel", "split": "eval"})
    episode = open_episode("InfTool/bank-api-v0", 11, category="parallel", split="eval")
    assert episode.observation == observation


def test_importing_is_quick_and_loads_no_heavy_library() -> None:
    code = (
        "import sys, time, gymnasium; start = time.perf_counter(); import inftool_env; "
        "print(time.perf_counter() - start); "
        "print([name for name in ('torch', 'transformers', 'mcp', 'ray', 'tyro', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, heavy = done.stdout.splitlines()
    assert heavy == "[]"
    assert float(seconds) < 2.0  # 0.2 on an idle machine; CI machines are slow, torch alone would take longer


def test_gymnasium_can_import_us_by_itself() -> None:
    code = (
        "import gymnasium; print(gymnasium.make('inftool_env:InfTool/weather-api-v0').unwrapped.toolset.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "weather-api"


def test_a_large_api_becomes_several_environments(large: Path) -> None:
    ids = register_api(large)
    assert ids == tuple(f"InfTool/orchard-{fruit}s-v0" for fruit in FRUIT)
    episode = open_episode("InfTool/orchard-plums-v0", 0, category="multi_step")
    assert set(episode.visible.names) <= {
        f"{verb}_plum" for verb in ("list", "create", "get", "update", "delete")
    }
    assert episode.scenario.toolset == "orchard-plums"
    spec = gym.spec("InfTool/orchard-plums-v0")
    assert gym.make(EnvSpec.from_json(spec.to_json())).unwrapped.toolset.names == episode_names("plum")


def episode_names(fruit: str) -> tuple[str, ...]:
    return tuple(f"{verb}_{fruit}" for verb in ("list", "create", "get", "update", "delete"))


def test_the_groups_of_a_large_api_share_one_reading(large: Path) -> None:
    register_api(large)
    api = resolve("InfTool/orchard-figs-v0")["api"]
    assert load_toolset(api) is load_toolset(api)
    assert load_toolset(str(large)).get("get_fig") is load_toolset(api).get("get_fig")


def test_an_unknown_group_names_the_nearest(large: Path) -> None:
    with pytest.raises(RegistrationError, match="Did you mean 'orchard-figs'"):
        load_toolset(f"{large}#orchard-fig")


def test_a_kept_large_api_is_found_by_the_next_process_without_its_document(large: Path) -> None:
    ids = register_api(large, name="My orchard", keep=True)
    assert ids[0] == "InfTool/my-orchard-apples-v0"
    expected = open_episode(ids[3], 1).scenario.opening
    large.unlink()
    code = (
        f"import inftool_env as i; print(i.open_episode({ids[3]!r}, 1).scenario.opening); print(*i.env_ids())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opening, known = done.stdout.splitlines()
    assert opening == expected
    assert set(ids) <= set(known.split())


def test_a_large_api_is_registered_whole_or_not_at_all(large: Path, greeting: Path) -> None:
    register_api(greeting, name="orchard figs")
    before = env_ids()
    with pytest.raises(RegistrationError, match="InfTool/orchard-figs-v0' is taken"):
        register_api(large, keep=True)
    assert (env_ids(), kept_apis()) == (before, ())


def test_a_folder_that_is_there_is_never_overwritten(large: Path) -> None:
    (api_folder() / "orchard").mkdir(parents=True)
    (api_folder() / "orchard" / "mine.txt").write_text("keep me")
    before = env_ids()
    with pytest.raises(RegistrationError, match="is there already"):
        register_api(large, keep=True)
    assert env_ids() == before
    assert [path.name for path in api_folder().rglob("*")] == ["orchard", "mine.txt"]


def test_a_group_that_admits_nothing_is_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "orchard.json"
    file.write_text(orchard(unspeakable="grape"))
    ids = register_api(file)
    assert len(ids) == len(FRUIT) - 1
    assert "orchard-grapes: left out" in caplog.text


def test_tools_without_a_document_are_kept(large: Path) -> None:
    toolset = read_tools(large)
    large.unlink()
    ids = register_toolset(toolset, name="live")
    assert ids[0] == "InfTool/live-apples-v0"
    assert kept_apis() == tuple(sorted(f"live-{fruit}s" for fruit in FRUIT))
    assert open_episode(ids[0], 0).env_id == ids[0]
