"""Servers of others, where ``make lane-mcp-servers`` has installed them."""

from collections.abc import Iterator

import pytest

from benchmarks.live_mcp import lane_commands
from inftool_env.core.scenario import Split
from inftool_env.envs.actions import render_action
from inftool_env.envs.live.env import LiveEnv

SERVERS = ("filesystem", "memory", "sqlite", "git", "time")

pytestmark = pytest.mark.slow


@pytest.fixture(params=SERVERS, scope="module")
def env(request: pytest.FixtureRequest) -> Iterator[LiveEnv]:
    commands = lane_commands()
    if request.param not in commands:
        pytest.skip(f"the {request.param} server is not installed; run `make lane-mcp-servers`")
    env = LiveEnv(command=commands[request.param], allow_writes=True)
    yield env
    env.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("split", list(Split))
def test_reference_solutions_succeed_on_the_real_server(env: LiveEnv, split: Split) -> None:
    for category in env.categories:
        episode = env.open(2, category=category, split=split)
        for turn in episode.scenario.solution:
            episode.step(render_action(turn.content, turn.calls))
        assert (category, episode.reward) == (category, 1.0), episode.verdict.why
