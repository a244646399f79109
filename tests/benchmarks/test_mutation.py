import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.mutation import MODULES, Fault, plan_faults, plant
from inftool_env.core.tool import ToolSpec
from inftool_env.grading import equality, reward
from inftool_env.grading.equality import same_value
from inftool_env.grading.reward import RewardConfig


def holds_when_planted(fault: Fault, claim: Callable[[], bool]) -> bool:
    """Whether something holds with the fault planted, in a process that ends with it."""
    child = os.fork()
    if child == 0:
        plant(fault)
        os._exit(0 if claim() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def fault(module: str, what: str) -> Fault:
    (found,) = [one for one in plan_faults(module) if one.what == what]
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_the_grader_has_places_for_faults(module: str) -> None:
    faults = list(plan_faults(module))
    assert len(faults) >= 10
    assert all(one.line and one.what.count("  ->  ") == 1 for one in faults)


def test_a_planted_fault_reaches_those_who_had_imported_the_function() -> None:
    swapped = fault("equality", "one.strip() == other.strip()  ->  one.strip() != other.strip()")
    assert same_value("a ", "a")
    assert holds_when_planted(swapped, lambda: not same_value("a ", "a"))
    assert same_value("a ", "a")


def test_a_fault_can_be_planted_in_a_method_in_a_default_and_in_a_constant() -> None:
    (default,) = [one for one in plan_faults("reward") if one.what == "0.0  ->  1.0" and _is_economy(one)]
    assert holds_when_planted(default, lambda: RewardConfig().economy == 1.0)
    deep = fault("equality", "32  ->  33")
    assert holds_when_planted(deep, lambda: equality._MOST_DEEP == 33)
    tool = ToolSpec(name="f", description="F.", parameters={})
    assert holds_when_planted(deep, lambda: equality.same_argument(tool, "x", 1, 1.0))
    assert reward.OUTCOME.economy == 0.0


def _is_economy(one: Fault) -> bool:
    lines = Path(reward.__file__).read_text(encoding="utf-8").splitlines()
    return "economy" in lines[one.line - 1]
