import pytest

from benchmarks.bfcl.cases import Case
from benchmarks.bfcl.causes import CAUSES, UNEXPLAINED, cause_of


def case(kind: str, category: str = "parallel", *, ours: bool, **reasons: str) -> Case:
    plain = {"official_reason": "", "our_reason": "none", "our_words": ""}
    return Case(
        category=category,
        item="made_up_0",
        kind=kind,
        answer=[],
        official=not ours,
        ours=ours,
        **(plain | reasons),
    )


WE = {"ours": True}
THEY = {"ours": False}
TALK = "multi_turn_base"
DISAGREEMENTS = {
    "source text": case("padded_text", "simple_java", **THEY),
    "first come, first served": case(
        "reordered_calls", official_reason="parallel_function_checker_no_order:cannot_find_match", **WE
    ),
    "texts deep inside": case("respelled_text", official_reason="value_error:dict_value", **WE),
    "sets": case("list_order", **WE),
    "type of the first item": case("float_for_int", **THEY),
    "documents that do not bind": case("null_value", TALK, our_reason="schema_violation", **THEY),
    "nothing changed": case("extra_call", TALK, our_reason="unwanted_change", **THEY),
    "free order": case("reordered_calls", TALK, our_reason="wrong_order", **THEY),
    "same results": case("changed_text", TALK, our_reason="wrong_arguments", **THEY),
    "hidden changes": case("duplicated_call", TALK, **WE),
    "5.0 for 5": case("float_for_int", TALK, **WE),
    "defaults that are not": case("missing_optional", TALK, **WE),
    UNEXPLAINED: case("changed_text", **WE),
}


@pytest.mark.parametrize("cause", DISAGREEMENTS)
def test_a_disagreement_has_its_cause(cause: str) -> None:
    assert cause_of(DISAGREEMENTS[cause], truth_holds=True) == cause


def test_an_item_whose_truth_fails_explains_what_we_accept_and_nothing_else() -> None:
    assert cause_of(case("changed_text", **WE), truth_holds=False) == "unsatisfiable"
    assert cause_of(case("changed_text", **THEY), truth_holds=False) == UNEXPLAINED


def test_every_cause_is_tried_above() -> None:
    assert {cause.name for cause in CAUSES} == DISAGREEMENTS.keys() - {UNEXPLAINED} | {"unsatisfiable"}
