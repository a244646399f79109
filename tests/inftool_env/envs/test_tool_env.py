import io
import warnings
from contextlib import redirect_stdout

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

import inftool_env  # noqa: F401 - registers the environments
from inftool_env.core.errors import ConfigError, RecordError, RegistrationError
from inftool_env.core.jsonl import to_json
from inftool_env.core.scenario import Split
from inftool_env.core.verdict import Verdict
from inftool_env.envs.episode import Episode
from inftool_env.envs.registry import catalogue_apis
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.grading.reward import RewardConfig

WEATHER = "InfTool/weather-api-v0"


def solve(env: gym.Env) -> tuple[float, dict]:
    """Play the reference solution of the episode that has just begun."""
    episode: Episode = env.unwrapped.episode
    for turn in episode.scenario.solution:
        calls = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
        _, reward, terminated, truncated, info = env.step({"content": turn.content, "tool_calls": calls})
    assert (terminated, truncated) == (True, False)
    return reward, info


@pytest.mark.parametrize("api", catalogue_apis())
def test_gymnasium_finds_nothing_to_complain_about(api: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with redirect_stdout(io.StringIO()):
            check_env(gym.make(f"InfTool/{api}-v0").unwrapped)


@pytest.mark.parametrize("category", ToolEnv("weather-api").categories)
def test_the_reference_solution_of_every_category_is_paid_1(category: str) -> None:
    env = gym.make(WEATHER)
    for seed in range(5):
        _, info = env.reset(seed=seed, options={"category": category})
        assert info["category"] == category
        reward, info = solve(env)
        assert reward == 1.0
        assert isinstance(info["verdict"], Verdict)
        assert (info["success"], info["failure"], info["stop"]) == (True, "none", "satisfied")


def test_a_seed_fixes_the_episode_and_seeds_reach_every_category() -> None:
    env, other = gym.make(WEATHER), gym.make(WEATHER)
    seen = set()
    for seed in range(120):
        observation, info = env.reset(seed=seed)
        assert seed > 20 or (observation, info) == other.reset(seed=seed)
        seen.add(info["category"])
    assert seen == set(ToolEnv("weather-api").categories)


def test_resets_without_a_seed_go_on_differently_but_reproducibly() -> None:
    def scenarios() -> list[str]:
        env = gym.make(WEATHER)
        env.reset(seed=1)
        return [env.reset()[1]["scenario_id"] for _ in range(4)]

    assert scenarios() == scenarios()
    assert len(set(scenarios())) == 4


def test_options_choose_category_split_and_scenario() -> None:
    env = gym.make(WEATHER)
    env.reset(seed=3, options={"category": "parallel", "split": "eval"})
    scenario = env.unwrapped.episode.scenario
    assert (scenario.category, scenario.split) == ("parallel", Split.EVAL)
    for given in (scenario, to_json(scenario)):
        assert env.reset(seed=9, options={"scenario": given})[1]["scenario_id"] == scenario.id
    with pytest.raises(ConfigError, match="Did you mean 'category'"):
        env.reset(options={"catgory": "parallel"})
    with pytest.raises(RecordError):
        env.reset(options={"scenario": "{}"})
    with pytest.raises(ConfigError, match="expected one of bank-api"):
        gym.make("InfTool/bank-api-v0").reset(options={"scenario": scenario})


def test_stepping_before_or_after_the_episode_needs_a_reset() -> None:
    env = ToolEnv("weather-api")
    with pytest.raises(ResetNeeded, match="no episode has begun"):
        env.step("Hello")
    env.reset(seed=0)
    solve(env)
    with pytest.raises(ResetNeeded, match="is over"):
        env.step("Hello")


def test_an_observation_may_be_edited_without_harm() -> None:
    env = ToolEnv("weather-api")
    observation, _ = env.reset(seed=0)
    observation["messages"][0]["content"] = "something else"
    observation["tools"][0]["function"]["name"] = "broken"
    assert solve(env)[0] == 1.0
    assert env.episode.observation["messages"][0]["content"] == env.episode.scenario.opening


def test_sampled_actions_call_the_tools_in_sight() -> None:
    env = ToolEnv("weather-api")
    env.reset(seed=4)
    names = {tool["function"]["name"] for tool in env.episode.observation["tools"]}
    assert {env.action_space.sample()["tool_calls"][0]["name"] for _ in range(100)} == names


def test_arguments_narrow_what_is_asked() -> None:
    tool = "get_current_weather"
    env = ToolEnv("weather-api", categories=["simple"], tools=[tool], difficulty=1, max_turns=1, split="eval")
    for seed in range(5):
        env.reset(seed=seed)
        scenario = env.episode.scenario
        assert {call.name for turn in scenario.solution for call in turn.calls} == {tool}
        assert (scenario.category, scenario.split, scenario.max_turns) == ("simple", Split.EVAL, 1)
    hidden = ToolEnv("weather-api", hidden_tools=[tool])
    assert all(tool not in hidden.open(seed).scenario.tools for seed in range(20))


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"categories": ["paralel"]}, "Did you mean 'parallel'"),
        ({"categories": []}, "is empty"),
        ({"categories": ["multi_step"], "tools": ["convert_temperature"]}, "cannot be made"),
        ({"tools": ["get_wether"]}, "expected one of"),
        ({"hidden_tools": ["nothing"]}, "expected one of"),
        ({"split": "test"}, "expected one of train, eval"),
        ({"difficulty": 6}, "from 1 to 5"),
        ({"max_turns": 0}, "from 1 to"),
        ({"action_format": "xml"}, "expected one of hermes"),
        ({"render_mode": "rgb_array"}, "expected one of ansi, human"),
    ],
)
def test_an_impossible_argument_is_refused_before_any_episode(kwargs: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ToolEnv("weather-api", **kwargs)


def test_an_unknown_api_names_the_nearest() -> None:
    with pytest.raises(RegistrationError, match="Did you mean 'weather-api'"):
        ToolEnv("wether-api")


def test_both_render_modes_show_the_same_conversation() -> None:
    text = io.StringIO()
    with redirect_stdout(text):
        human = ToolEnv("weather-api", render_mode="human")
        human.reset(seed=2)
        solve(human)
        assert human.render() is None
    ansi = ToolEnv("weather-api", render_mode="ansi")
    ansi.reset(seed=2)
    solve(ansi)
    assert ansi.render() == text.getvalue().rstrip("\n")
    assert "[satisfied; none:" in ansi.render()


def test_what_is_paid_is_configured_by_a_name_or_by_fields_that_an_env_spec_can_keep() -> None:
    fields = {"scheme": "share", "economy": 0.5, "weights": {"called": 2}}
    env = gym.make(WEATHER, reward=fields)
    assert env.unwrapped.reward_config == RewardConfig.read(fields)
    spec = EnvSpec.from_json(env.spec.to_json())
    assert gym.make(spec).unwrapped.reward_config == RewardConfig.read(fields)
    with pytest.raises(
        ConfigError, match="reward: scheme: found 'bonus'; expected one of outcome, share, additive"
    ):
        ToolEnv("weather-api", reward="bonus")


def test_a_share_pays_half_done_work_that_the_outcome_does_not() -> None:
    paid = {}
    for scheme in ("outcome", "share"):
        env = ToolEnv("weather-api", reward=scheme, categories=["simple"])
        env.reset(seed=1)
        paid[scheme] = env.step("It is done.")[1]
    assert paid["outcome"] == 0.0
    assert 0.0 < paid["share"] < 1.0
