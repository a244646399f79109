import pytest

from benchmarks.bfcl.corruptions import CORRUPTIONS
from benchmarks.bfcl.places import places, put
from benchmarks.bfcl.render import render
from inftool_env.core.message import ToolCall
from inftool_env.core.seeds import generator

FULL = {
    "trip.plan": {
        "city": ["New York", "NYC"],
        "days": [3],
        "budget": [5.0],
        "stops": [["Rome", "Pisa"]],
        "paid": [True],
        "guest": [{"name": ["Ann"], "age": [30]}],
        "grade": ["second", ""],
    }
}
CALL = {"cancel": {"number": [7]}}
HARMLESS = {
    "reordered_calls", "other_right_value", "respelled_text", "int_for_float", "float_for_int", "missing_optional",
}  # fmt: skip
"""Changes that may leave this answer right."""


def test_there_are_more_than_twenty_kinds_each_with_a_sentence() -> None:
    assert len(CORRUPTIONS) > 20
    assert all(corrupt.__doc__ for corrupt in CORRUPTIONS.values())


@pytest.mark.parametrize("kind", sorted(CORRUPTIONS.keys() - {"spelled_default"}))
def test_a_change_applies_to_an_answer_that_has_everything_and_spoils_it(make_item, kind: str) -> None:
    rendering = render(make_item(FULL, CALL))
    for seed in range(20):
        changed = CORRUPTIONS[kind](rendering.answer, rendering, generator(seed, kind))
        assert changed is not None
        assert repr(changed) != repr(rendering.answer)
        assert kind in HARMLESS or not rendering.judge(changed).success, changed
    assert rendering.answer == render(make_item(FULL, CALL)).answer, "nothing was changed in place"


@pytest.mark.parametrize("kind", ["reordered_calls", "other_right_value", "respelled_text", "int_for_float"])
def test_a_change_of_no_meaning_leaves_an_answer_right(make_item, kind: str) -> None:
    rendering = render(make_item(FULL, CALL))
    for seed in range(20):
        changed = CORRUPTIONS[kind](rendering.answer, rendering, generator(seed, kind))
        assert rendering.judge(changed).success, changed


def test_a_default_is_spelled_out_only_where_it_was_left_out(make_item) -> None:
    spell = CORRUPTIONS["spelled_default"]
    rendering = render(make_item({"trip.plan": {"city": ["Rome"], "days": [3]}}))
    changed = spell(rendering.answer, rendering, generator(0))
    assert changed[0].arguments["grade"] == "second"
    full = render(make_item(FULL))
    assert spell(full.answer, full, generator(0)) is None


@pytest.mark.parametrize("kind", sorted(CORRUPTIONS.keys() - {"extra_call"}))
def test_an_answer_without_calls_cannot_be_changed_but_by_a_call(make_item, kind: str) -> None:
    rendering = render(make_item())
    assert CORRUPTIONS[kind]((), rendering, generator(0)) is None


def test_the_same_seed_makes_the_same_change(make_item) -> None:
    rendering = render(make_item(FULL, CALL))
    for kind, corrupt in CORRUPTIONS.items():
        once, again = (corrupt(rendering.answer, rendering, generator(1, kind)) for _ in range(2))
        assert repr(once) == repr(again)


def test_every_value_can_be_put_back_where_it_stood() -> None:
    answer = (ToolCall(name="f", arguments={"a": [{"b": 1}, 2]}), ToolCall(name="g", arguments={"c": {}}))
    assert [place.value for place in places(answer)] == [[{"b": 1}, 2], {"b": 1}, 1, 2, {}]
    for place in places(answer):
        assert put(answer, place, place.value) == answer
        assert put(answer, place, "new") != answer
