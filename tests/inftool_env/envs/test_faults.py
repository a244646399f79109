"""Every category with faults in its way, through the environment."""

import gymnasium as gym
import pytest

import inftool_env  # noqa: F401 - registers the environments
from inftool_env.core.errors import ConfigError
from inftool_env.core.fault import FaultKind
from inftool_env.core.jsonl import to_json
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.trajectory import Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from inftool_env.world.worlds import SimulatedWorlds

SHOP = "InfTool/shop-api-v0"


def solve(episode: Episode) -> Trajectory:
    for turn in episode.scenario.solution:
        episode.step(render_action(turn.content, turn.calls))
    return episode.trajectory()


TALKS = ("multi_turn", "correction", "confirm", "clarify")


@pytest.mark.parametrize("category", [*FIRST_CATEGORIES, "error_recovery", *TALKS])
def test_every_category_can_be_won_with_faults_in_the_way(category: str) -> None:
    env = ToolEnv("weather-api", faults=1.0)
    struck = 0
    for seed in range(12):
        episode = env.open(seed, category=category)
        struck += bool(episode.scenario.faults)
        trajectory = solve(episode)
        assert trajectory.reward == 1.0, trajectory.verdict.why
        assert episode.is_over
    assert struck == (0 if category == "irrelevance" else 12)


def test_the_opening_is_the_same_and_the_name_is_not() -> None:
    plain, faulty = ToolEnv("shop-api"), ToolEnv("shop-api", faults=["server_error"])
    for seed in range(5):
        one, other = (
            plain.open(seed, category="simple").scenario,
            faulty.open(seed, category="simple").scenario,
        )
        assert (one.opening, one.facts, one.goal) == (other.opening, other.facts, other.goal)
        assert other.id == f"{one.id}/faults"
        assert [fault.kind for fault in other.faults] == [FaultKind.SERVER_ERROR]


def test_a_share_is_a_share_of_the_episodes() -> None:
    env = ToolEnv("shop-api", faults=0.3)
    with_faults = sum(bool(env.open(seed, category="simple").scenario.faults) for seed in range(100))
    assert 20 <= with_faults <= 40


def test_a_fault_that_fits_no_call_leaves_the_episode_as_it_was() -> None:
    env, plain = ToolEnv("shop-api", faults=["stale_read"]), ToolEnv("shop-api")
    assert env.open(0, category="simple").scenario == plain.open(0, category="simple").scenario


def test_the_same_seed_meets_the_same_faults_and_the_argument_survives_json() -> None:
    made = gym.make(SHOP, faults=["timeout", "rate_limit"])
    spec = gym.envs.registration.EnvSpec.from_json(made.spec.to_json())
    env, twin = made.unwrapped, gym.make(spec).unwrapped
    for seed in range(6):
        one, other = (solve(each.open(seed, category="parallel")) for each in (env, twin))
        assert to_json(one) == to_json(other)


def test_a_policy_that_goes_on_as_if_nothing_had_happened_fails() -> None:
    env, plain = ToolEnv("shop-api", faults=["server_error", "rate_limit"]), ToolEnv("shop-api")
    for seed in range(6):
        episode = env.open(seed, category="parallel")
        for turn in plain.open(seed, category="parallel").scenario.solution:
            episode.step(render_action(turn.content, turn.calls))
        assert episode.verdict.failure is FailureKind.DID_NOT_RETRY


def test_over_a_wire_faults_are_the_same_to_the_byte() -> None:
    direct, memory = (ToolEnv("shop-api", faults=1.0, transport=name) for name in ("direct", "memory"))
    try:
        for seed in range(4):
            category = ("simple", "parallel", "multi_step", "missing_param")[seed]
            one, other = (solve(env.open(seed, category=category)) for env in (direct, memory))
            assert to_json(one) == to_json(other)
            assert one.reward == 1.0
    finally:
        memory.close()


BARE = Toolset(
    name="bare",
    title="Bare",
    tools=(ToolSpec(name="ping", description="Ping.", parameters={"type": "object"}),),
)


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        (0, "found 0; expected a share above 0"),
        (1.5, "found 1.5; expected a share above 0"),
        (True, "found True; expected a share above 0"),
        ([], r"found \[\]; expected None, a share, or a list of timeout"),
        ("timeout", "found 'timeout'; expected None, a share, or a list"),
        (["time_out"], "found 'time_out'.*Did you mean 'timeout'"),
        (["stale_read"], "stale_read cannot happen: no tool reads what another has changed just before"),
    ],
)
def test_an_impossible_argument_is_refused_with_a_way_out(faults, found: str) -> None:
    with pytest.raises(ConfigError, match=f"bare: faults: {found}"):
        ToolEnv(BARE, faults=faults)


def test_faults_are_for_simulated_worlds() -> None:
    with pytest.raises(ConfigError, match="faults with worlds of your own"):
        ToolEnv("shop-api", faults=0.5, worlds=SimulatedWorlds())
