"""Reports of what was called: a conversation is written down in a few words, and told again."""

import json
import random
from typing import Any

import pytest

from agents.datasets.closing import MOST_SAID, closing
from inftool_env.core.fault import Fault, FaultKind
from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario, Split
from inftool_env.users.scripted import asks

TOOLS = {
    "list_pets": "List the pets of a shop",
    "get_pet": "Get a pet by its id",
    "add_pet": "Add a pet to the shop",
    "delete_pet": "Delete a pet",
    "groom": "",
    "get_price": "Open the price list of a pet",
    "set_alarm": "Arm or pause the alarm",
}


class Quiet(random.Random):
    """Always chooses the first, and is never in the mood for more."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randint(self, a: int, b: int) -> int:
        return a

    def random(self) -> float:
        return 0.99


def call(name: str, /, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def report(*talk: Any, faults: tuple[Fault, ...] = (), extra: tuple[ToolCall, ...] = ()) -> str:
    """The report after a talk: texts are the assistant's, lists are its calls, the rest are the answers to them.

    Every call is wished for, but those in ``extra``.
    """
    messages: list[Message] = [user_message("Please.")]
    made: list[ToolCall] = []
    answered = 0
    for part in talk:
        if isinstance(part, list):
            numbered = [
                ToolCall(name=one.name, arguments=one.arguments, id=f"call_{len(made) + at}")
                for at, one in enumerate(part)
            ]
            made += numbered
            messages.append(assistant_message("", tuple(numbered)))
        elif isinstance(part, str):
            messages += [assistant_message(part), user_message("Go on.")]
        else:
            one = made[answered]
            messages.append(
                tool_message(ToolResult(call_id=one.id, name=one.name, content=json.dumps(part["answer"])))
            )
            answered += 1
    skipped = [(one.name, one.arguments) for one in extra]
    wished = [one for one in made if (one.name, one.arguments) not in skipped]
    checks = tuple(
        Check(kind=CheckKind.CALLED, call=ExpectedCall(name=one.name, arguments=one.arguments))
        for one in wished
    )
    scenario = Scenario(
        id="pets/1", toolset="pets", category="simple", difficulty=1, split=Split.TRAIN, world_seed=0,
        tools=tuple(TOOLS), goal="", opening="", facts=(), solution=(), checks=checks, max_turns=9, faults=faults,
    )  # fmt: skip
    tools = tuple(
        {
            "type": "function",
            "function": {"name": name, "description": words, "parameters": {"type": "object"}},
        }
        for name, words in TOOLS.items()
    )
    return closing(scenario, {"messages": tuple(messages), "tools": tools}, Quiet())


def answer(data: Any) -> dict[str, Any]:
    return {"answer": data}


def test_a_look_tells_what_was_found() -> None:
    pets = [{"id": 12, "name": "Bella"}, {"id": 7, "name": "Rex"}]
    assert report([call("list_pets")], answer(pets)) == "I found 2 pets: Bella (id 12) and Rex (id 7)."
    assert report([call("list_pets")], answer([])) == "I found no pets."
    assert report([call("get_pet", id=12)], answer({"id": 12, "name": "Bella", "age": 3})) == (
        "The name is Bella and the age is 3."
    )


def test_a_change_tells_what_was_done_with_what_and_the_key_of_what_is_new() -> None:
    assert report([call("add_pet", name="Bella")], answer({"id": 12, "name": "Bella"})) == (
        "I have added a pet to the shop (name Bella); the new one has id 12."
    )
    assert report([call("delete_pet", pet_id=12)], answer({"id": 12, "deleted": True})) == (
        "I have deleted the pet (pet id 12)."
    )
    assert report([call("groom", pet_id=12)], answer(None)) == "I have used 'groom' (pet id 12)."


def test_what_the_name_calls_a_look_is_one_whatever_the_description_says() -> None:
    assert report([call("get_price", pet_id=1)], answer({"price": 3})) == "The price is 3."


def test_two_verbs_are_both_put_into_the_past() -> None:
    assert report([call("set_alarm", is_on=True)], answer({})) == (
        "I have armed or paused the alarm (is on: yes)."
    )


def test_an_answer_that_denies_the_change_is_passed_on() -> None:
    assert report([call("delete_pet", pet_id=12)], answer({"deleted": False})) == (
        "I have deleted the pet (pet id 12), but the answer says that it is not deleted."
    )


def test_calls_of_one_tool_are_told_together() -> None:
    told = report(
        [call("delete_pet", pet_id=1), call("delete_pet", pet_id=2)], answer({}), answer({"deleted": False})
    )
    assert (
        told == "I have deleted the pet 2 times: pet id 1; pet id 2 (the answer says that it is not deleted)."
    )
    looks = report([call("get_pet", id=1), call("get_pet", id=2)], answer({"age": 3}), answer({"age": 4}))
    assert looks == "For id 1, the age is 3. For id 2, the age is 4."


def test_only_what_was_called_since_the_last_report_is_told() -> None:
    first = ([call("get_pet", id=1)], answer({"age": 3}))
    assert report(*first, "It is 3.", [call("get_pet", id=2)], answer({"age": 4})) == "The age is 4."
    assert report(*first, "Which one next?", [call("delete_pet", pet_id=2)], answer({})) == (
        "For id 1, the age is 3. I have deleted the pet (pet id 2)."
    )


def test_calls_that_nobody_wished_for_are_passed_over() -> None:
    look = call("list_pets")
    told = report([look], answer([{"id": 1}]), [call("delete_pet", pet_id=1)], answer({}), extra=(look,))
    assert told == "I have deleted the pet (pet id 1)."
    assert report([look], answer([]), extra=(look,)) == ""
    assert report() == ""


def test_a_call_made_again_is_told_once_with_its_answer() -> None:
    busy = Fault(kind=FaultKind.RATE_LIMIT, tool="get_pet")
    pet = [call("get_pet", id=1)]
    told = report(pet, answer({"error": {"message": "busy"}}), pet, answer({"age": 3}), faults=(busy,))
    assert told == "The age is 3."


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            Fault(kind=FaultKind.TIMEOUT, tool="add_pet", took_effect=True),
            "The server did not answer in time, so I looked afterwards, and it had worked.",
        ),
        (
            Fault(kind=FaultKind.PARTIAL_BATCH, tool="add_pet", field="names", kept=1),
            "Only 1 of 3 went through at first, so I sent the rest again.",
        ),
        (
            Fault(kind=FaultKind.PARTIAL_BATCH, tool="add_pet"),
            "Not all of it went through at first, so I repeated what was left.",
        ),
    ],
)
def test_what_was_lost_on_the_way_is_always_owned_up_to(fault: Fault, told: str) -> None:
    said = report(
        [call("add_pet", names=["a", "b", "c"])], answer({"error": "lost", "id": 9}), faults=(fault,)
    )
    assert said == f"I have added a pet to the shop (names a, b and c). {told}"


def test_a_question_among_the_values_never_becomes_one_of_the_assistant() -> None:
    told = report([call("list_pets")], answer([{"name": "Who?", "note": "please tell me", "id": 3}]))
    assert told == "I found 1 pet: id 3."
    assert not asks(told)


def test_however_much_was_called_the_report_is_short() -> None:
    many = [call("add_pet", name=f"{'x' * 50}{at}", kind="y" * 60) for at in range(30)]
    told = report(many, *(answer({"id": at}) for at in range(30)))
    assert told.endswith("; and 25 more.")
    assert len(told) <= MOST_SAID
    looks = [call("get_pet", id="z" * 59 + str(at % 10)) for at in range(8)]
    assert len(report(looks, *(answer({"name": "n" * 60, "note": "m" * 60}) for _ in looks))) <= MOST_SAID
