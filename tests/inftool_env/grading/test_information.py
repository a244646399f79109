"""Where values come from: what a person would call known, and what they would call made up."""

from collections.abc import Callable
from typing import Any

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Fact, FollowUp
from inftool_env.core.verdict import GateKind, Verdict

Judge = Callable[..., Verdict]


def find(**arguments: Any) -> ToolCall:
    return ToolCall(name="find", arguments=arguments)


def is_known(judge: Judge, value: object, *talk: Any, parameter: str = "name", **record: Any) -> bool:
    """Whether the value may be used after what was said."""
    verdict = judge([], [*talk, [find(**{parameter: value})]], **record)
    (gate,) = [gate for gate in verdict.gates if gate.kind is GateKind.INFORMATION]
    assert gate.is_open == (not gate.why)
    return gate.is_open


KNOWN = [
    ("Rome", "Weather in Rome, please"),
    ("rome", "Weather in ROME?"),
    (" Rome ", "Weather in Rome."),
    ("New York", "I go to New-York tomorrow"),
    ("ord_12F", "cancel ord_12f now"),
    ("ann@x.org", "write to Ann@X.org."),
    ("+49301234567", "call +49 30 123-4567"),
    ("the red car", "a car, and a red one"),
    ("Rome and Oslo", "Oslo, then Rome"),
    ("2026-11-24", "on 2026-11-24"),
    ("2026-02-30", "on 2026-02-30"),
    ("25:99", "at 25:99"),
    ("2026-11-24", "on Nov 24, 2026"),
    ("2026-11-24", "on the 24th of November"),
    ("2026-11-24", "on 24/11/2026"),
    ("2026-11-24", "on 11/24/2026"),
    ("2026-11-24", "24 Nov"),
    ("2026-11-24", "next Friday"),
    ("2026-11-24", "tomorrow"),
    ("2026-11-24T14:30:00Z", "on November 24 at 2:30 pm"),
    ("2026-11-24T09:00:00+02:00", "24.11.2026, 9 a.m."),
    ("2026-11-24T00:00:00", "on November 24"),
    ("2026-11-24T23:59:00", "on November 24"),
    ("2026-11-24T12:00", "at noon on November 24"),
    ("14:30", "at 2:30pm"),
    ("09:05:00", "at 9:05"),
    ("00:00", "at midnight"),
    (5, "five of them"),
    (5.0, "5 of them"),
    ("5", "five of them"),
    (25, "twenty-five"),
    (205, "two hundred and five"),
    (1200, "one thousand two hundred"),
    (2000000, "two million"),
    (1200, "1,200 pieces"),
    (1200, "1.2k pieces"),
    (3000000, "3 million"),
    (12, "a dozen"),
    (24, "2 dozen"),
    (3, "the third one"),
    (2, "twice"),
    (-5, "minus 5 degrees"),
    (-5, "-5 degrees"),
    (0.15, "15 % off"),
    (1250, "it costs $12.50"),
    (1250, "12.5 euros"),
    (7200, "for 2 hours"),
    (90, "for 1.5 hours"),
    ("7200", "for 2 hours"),
    ("7200.0", "for 2 hours"),
    (3000, "3 km away"),
    (14, "two weeks"),
    (48, "2 days"),
    (120, "2 hours"),
    (120, "2 minutes"),
    (2000, "2 seconds"),
    (2000, "2 kilometres"),
    (2000, "2 kg of it"),
    (2000, "2 kilos"),
    (200, "2 dollars"),
    (200, "2 pounds"),
    (200, "2€"),
    (200, "£2"),
    ("12345", "12-345"),
    ("12-345", "12345"),
    (8236, "it is number loc_8236"),
    ("us", "in the USA"),
    ("fra", "in France"),
    ("", "anything"),
    ("*", "anything"),
    (True, "anything"),
    (None, "anything"),
    ([], "anything"),
    ({"a": ["Rome", 5]}, "five in Rome"),
    ("Dear Ann, your order 12 is on its way.", "tell ann about order 12"),
]
INVENTED = [
    ("Oslo", "Weather in Rome, please"),
    ("Rome", "Weather in Romeo"),
    ("om", "Weather in Rome"),
    ("ord_13F", "cancel ord_12f now"),
    ("ann@y.org", "write to ann@x.org"),
    ("+49301234568", "call +49 30 123-4567"),
    ("2026-11-25", "on Nov 24, 2026"),
    ("2027-11-24", "on Nov 24, 2026"),
    ("2026-12-24", "on 24/11/2026"),
    ("2026-02-30", "on February 30"),
    ("2026-11-24", "some day"),
    ("2026-11-24T14:31:00Z", "on November 24 at 2:30 pm"),
    ("2026-11-24T02:30:00Z", "on November 24 at 2:30 pm"),
    ("2026-11-24T14:00:00Z", "on November 24"),
    ("14:31", "at 2:30pm"),
    (6, "five of them"),
    ("6", "five of them"),
    (26, "twenty-five"),
    (7, "a few"),
    ("1234", "12-34"),
    (2000, "2 of them"),
    (48, "2 kg of it"),
    ("1.5 apples of Rome", "1 or 5 apples, Oslo"),
    (1201, "1,200 pieces"),
    (1200, "5 of 200, 1 thing"),
    (1250, "it costs 12.50"),
    (7200, "2 of them"),
    (0.15, "15 off"),
    (10**400, "a lot: 5 dollars"),
    ("nan", "5"),
    ("inf", "5"),
    ("fr", "in Oslo"),
    ("fren", "in French"),
    ("break", '"line\\nbreak"'),
    ("2026-11-24T23:58:00", "on November 24"),
    ("f", "in French"),
    ("fr ca", "in French Canada"),
    ("²", "2"),
    ({"a": ["Rome", 6]}, "five in Rome"),
    ("Dear Bob, your order is on its way.", "tell ann about order 12"),
    ("The order, number 13, is on its way.", "tell ann about order 12"),
]


