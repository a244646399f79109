from collections import Counter

import pytest

from agents.rollout import EpisodeRequest, rollout
from agents.teacher import TeacherPolicy
from inftool_env.core.scenario import CheckKind, Split
from inftool_env.core.trajectory import Trajectory
from inftool_env.scenarios.author import CATEGORIES


@pytest.fixture(scope="module")
def lessons() -> list[Trajectory]:
    return rollout(
        TeacherPolicy(),
        [
            EpisodeRequest(env_id="InfTool/shop-api-v0", seed=seed, category=category, split=Split.TRAIN)
            for category in CATEGORIES
            for seed in range(12)
        ],
    )


def test_what_is_said_aloud_never_costs_the_reward(lessons: list[Trajectory]) -> None:
    assert Counter(lesson.reward for lesson in lessons) == {1.0: len(lessons)}


def test_every_call_follows_a_sentence_about_its_tool(lessons: list[Trajectory]) -> None:
    for lesson in lessons:
        for turn in lesson.turns:
            for call in turn.calls:
                assert f"{call.name}: " in turn.message["content"]


def test_a_question_asks_for_the_first_value_said_to_be_missing(lessons: list[Trajectory]) -> None:
    asking = [lesson for lesson in lessons if lesson.category == "missing_param"]
    for lesson in asking:
        thought, _, question = lesson.turns[0].message["content"].partition(" missing. ")
        missing = thought.split()[-1]
        assert question.endswith(f" the {missing.replace('_', ' ')}?")
        later = lesson.turns[1].message["content"]
        assert f"{missing} given" in later
        assert "missing" not in later.partition(f"{missing} given")[0]


def test_nothing_is_missing_where_nothing_has_to_be_asked(lessons: list[Trajectory]) -> None:
    for lesson in lessons:
        if not any(check.kind is CheckKind.ASKED for check in lesson.verdict.checks):
            assert not any(" missing" in turn.message["content"] for turn in lesson.turns)


def test_a_wish_that_no_tool_fulfils_is_refused_without_a_thought(lessons: list[Trajectory]) -> None:
    refused = [lesson for lesson in lessons if lesson.category == "irrelevance"]
    assert {lesson.turns[0].message["content"] for lesson in refused} == {"None of my tools can do that."}
