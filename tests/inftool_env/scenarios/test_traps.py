from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import SolutionTurn
from inftool_env.scenarios.traps import at_once, unfinished

ONE, TWO, THREE = (ToolCall(name=name, arguments={}) for name in ("one", "two", "three"))


def test_traps_make_all_calls_at_once_or_leave_out_the_last() -> None:
    end = SolutionTurn(content="Done.")
    solution = (SolutionTurn(calls=(ONE,)), SolutionTurn(calls=(TWO, THREE)), end)
    assert at_once(solution) == (SolutionTurn(calls=(ONE, TWO, THREE)), end)
    assert unfinished(solution) == (SolutionTurn(calls=(ONE,)), SolutionTurn(calls=(TWO,)), end)
    assert unfinished((SolutionTurn(calls=(ONE,)), end)) == (end,)
