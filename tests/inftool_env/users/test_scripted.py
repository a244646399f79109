import pytest

from inftool_env.core.scenario import Fact, FollowUp, Scenario, Split
from inftool_env.core.trajectory import StopReason
from inftool_env.users.scripted import PATIENCE, ScriptedUser


def user(*facts: Fact, follow_ups: tuple[FollowUp, ...] = ()) -> ScriptedUser:
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
            follow_ups=follow_ups,
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


MORE = FollowUp(name="follow_up_1", text="Now in Paris.", facts=(fact("city", "city", "Paris", told=True),))
LAST = FollowUp(name="follow_up_2", text="And drop the second one.")
CHANGED = FollowUp(
    name="follow_up_1",
    text="And make it Paris.",
    facts=(fact("city", "city", "Paris", told=True),),
    with_answer=True,
)
CONSENT = Fact(
    name="consent",
    phrase="consent",
    value=True,
    told=False,
    reveal="Yes, go ahead.",
    cues=("shall i", "should i", "confirm"),
)


@pytest.mark.parametrize("words", ["It is done.", "Done. Can I help you with anything else?"])
def test_after_each_statement_the_user_goes_on_until_all_is_said(words: str) -> None:
    talker = user(follow_ups=(MORE, LAST))
    assert [talker.reply(words).text for _ in range(2)] == [MORE.text, LAST.text]
    assert talker.asked == {"follow_up_1", "follow_up_2"}
    assert talker.reply("It is done.").ends is StopReason.SATISFIED


def test_what_is_still_to_come_is_not_told_early_and_then_takes_the_place_of_the_old() -> None:
    talker = user(fact("city", "city", "Rome", told=True), follow_ups=(MORE,))
    assert "Paris" not in talker.reply("Which city?").text
    talker.reply("Done.")
    said = talker.reply("Which city?").text
    assert "Paris" in said
    assert "Rome" not in said


def test_a_change_of_mind_comes_with_the_first_answer_that_tells_something() -> None:
    talker = user(PET, fact("city", "city", "Rome", told=True), follow_ups=(CHANGED,))
    assert "Paris" not in talker.reply("Why?").text
    assert talker.reply("What is the pet id?").text == "The pet id is 7. And make it Paris."
    assert talker.asked == {"petId", "follow_up_1"}


def test_patience_begins_anew_with_every_follow_up() -> None:
    talker = user(follow_ups=(MORE,))
    assert [talker.reply("Why?").ends for _ in range(PATIENCE)] == [None] * PATIENCE
    talker.reply("Done.")
    assert [talker.reply("Why?").ends for _ in range(PATIENCE)] == [None] * PATIENCE
    assert talker.reply("Why?").ends is StopReason.GAVE_UP


@pytest.mark.parametrize(
    "question",
    ["Shall I delete it?", "Please confirm.", "I found it: should I go on?", "Do you confirm this?"],
)
def test_a_question_that_can_be_answered_with_yes_gets_the_consent(question: str) -> None:
    assert user(CONSENT).reply(question).text == "Yes, go ahead."


@pytest.mark.parametrize("question", ["What should I do?", "Hello! Which one shall I take?", "Ready?"])
def test_another_question_does_not_get_the_consent(question: str) -> None:
    talker = user(CONSENT)
    assert "Yes" not in talker.reply(question).text
    assert talker.asked == frozenset()
