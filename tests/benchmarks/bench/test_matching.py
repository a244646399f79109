import json
from typing import Any

from benchmarks.bench.agents.matching import agent

FIND = {
    "name": "findHotels",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "starRating": {"type": "integer"},
            "order": {"type": "string", "enum": ["price", "distance"]},
        },
        "required": ["city"],
    },
}
CANCEL = {
    "name": "cancel_booking",
    "parameters": {"type": "object", "properties": {"booking_id": {"type": "string"}}},
}
TOOLS = [{"type": "function", "function": function} for function in (FIND, CANCEL)]


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text} for text in texts]


def called(answer: dict[str, Any] | str) -> tuple[str, dict[str, Any]]:
    assert isinstance(answer, dict)
    (call,) = answer["tool_calls"]
    return call["function"]["name"], json.loads(call["function"]["arguments"])


def test_it_calls_the_tool_whose_words_were_said_with_the_values_behind_its_names() -> None:
    answer = agent(said("Find hotels, the city is Oslo, star rating: 4, by distance."), TOOLS)
    assert called(answer) == ("findHotels", {"city": "Oslo", "starRating": 4, "order": "distance"})


def test_it_asks_for_what_is_missing_and_takes_the_answer() -> None:
    assert agent(said("Find me some hotels."), TOOLS) == "What is the city?"
    assert called(agent(said("Find me some hotels.", "The city is Rome."), TOOLS))[1] == {"city": "Rome"}


def test_it_declines_what_no_tool_is_for_and_ends_after_an_answer() -> None:
    assert agent(said("Sing me a song."), TOOLS) == "I have no tool for that."
    assert agent([*said("Find hotels"), {"role": "tool", "content": "{}"}], TOOLS) == "Done."
    assert agent(said("Sing."), []) == "I have no tool for that."
