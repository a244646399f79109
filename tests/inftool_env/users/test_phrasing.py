import random

import pytest

from inftool_env.core.tool import ToolSpec
from inftool_env.users.persona import Persona
from inftool_env.users.phrasing import enumerate_facts, goal_phrase, humanise, opening, reveal, spell, wish


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


def test_a_wish_is_worded_in_several_ways() -> None:
    rng = random.Random(0)
    wishes = {wish(tool("find_pets", "Find pets by status"), rng) for _ in range(60)}
    assert {"find pets by status", "find pets"} < wishes
    assert len(wishes) >= 4


@pytest.mark.parametrize(
    ("value", "text"),
    [("Rome", "Rome"), (3, "3"), (2.5, "2.5"), (True, "true"), (["a", "b", "c"], "a, b and c"), ([], "[]")],
)
def test_values_are_spelt_as_people_write_them(value: object, text: str) -> None:
    assert spell(value) == text


def test_facts_stand_in_a_row() -> None:
    assert enumerate_facts([("city", "Rome"), ("days", 3)]) == "city Rome and days 3"


@pytest.mark.parametrize("persona", list(Persona))
def test_every_opening_tells_every_fact_and_closes_its_sentence(persona: Persona) -> None:
    for seed in range(40):
        text = opening("find pets", [("city", "Rome"), ("day count", 3)], persona, random.Random(seed))
        assert "Rome" in text
        assert "3" in text
        assert "day count" in text.lower()
        assert text[-1] in ".?"
        assert ".." not in text
        assert "  " not in text


def test_a_reveal_carries_the_value() -> None:
    assert all("Rome" in reveal("city", "Rome", random.Random(seed)) for seed in range(20))
