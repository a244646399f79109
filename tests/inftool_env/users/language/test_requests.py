"""Whatever a user says, every argument can be recovered from it and the tool's schema."""

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.grading.answers import declines
from inftool_env.grading.reading import clocks_in, days_in, numbers_in, plain
from inftool_env.users.language.data import WORDS, read
from inftool_env.users.language.messages import message
from inftool_env.users.language.parameters import Kind, parameters_of
from inftool_env.users.language.requests import ask_for, imperative, request
from inftool_env.users.language.voice import Voice
from inftool_env.users.persona import Persona, Register
from inftool_env.users.phrasing import Told, humanise

NAMES = (
    "city", "from_city", "to_city", "country", "date", "start_date", "end_date", "due_date", "nights", "days", "max_stops",
    "duration_minutes", "hotel_id", "flight_id", "guest_name", "passenger_name", "title", "note", "priority", "room_type",
    "is_public", "is_starred", "has_breakfast", "include_saturdays", "notify", "price", "max_price", "amount", "guest_email",
    "tags", "origin", "destination", "currency", "start_hour", "expires_on", "shared_with", "weight_kg", "stars", "mood",
)  # fmt: skip
GOALS = (
    "Reserve a hotel for some nights", "Get the forecast for a city", "Find flights between two cities on a day",
    "Add a note with a title", "List hotels in a city that are public or private", "Change the price of a hotel",
    "Look up a flight by its id", "Book a flight for a passenger", "Search hotels by city or mood", "Show how warm a city is",
    "Move a hotel to another date", "Rename a note", "Count the days between two dates",
)  # fmt: skip
CHOICES = ("low", "normal", "very_high")
TEXT = st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd", "Zs", "Po"]), max_size=24).map(
    str.strip
)


def schema_of(name: str) -> JsonObject:
    last = humanise(name).split()[-1]
    if name in ("priority", "room_type", "mood", "currency"):
        return {"type": "string", "enum": ["EUR", "USD", "JPY"] if name == "currency" else list(CHOICES)}
    if last == "date" or name == "expires_on":
        return {"type": "string", "format": "date"}
    if name.startswith(("is_", "has_", "include_")) or name == "notify":
        return {"type": "boolean"}
    if last in ("nights", "days", "stops", "minutes", "hour", "stars", "kg"):
        return {"type": "integer"}
    if last in ("price", "amount"):
        return {"type": "number"}
    if name == "tags":
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string", **({"format": "email"} if last == "email" else {})}


def values_of(schema: JsonObject) -> st.SearchStrategy[JsonValue]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(date.isoformat)
    if schema.get("format") == "email":
        return st.sampled_from(["mei@ito.net", "o.vega@example.org"])
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(0, 23)
        case "number":
            return st.decimals(0, 9999, places=2).map(float)
        case "array":
            return st.lists(st.sampled_from(["red", "x, y", "salt and pepper"]), min_size=1, max_size=3)
    return TEXT


@st.composite
def wishes(draw: st.DrawFn) -> tuple[ToolSpec, list[Told]]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    properties = {name: schema_of(name) for name in names}
    tool = ToolSpec(
        name="do_it",
        description=draw(st.sampled_from(GOALS)),
        parameters={"type": "object", "properties": properties},
        effect=draw(st.sampled_from(Effect)),
    )
    told = [
        Told(name, draw(values_of(properties[name]))) for name in names[: draw(st.integers(1, len(names)))]
    ]
    return tool, told


VOICES = st.builds(
    lambda seed, persona, register, difficulty: Voice(
        random.Random(seed), persona=persona, register=register, difficulty=difficulty
    ),
    st.integers(0, 2**32),
    st.sampled_from(Persona),
    st.sampled_from(Register),
    st.integers(1, 5),
)
COMMON = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_told(value: JsonValue, kind: Kind, text: str) -> bool:
    """Whether a reader who knows what kind of value to look for finds just this one."""
    if isinstance(value, bool):
        return True  # shown with its name, below
    if isinstance(value, list):
        return all(is_told(one, kind, text) for one in value)
    if kind is Kind.DAY:
        return (
            value in text
            or any(day.is_same(date.fromisoformat(str(value))) for day in days_in(text))
            or is_dated(text, value)
        )
    if isinstance(value, int | float):
        return value in numbers_in(text) or any(hour == value for hour, _ in clocks_in(text))
    said = WORDS["currencies"].get(value, value)
    return value in text or plain(value) in plain(text) or said in text


def is_dated(text: str, value: JsonValue) -> bool:
    """Whether the message says what day it is, not too far from the date."""
    day = date.fromisoformat(str(value))
    said = [date(found.year, found.month, found.day) for found in days_in(text) if found.year is not None]
    return (
        "oday" in text or "Date:" in text
        if any(abs(day - today) < timedelta(days=21) for today in said)
        else False
    )


@COMMON
@given(wishes(), VOICES)
def test_every_value_is_told_whatever_the_manner(wish: tuple[ToolSpec, list[Told]], voice: Voice) -> None:
    tool, told = wish
    text = message([request(tool, told, voice, may_date=True)], voice, tool)
    kinds = parameters_of(tool)
    for name, value in told:
        assert is_told(value, kinds[name].kind, text), (name, value, text)
    assert voice.today is None


