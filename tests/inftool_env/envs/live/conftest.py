import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inftool_env.envs.live.env import LiveEnv
from inftool_env.envs.live.recipe import Recipe
from inftool_env.envs.live.recipes import RECIPES, plain

SHELF_SERVER = Path(__file__).with_name("shelf_server.py")
SHELF = [sys.executable, str(SHELF_SERVER)]
RECIPE = Recipe(
    name="shelf",
    programs=(SHELF_SERVER.name,),
    prepare=plain.prepare,
    digest=plain.digest,
    keeps_nothing=True,
)


@pytest.fixture(scope="package", autouse=True)
def shelf_recipe() -> Iterator[None]:
    """A recipe under which one process plays many episodes, so that these tests need few."""
    RECIPES[RECIPE.name] = RECIPE
    yield
    del RECIPES[RECIPE.name]


@pytest.fixture(scope="package")
def shelf(shelf_recipe: None) -> Iterator[LiveEnv]:
    """The server as it is offered by default."""
    env = LiveEnv(command=SHELF, call_timeout_s=5)
    yield env
    env.close()


@pytest.fixture(scope="package")
def writable(shelf_recipe: None) -> Iterator[LiveEnv]:
    """The server with all of its tools."""
    env = LiveEnv(command=SHELF, allow_writes=True)
    yield env
    env.close()