@pytest.mark.parametrize(("value", "said"), KNOWN, ids=map(repr, KNOWN))
def test_what_the_user_said_in_any_usual_spelling_is_known(judge: Judge, value: object, said: str) -> None:
    assert is_known(judge, value, said)


@pytest.mark.parametrize(("value", "said"), INVENTED, ids=map(repr, INVENTED))
def test_what_the_user_did_not_say_is_invented(judge: Judge, value: object, said: str) -> None:
    assert not is_known(judge, value, said)


def test_what_a_tool_returned_is_known_afterwards_and_not_before(judge: Judge) -> None:
    answer = {"rows": [{"id": "q-77", "note": "line\nbreak", "price": 3.5}], "total": 1}
    for value in ("q-77", "break", 3.5, "3.5", "total"):
        assert is_known(judge, value, "Rome", [find(name="Rome")], answer)
        assert not is_known(judge, value, "Rome")
    same_message = judge([], ["Rome", [find(name="Rome"), find(name="q-77")], answer, {}])
    assert not same_message.gates_open


def test_which_part_of_a_list_is_read_is_for_the_assistant_to_choose_and_no_change_is(judge: Judge) -> None:
    assert is_known(judge, 3, "Rome", parameter="page")
    assert is_known(judge, 30, "Rome", parameter="offset")
    assert not is_known(judge, 3, "Rome", parameter="number")
    change = ToolCall(name="cancel", arguments={"page": 3})
    assert not judge([], ["Rome", [change]]).gates[-1].is_open


def test_a_number_is_not_known_from_the_first_digits_of_another(judge: Judge) -> None:
    assert is_known(judge, 57, "Rome", [find(name="Rome")], {"n": 57, "m": 1})
    assert is_known(judge, 57, "Rome", [find(name="Rome")], {"n": 57})
    assert not is_known(judge, 5, "Rome", [find(name="Rome")], {"n": 57})


