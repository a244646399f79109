"""The oracle of datasets, in every category: what it says is paid, true, short and never a question of its own."""

import json
import re
from functools import cache

import pytest

from agents.datasets.closing import MOST_SAID
from agents.datasets.oracle import SpeakingOracle
from agents.rollout import play
from inftool_env.core.scenario import CheckKind
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.episode import Episode
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.grading.answers import tells
from inftool_env.scenarios.author import CATEGORIES
from inftool_env.users.scripted import asks

APIS = ("trips-api", "tickets-api")
SEEDS = range(4)
MANY_SEEDS = range(16)
"""For what only some scenarios of a category have."""
_CODE = re.compile(r"\w*\d{3,}\w*")
"""Numbers and ids; shorter numbers may be counts."""


@cache
def played(category: str, seeds: range = SEEDS) -> tuple[tuple[Episode, Trajectory], ...]:
    environments = [ToolEnv(api) for api in APIS]
    episodes = [
        environment.open(seed, category=category)
        for environment in environments
        if category in environment.categories
        for seed in seeds
    ]
    trajectories = play(SpeakingOracle(), [lambda episode=episode: episode for episode in episodes])
    return tuple(zip(episodes, trajectories, strict=True))


def spoken(trajectory: Trajectory) -> list[str]:
    return [
        message["content"]
        for message in trajectory.messages
        if message["role"] == "assistant" and "tool_calls" not in message
    ]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_still_won(category: str) -> None:
    assert [trajectory.verdict.why for _, trajectory in played(category) if trajectory.reward != 1.0] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_last_words_are_reports_and_not_formulas(category: str) -> None:
    for _, trajectory in played(category):
        for words in spoken(trajectory):
            assert words not in ("Here is what I found.", "It is done.", "Done.")
            assert 0 < len(words) <= MOST_SAID


@pytest.mark.parametrize("category", CATEGORIES)
def test_it_asks_exactly_where_the_reference_solution_asks(category: str) -> None:
    for episode, trajectory in played(category):
        planned = [asks(turn.content) for turn in episode.scenario.solution if not turn.calls]
        assert [asks(words) for words in spoken(trajectory)] == planned


@pytest.mark.parametrize("category", CATEGORIES)
def test_no_number_and_no_id_is_made_up(category: str) -> None:
    for _, trajectory in played(category):
        heard = ""
        for message in trajectory.messages:
            if message["role"] == "assistant":
                for code in _CODE.findall(message["content"]):
                    assert code in heard, f"{code} in {message['content']}"
                heard += json.dumps(message.get("tool_calls", []))
            else:
                heard += message["content"]


def test_what_the_user_waits_for_is_told() -> None:
    checked = 0
    for episode, trajectory in played("state_dependent", MANY_SEEDS):
        for check in episode.scenario.checks:
            if check.kind is CheckKind.TOLD:
                checked += 1
                assert tells(spoken(trajectory)[-1], check.value)
    assert checked > 0


def test_the_same_scenario_gets_the_same_words_in_any_company() -> None:
    together = [spoken(trajectory) for _, trajectory in played("multi_turn")[:3]]
    environment = ToolEnv(APIS[0])
    alone = [
        spoken(play(SpeakingOracle(), [lambda seed=seed: environment.open(seed, category="multi_turn")])[0])
        for seed in SEEDS
    ]
    assert alone[:3] == together


def test_refusals_and_questions_vary() -> None:
    assert len({spoken(trajectory)[0] for _, trajectory in played("irrelevance", MANY_SEEDS)}) > 3
    starts = {
        spoken(trajectory)[0].partition("What")[0] for _, trajectory in played("missing_param", MANY_SEEDS)
    }
    assert len(starts) > 2
