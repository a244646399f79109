"""Why the official checker and our grader are of two minds about an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.bfcl.cases import Case
from benchmarks.bfcl.items import MULTI_TURN

UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason, and when it is the one."""

    name: str
    sentence: str
    applies: Callable[[Case, bool], bool]
    """Takes a case of disagreement, and whether the official checker accepts the ground truth of its item."""


def cause_of(case: Case, *, truth_holds: bool) -> str:
    """The name of the first cause that applies; ``UNEXPLAINED`` where none does."""
    return next((cause.name for cause in CAUSES if cause.applies(case, truth_holds)), UNEXPLAINED)


def _in_turns(case: Case) -> bool:
    return case.category in MULTI_TURN


CAUSES = (
    Cause(
        name="unsatisfiable",
        sentence="The official checker rejects the item's own ground truth, so it can accept no answer; we accept it.",
        applies=lambda case, truth_holds: case.ours and not truth_holds,
    ),
    Cause(
        name="source text",
        sentence="Values of Java and JavaScript are source code, in which the official checker searches for a pattern and "
        "drops what stands around it, and compares texts in it loosely; our scenarios list the usual spellings.",
        applies=lambda case, _: case.official and case.category in ("simple_java", "simple_javascript"),
    ),
    Cause(
        name="texts deep inside",
        sentence="The official checker takes texts loosely that are members of an object or items of a list, and exactly where "
        "they stand deeper; we take them loosely at any depth.",
        applies=lambda case, _: case.ours and case.kind == "respelled_text" and not _in_turns(case),
    ),
    Cause(
        name="first come, first served",
        sentence="The official checker pairs calls with the truth in order and never thinks twice, so a call that two "
        "expectations allow can take the other one's place; we look for the largest pairing.",
        applies=lambda case, _: case.ours and case.official_reason.endswith("no_order:cannot_find_match"),
    ),
    Cause(
        name="sets",
        sentence="To us a list named tags, labels or keywords is a set; the official checker compares its order.",
        applies=lambda case, _: case.ours and case.kind == "list_order",
    ),
    Cause(
        name="type of the first item",
        sentence="The official checker lets the items of a list be of the declared type or of that of the truth's first item, "
        "so 5 and 5.0 may both do; our scenario says that they are written as in the truth.",
        applies=lambda case, _: case.official and case.kind == "float_for_int" and not _in_turns(case),
    ),
    Cause(
        name="documents that do not bind",
        sentence="BFCL's simulated APIs run a call that breaks its own document, and the results were the same; our gate of "
        "schemas is closed.",
        applies=lambda case, _: _in_turns(case) and case.official and case.our_reason == "schema_violation",
    ),
    Cause(
        name="nothing changed",
        sentence="A needless call of a tool that changes something in general changed nothing this time: it failed, or did what "
        "was done already. BFCL looks at its world; without one, we go by the tool.",
        applies=lambda case, _: _in_turns(case) and case.official and case.our_reason == "unwanted_change",
    ),
    Cause(
        name="free order",
        sentence="Calls of one turn were made in another order, which came to the same on the simulated API; without a world "
        "we take the truth's order, since most calls of a turn depend on each other (as on the current folder).",
        applies=lambda case, _: _in_turns(case) and case.official and case.our_reason == "wrong_order",
    ),
    Cause(
        name="same results",
        sentence="Another call had the results of the wanted one, because the simulated API ignores the argument, or both "
        "failed alike, or an earlier turn had got the same; BFCL compares results, we compare calls.",
        applies=lambda case, _: _in_turns(case) and case.official,
    ),
    Cause(
        name="hidden changes",
        sentence="A needless call changed the world of a tool whose name does not say so; without a world we go by the name.",
        applies=lambda case, _: (
            _in_turns(case) and case.ours and case.kind in ("extra_call", "duplicated_call")
        ),
    ),
    Cause(
        name="5.0 for 5",
        sentence="The simulated API fails on 5.0 where it takes 5; to JSON Schema and to us both are the same integer.",
        applies=lambda case, _: _in_turns(case) and case.ours and case.kind == "float_for_int",
    ),
    Cause(
        name="defaults that are not",
        sentence="The document names a default, but the simulated API does something else when it is given or left out.",
        applies=lambda case, _: (
            _in_turns(case)
            and case.ours
            and case.kind in ("spelled_default", "missing_optional", "empty_arguments")
        ),
    ),
)
"""In the order in which they are tried."""
