"""Prepared worlds: the same from the same seed, others from others, and on one side of the wall."""

import shutil
from pathlib import Path

import pytest

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue
from inftool_env.core.seeds import generator
from inftool_env.envs.live.recipe import FOLDER, Known, Recipe
from inftool_env.envs.live.recipes import RECIPES, choose_recipe
from inftool_env.world.wall import split_of

KNOWN = ("filesystem", "memory", "sqlite", "git", "time")
STORING = ("filesystem", "memory", "sqlite", "git")


@pytest.fixture(params=KNOWN)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    if request.param == "git" and shutil.which("git") is None:
        pytest.skip("the git program is not installed")
    return RECIPES[request.param]


def prepare(recipe: Recipe, folder: Path, seed: int, split: Split = Split.TRAIN) -> Known:
    folder.mkdir()
    return recipe.prepare(folder, generator(seed, split.value), split)


def texts(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


def test_equal_seeds_prepare_equal_worlds(recipe: Recipe, tmp_path: Path) -> None:
    first = prepare(recipe, tmp_path / "one", 3)
    assert prepare(recipe, tmp_path / "two", 3) == first
    assert recipe.digest(tmp_path / "one") == recipe.digest(tmp_path / "two")


def test_other_seeds_and_the_other_side_of_the_wall_prepare_other_worlds(
    recipe: Recipe, tmp_path: Path
) -> None:
    first = prepare(recipe, tmp_path / "one", 3)
    assert prepare(recipe, tmp_path / "two", 4) != first
    assert prepare(recipe, tmp_path / "eval", 3, Split.EVAL) != first


@pytest.mark.parametrize("split", list(Split))
def test_calls_can_be_made_of_values_of_the_asked_side(recipe: Recipe, split: Split, tmp_path: Path) -> None:
    known = prepare(recipe, tmp_path / "world", 5, split)
    for values in known.values.values():
        open_texts = [text for text in texts(values) if text not in recipe.closed]
        assert not open_texts or any(split_of(text) is split for text in open_texts)


@pytest.mark.parametrize("name", STORING)
def test_a_digest_sees_a_changed_file(name: str, tmp_path: Path) -> None:
    if name == "git" and shutil.which("git") is None:
        pytest.skip("the git program is not installed")
    prepare(RECIPES[name], tmp_path / "world", 1)
    before = RECIPES[name].digest(tmp_path / "world")
    match name:
        case "memory":
            with (tmp_path / "world" / "memory.jsonl").open("a") as file:
                file.write('\n{"type": "entity", "name": "new"}')
        case "sqlite":
            import sqlite3

            with sqlite3.connect(tmp_path / "world" / "data.db") as database:
                database.execute("CREATE TABLE added (id INTEGER)")
            database.close()
        case _:
            (tmp_path / "world" / "new.txt").write_text("new")
    assert RECIPES[name].digest(tmp_path / "world") != before


def test_a_command_is_known_by_the_program_it_starts() -> None:
    assert choose_recipe(["npx", "-y", "@modelcontextprotocol/server-memory@2026.8.31"]).name == "memory"
    assert choose_recipe(["/opt/bin/mcp-server-git"]).name == "git"
    assert choose_recipe(["uvx", "mcp-server-time"]).name == "time"
    assert choose_recipe(["python", "my_server.py"]).name == "plain"
    assert choose_recipe(["python", "my_server.py"], "sqlite").name == "sqlite"


def test_paths_are_told_as_they_are_called_in_every_episode(tmp_path: Path) -> None:
    known = prepare(RECIPES["filesystem"], tmp_path / "world", 2)
    assert all(str(path).startswith(f"{FOLDER}/") for path in known.values["paths"])
    assert str(tmp_path) not in str(known)
