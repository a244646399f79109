from dataclasses import replace

import pytest

from benchmarks.bfcl.render import render
from inftool_env.core.errors import SpecError
from inftool_env.core.message import ToolCall
from inftool_env.core.verdict import FailureKind

ROME = {"trip.plan": {"city": ["Rome", "Roma"], "days": [3], "grade": ["", "second"]}}


def trip(**arguments: object) -> ToolCall:
    return ToolCall(name="trip_plan", arguments=arguments)


def test_the_answer_has_the_first_right_value_of_everything(make_item) -> None:
    rendering = render(make_item(ROME))
    assert rendering.answer == (trip(city="Rome", days=3, grade="second"),)
    assert rendering.judge(rendering.answer).success
    assert rendering.official_names == {"trip_plan": "trip_plan", "cancel": "cancel"}


def test_any_right_value_in_any_spelling_will_do_and_nothing_else(make_item) -> None:
    judge = render(make_item(ROME)).judge
    assert judge((trip(city="roma", days=3),)).success
    assert judge((trip(city="R.O.M.A", days=3, grade="SECOND"),)).success, "choices too"
    assert judge((trip(city="Milan", days=3),)).failure is FailureKind.WRONG_ARGUMENTS
    assert judge((trip(city="Rome", days=3.0),)).failure is FailureKind.WRONG_ARGUMENTS
    assert judge((trip(city="Rome", days="3"),)).failure is FailureKind.SCHEMA_VIOLATION
    assert judge((trip(city="Rome", days=3, budget=5.0),)).failure is FailureKind.WRONG_ARGUMENTS
    assert judge(()).failure is FailureKind.MISSING_CALL


def test_the_order_of_calls_does_not_matter_but_their_number_does(make_item) -> None:
    rendering = render(make_item(ROME, {"cancel": {"number": [7]}}))
    one, other = rendering.answer
    assert rendering.judge((other, one)).success
    assert not rendering.judge((one,)).success
    assert rendering.judge((one, other, other)).failure is FailureKind.EXTRA_CALL


def test_where_nothing_fits_nothing_may_be_called(make_item) -> None:
    rendering = render(make_item())
    assert rendering.judge(()).success
    call = ToolCall(name="cancel", arguments={"number": 1})
    assert rendering.judge((call,)).failure is FailureKind.CALLED_WHEN_IRRELEVANT
    assert render(make_item(functions=())).judge(()).success


def test_a_right_value_that_the_document_forbids_is_allowed_and_no_other(make_item) -> None:
    rendering = render(make_item({"cancel": {"number": [None]}}))
    assert rendering.judge(rendering.answer).success
    assert (
        rendering.judge((ToolCall(name="cancel", arguments={"number": "x"}),)).failure
        is FailureKind.SCHEMA_VIOLATION
    )


def test_parameters_of_java_are_texts_of_source_code(make_item, function) -> None:
    declared = function("f", ("n",), n={"type": "long"})
    shown = function("f", ("n",), n={"type": "string"})
    item = make_item({"f": {"n": [5]}}, functions=(shown,), declared=(declared,), category="simple_java")
    rendering = render(item)
    assert rendering.answer[0].arguments == {"n": "5L"}
    assert rendering.judge((ToolCall(name="f", arguments={"n": "5l"}),)).success
    assert not rendering.judge((ToolCall(name="f", arguments={"n": "5"}),)).success


def test_a_truth_that_names_no_function_of_the_item_is_refused(make_item) -> None:
    item = make_item({"fly": {}})
    with pytest.raises(SpecError, match="calls 'fly'; expected one of"):
        render(item)
    whole = make_item(ROME)
    broken = {**whole.functions[1], "parameters": {"type": "integer"}}
    with pytest.raises(SpecError, match="made_up_0"):
        render(replace(whole, functions=(whole.functions[0], broken)))


def test_an_item_with_a_parameter_that_gets_another_name_is_refused(make_item, function) -> None:
    with pytest.raises(SpecError, match="'año' has no legal name"):
        render(make_item({"f": {}}, functions=(function("f", año={"type": "integer"}),)))