@pytest.mark.parametrize(
    "answer", ["found q-77", "[" * 5000, '{"broken": q-77'], ids=["text", "nested", "broken"]
)
def test_an_answer_that_is_no_json_is_read_as_text(judge: Judge, answer: str) -> None:
    known = is_known(judge, "q-77", "Rome", [find(name="Rome")], (answer,))
    assert known == ("q-77" in answer)


def test_relative_dates_in_an_answer_do_not_make_every_date_known(judge: Judge) -> None:
    assert not is_known(judge, "2026-11-24", "Rome", [find(name="Rome")], {"note": "updated today, $5"})


def test_what_the_assistant_said_itself_is_no_source(judge: Judge) -> None:
    assert not is_known(judge, "Oslo", "Where?", ">It is Oslo.", "Thanks")
    assert is_known(judge, "Oslo", "Where?", ">Is it Rome?", "No, Oslo")


def test_a_told_fact_is_known_however_the_opening_words_it(judge: Judge) -> None:
    told = Fact(name="day", phrase="day", value=["Zork", {"n": 77}], told=True, reveal="")
    hidden = Fact(name="town", phrase="town", value="Mork", told=False, reveal="")
    for value in (["zork "], {"k": 77.0}):
        assert is_known(judge, value, "Hello", facts=(told, hidden))
    assert not is_known(judge, "Mork", "Hello", facts=(told, hidden))
    late = {"asked": {"town"}, "asked_at": {"town": 1}}
    assert not is_known(judge, "Mork", "Hello", facts=(told, hidden), **late)
    assert is_known(judge, "Mork", "Rome", [find(name="Rome")], {}, facts=(told, hidden), **late)
    assert is_known(judge, "Mork", "Hello", facts=(told, hidden), asked={"town"})
    assert not is_known(
        judge, 1, "Hello", facts=(Fact(name="b", phrase="b", value=True, told=True, reveal=""),)
    )


def test_what_a_follow_up_tells_is_known_once_it_is_said_or_asked_for(judge: Judge) -> None:
    told = Fact(name="day", phrase="day", value="Zork", told=True, reveal="")
    hidden = Fact(name="town", phrase="town", value="Mork", told=False, reveal="")
    more = (FollowUp(name="more", text="And more.", facts=(told, hidden)),)
    for value, said in (("Zork", "more"), ("Mork", "town")):
        assert is_known(judge, value, "Hello", follow_ups=more, asked={said})
        for other in {"more", "town", "day"} - {said}:
            assert not is_known(judge, value, "Hello", follow_ups=more, asked={other})


def test_choices_constants_and_defaults_are_known_and_examples_are_not(judge: Judge) -> None:
    for known, arguments in (
        (True, {"day": "never"}),
        (True, {"size": "M"}),
        (True, {"count": 1}),
        (False, {"id": "a1"}),
        (False, {"id": "a2"}),
    ):
        verdict = judge([], ["Hello", [ToolCall(name="order", arguments=arguments)]])
        assert verdict.gates[-1].is_open == known, arguments


def test_a_call_of_an_unknown_tool_invents_nothing_and_without_messages_nothing_is_known_to_be(
    judge: Judge,
) -> None:
    assert judge([], ["Hi", [ToolCall(name="fly", arguments={"to": "Mars"})]]).gates[-1].is_open
    assert judge([], ["Hi", [find(name="Mars")]], messages=()).gates[-1].is_open


def test_the_reason_names_the_call_the_parameter_and_the_value(judge: Judge) -> None:
    verdict = judge([], ["Hi", [find(name="hi"), find(name="Mars")]])
    assert verdict.gates[-1].why == 'find.name was given "Mars", which neither user nor tool had told.'


def test_a_long_answer_is_read_as_text_and_in_a_moment(judge: Judge) -> None:
    many = {"rows": [f"r{number}" for number in range(11_000)]}
    assert is_known(judge, "r10999", "Rome", [find(name="Rome")], many)
    # As text, and not as JSON: what stands behind an escape runs into it.
    noted = {**many, "note": "line\nbreak"}
    assert not is_known(judge, "break", "Rome", [find(name="Rome")], noted)
