from io import StringIO

from rich.console import Console

from inftool_env.curriculum.grow import GrownEnvironment
from inftool_env.curriculum.rates import measure_rate
from trainers.commands.show import ProgressDisplay, show_report
from trainers.evaluate import EvaluationReport
from trainers.run_folder import EvolveReport, StageReport


def evaluation_of(successes: int) -> EvaluationReport:
    rate = measure_rate(successes, 20)
    return EvaluationReport(
        policy="p", overall=rate, macro=rate.value, categories={"simple": rate}, failures={}, unscorable=0
    )


def stage_of(name: str, successes: int, *, accepted: bool = True) -> StageReport:
    grown = GrownEnvironment(
        env_id="InfTool/toy-api-simple-v1",
        kwargs={"difficulty": 2},
        category="simple",
        why="simple fails.",
        parent="InfTool/toy-api-practice-v0",
        generation=1,
    )
    return StageReport(
        name=name,
        accepted=accepted,
        why=f"{name} is so.",
        held_out=evaluation_of(successes),
        held_out_tools=None,
        profiles={},
        environments=(grown,) if name.startswith("generation") else (),
        seconds=1.0,
    )


def test_the_tables_tell_success_by_stage_and_what_was_grown_and_why() -> None:
    stages = (stage_of("base", 4), stage_of("sft", 10), stage_of("generation-1", 10, accepted=False))
    shown = StringIO()
    show_report(
        Console(file=shown, width=120), EvolveReport(grounds=(), stages=stages, policy="p", seconds=9.0)
    )
    text = shown.getvalue()
    for part in ("20%", "50%", "generation-1 (not kept)", "InfTool/toy-api-simple-v1", "simple fails."):
        assert part in text
    assert "too few tools" in text


def test_a_bar_moves_to_where_the_work_is() -> None:
    shown = StringIO()
    with ProgressDisplay(Console(file=shown, width=120, force_terminal=True)) as display:
        display("base: probe", 1, 4)
        display("base: probe", 4, 4)
    assert "base: probe" in shown.getvalue()
    assert "4/4" in shown.getvalue()