@COMMON
@given(wishes(), VOICES)
def test_a_value_is_named_wherever_another_parameter_could_take_it(
    wish: tuple[ToolSpec, list[Told]], voice: Voice
) -> None:
    tool, told = wish
    text = request(tool, told, voice)
    kinds = parameters_of(tool)
    ends = {"from", "to", "origin", "destination", "start", "end"}
    for name, _ in told:
        parameter = kinds[name]
        rivals = [other for other in kinds.values() if other.kind is parameter.kind and other.name != name]
        is_paired = parameter.words[0] in ends and re.search(r"\b(?:from|between) .+ (?:to|and) ", text)
        if rivals and not is_paired:
            words = set(re.findall(r"[a-z]+", text.lower()))
            telling = set(parameter.words) | set(name.split("_"))
            assert words & telling or parameter.kind is Kind.MONEY, (name, text)


@COMMON
@given(wishes(), VOICES)
def test_truth_values_are_told_with_a_word_of_their_name_and_differ(
    wish: tuple[ToolSpec, list[Told]], voice: Voice
) -> None:
    tool, told = wish
    state = voice.rng.getstate()
    truths = [each for each in told if isinstance(each.value, bool)]
    said = request(tool, told, voice)
    for each in truths:
        label = parameters_of(tool)[each.name].label
        opposite = WORDS["opposites"].get(label, label)
        assert label in said.lower() or opposite in said or each.name in said
        voice.rng.setstate(state)
        swapped = [Told(one.name, not one.value) if one == each else one for one in told]
        assert request(tool, swapped, voice) != said


@COMMON
@given(wishes(), VOICES)
def test_a_phrase_for_a_sentence_is_one_line_and_tells_every_value(
    wish: tuple[ToolSpec, list[Told]], voice: Voice
) -> None:
    tool, told = wish
    text = imperative(tool, told, voice)
    assert "  " not in text.replace("  ", "", sum("  " in str(each.value) for each in told))
    kinds = parameters_of(tool)
    assert all(is_told(each.value, kinds[each.name].kind, text) for each in told)


@given(st.integers(0, 2**32), st.sampled_from(Persona), st.sampled_from(Register))
def test_the_same_seed_says_the_same(seed: int, persona: Persona, register: Register) -> None:
    def say() -> str:
        voice = Voice(random.Random(seed), persona=persona, register=register, difficulty=4)
        return message([request(TOOL, TOLD, voice, may_date=True)], voice, TOOL)

    assert say() == say()


TOOL = ToolSpec(
    name="reserve_hotel",
    description="Reserve a hotel room for some nights",
    effect=Effect.CREATE,
    parameters={
        "type": "object",
        "properties": {
            "hotel_id": {"type": "string"},
            "nights": {"type": "integer"},
            "has_breakfast": {"type": "boolean"},
        },
    },
)
TOLD = [Told("hotel_id", "H-12"), Told("nights", 3), Told("has_breakfast", False)]


def openings(difficulty: int, count: int = 400, told: Sequence[Told] = TOLD) -> list[str]:
    found: list[str] = []
    for seed in range(count):
        rng = random.Random(seed)
        voice = Voice(
            rng, persona=rng.choice(list(Persona)), register=rng.choice(list(Register)), difficulty=difficulty
        )
        found.append(message([request(TOOL, told, voice, may_date=True)], voice, TOOL))
    return found


def test_values_take_the_places_that_a_wish_has_for_them() -> None:
    said = openings(3)
    assert any("for 3 nights without breakfast" in text for text in said)
    assert len(set(said)) > 300


def test_small_talk_and_other_spellings_grow_with_the_difficulty() -> None:
    lengths = [sum(len(text.split()) for text in openings(difficulty)) for difficulty in (1, 3, 5)]
    assert lengths == sorted(lengths)
    in_words = [sum("three" in text for text in openings(difficulty)) for difficulty in (1, 5)]
    assert in_words[0] < 0.2 * 400 < in_words[1]


@pytest.mark.parametrize("persona", list(Persona))
def test_what_is_said_around_a_wish_tells_no_value_and_refuses_nothing(persona: Persona) -> None:
    parts = read("openers")[persona]
    backgrounds = read("backgrounds")
    said = [
        *(
            text.replace("{goal}", "").replace("{want}", "")
            for way in ("imperative", "question")
            for text in parts[way]
        ),
        *parts["after"],
        *parts["greetings"],
        *backgrounds["any"],
        *(text for texts in backgrounds["domains"].values() for text in texts),
    ]
    for text in said:
        assert not days_in(text)
        assert not clocks_in(text)
        assert not numbers_in(text), text
        assert not declines(text), text


def test_an_errand_is_asked_for_in_the_same_manners() -> None:
    said = {ask_for("sing a song", Voice(random.Random(seed), persona=Persona.POLITE)) for seed in range(60)}
    assert len(said) > 6
    assert all("sing a song" in text for text in said)
    assert all(text[-1] in ".?" for text in said)
