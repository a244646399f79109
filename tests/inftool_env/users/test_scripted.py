import pytest

from inftool_env.core.scenario import Fact, Scenario, Split
from inftool_env.core.trajectory import StopReason
from inftool_env.users.scripted import PATIENCE, ScriptedUser


def user(*facts: Fact) -> ScriptedUser:
    return ScriptedUser(
        Scenario(
            id="s",
            toolset="t",
            category="missing_param",
            difficulty=1,
            split=Split.TRAIN,
            world_seed=0,
            tools=(),
            goal="g",
            opening="Find pets.",
            facts=facts,
            solution=(),
            checks=(),
            max_turns=3,
        )
    )


def fact(name: str, phrase: str, value: object, *, told: bool = False) -> Fact:
    return Fact(name=name, phrase=phrase, value=value, told=told, reveal=f"The {phrase} is {value}.")


CITY = fact("city", "city", "Rome")
PET = fact("petId", "pet id", 7)


@pytest.mark.parametrize(
    "question", ["Which city?", "What is the city?", "Please tell me the city.", "CITY??"]
)
def test_a_question_that_names_a_hidden_fact_gets_it(question: str) -> None:
    asked = user(CITY, PET)
    assert asked.reply(question).text == "The city is Rome."
    assert asked.asked == {"city"}


def test_a_parameter_name_in_code_style_names_its_fact() -> None:
    assert user(PET).reply("What is petId?").text == "The pet id is 7."


def test_a_common_word_does_not_name_a_fact() -> None:
    assert "7" not in user(PET).reply("What is the id of the owner?").text


def test_one_question_may_ask_for_two_facts() -> None:
    assert user(CITY, PET).reply("Which city and which pet?").text == "The city is Rome. The pet id is 7."


def test_a_statement_ends_the_conversation_and_reveals_nothing() -> None:
    talker = user(CITY)
    reply = talker.reply("The city has been changed.")
    assert reply.ends is StopReason.SATISFIED
    assert "Rome" not in reply.text
    assert talker.asked == frozenset()


def test_patience_ends_when_questions_lead_nowhere() -> None:
    talker = user(CITY)
    replies = [talker.reply("Why?") for _ in range(PATIENCE + 1)]
    assert [reply.ends for reply in replies] == [None] * PATIENCE + [StopReason.GAVE_UP]


def test_a_fact_told_before_is_repeated_but_does_not_count_as_asked() -> None:
    talker = user(fact("city", "city", "Rome", told=True))
    assert talker.reply("Which city?").text == "As I said: The city is Rome."
    assert talker.asked == frozenset()
