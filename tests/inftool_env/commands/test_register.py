"""A live server becomes environments that later processes know without it."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from inftool_env import __main__ as cli
from inftool_env.scenarios.categories import FIRST_CATEGORIES

ROOT = Path(__file__).parents[3]
SHELF_SERVER = ROOT / "tests" / "inftool_env" / "envs" / "live" / "shelf_server.py"
NOTES_SERVER = ROOT / "tests" / "inftool_env" / "specs" / "notes_server.py"
PLAY = """
import sys
import gymnasium as gym
import inftool_env
from agents.rollout import EpisodeRequest, rollout
from agents.scripted import OraclePolicy

id = "InfTool/my-notes-v0"
env = gym.make(id)
observation, info = env.reset(seed=1)
print(len(observation["tools"]) > 0)
categories = env.unwrapped.categories
requests = [EpisodeRequest(env_id=id, seed=seed, category=one) for one in categories for seed in range(3)]
print(*categories)
print({trajectory.reward for trajectory in rollout(OraclePolicy(), requests)})
print("mcp" in sys.modules)
"""

PLAY_FOR_REAL = """
import gymnasium as gym
import inftool_env
from inftool_env.envs.actions import render_action
from inftool_env.scenarios.categories import FIRST_CATEGORIES

env = gym.make("InfTool/book-shelf-live-v0", warm=0, categories=["simple"])
env.reset(seed=0)
for turn in env.unwrapped.episode.scenario.solution:
    _, reward, terminated, _, _ = env.step(render_action(turn.content, turn.calls))
print(reward, terminated)
env.close()
"""


def run_python(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_live_server_is_registered_and_played_by_a_later_process_without_it(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    server = shlex.join(["env", f"STARTS={starts}", sys.executable, str(NOTES_SERVER), "stdio"])
    told = run_python("-m", "inftool_env", "register", "--mcp", server).splitlines()
    assert [line.split()[0] for line in told] == ["InfTool/my-notes-v0", "InfTool/my-notes-live-v0"]
    is_known, categories, rewards, is_live = run_python("-c", PLAY).splitlines()
    assert (is_known, rewards, is_live) == ("True", "{1.0}", "False")
    assert categories.split()[:6] == list(FIRST_CATEGORIES)
    assert starts.read_text() == "started\n"


@pytest.mark.slow
def test_a_registered_server_is_played_for_real_by_a_later_process() -> None:
    # A relative path, which the later process could not find from the folder of its episode.
    server = shlex.join([sys.executable, str(SHELF_SERVER.relative_to(ROOT))])
    run_python("-m", "inftool_env", "register", "--mcp", server)
    assert f"real MCP server: {sys.executable} {SHELF_SERVER}" in run_python("-m", "inftool_env", "list")
    assert run_python("-c", PLAY_FOR_REAL) == "1.0 True\n"


@pytest.mark.parametrize("verb", ["register", "inspect"])
def test_a_server_that_cannot_be_started_is_one_message(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([verb, "--mcp", "no-such-program"]) == 2
    assert capsys.readouterr().err.startswith(
        "SpecError: MCP server 'no-such-program': cannot be started (No such file or directory); expected "
    )
