import pytest

from inftool_env.core.tool import ToolSpec
from inftool_env.users.phrasing import enumerate_facts, finish, goal_phrase, humanise, name_phrase, spell


def tool(name: str, description: str) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters={"type": "object"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("startDate", "start date"),
        ("pet_id", "pet id"),
        ("HTTPCode", "http code"),
        ("user.e-mail", "user e mail"),
    ],
)
def test_identifiers_become_words(name: str, words: str) -> None:
    assert humanise(name) == words


@pytest.mark.parametrize(
    ("description", "goal"),
    [
        ("Get the forecast for a city. Costs one credit.", "get the forecast for a city"),
        ("Returns the pets of one owner", "get the pets of one owner"),
        ("Fetches v1.2 of a file", "fetch v1.2 of a file"),
        ("A list of everything", "find pets"),
        ("", "find pets"),
    ],
)
def test_the_goal_is_the_description_where_that_begins_with_a_verb(description: str, goal: str) -> None:
    assert goal_phrase(tool("findPets", description)) == goal


def test_a_verb_unknown_to_us_counts_when_the_name_begins_with_it_too() -> None:
    assert goal_phrase(tool("bake_cake", "Bake a cake for a guest")) == "bake a cake for a guest"
    assert goal_phrase(tool("info_cake", "Cake data")) == "use info cake"


def test_a_name_is_a_phrase_when_it_begins_with_a_verb_and_goes_on() -> None:
    assert name_phrase(tool("find_pets", "")) == "find pets"
    assert name_phrase(tool("search", "")) is None
    assert name_phrase(tool("pet_finder", "")) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [("Rome", "Rome"), (3, "3"), (2.5, "2.5"), (True, "true"), (["a", "b", "c"], "a, b and c"), ([], "[]")],
)
def test_values_are_spelt_as_people_write_them(value: object, text: str) -> None:
    assert spell(value) == text


def test_facts_stand_in_a_row() -> None:
    assert enumerate_facts([("city", "Rome"), ("dayCount", 3)]) == "city Rome and day count 3"


def test_a_sentence_gets_a_full_stop_unless_it_has_an_end() -> None:
    assert [finish(text) for text in ("Yes", "Why?", "Oh!")] == ["Yes.", "Why?", "Oh!"]
