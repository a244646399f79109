from collections.abc import Callable

import pytest

from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest

Write = Callable[..., list[Scenario]]


@pytest.fixture(scope="session")
def shop() -> Toolset:
    return load_toolset("shop-api")


@pytest.fixture(scope="session")
def write(shop: Toolset) -> Write:
    """Scenarios of one category over the shop, of all difficulties or of one."""

    def write(category: str, count: int = 15, difficulty: int | None = None) -> list[Scenario]:
        author = TemplateAuthor()
        return [
            author.write(
                shop,
                ScenarioRequest(category=category, difficulty=difficulty or 1 + seed % 5),
                seed,
                Split.EVAL if seed % 2 else Split.TRAIN,
            )
            for seed in range(count)
        ]

    return write
