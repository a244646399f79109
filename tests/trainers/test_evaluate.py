from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.scenario import Split
from trainers.evaluate import EvaluationReport, evaluate, held_out_requests

CATEGORIES = ("simple", "parallel")
REQUESTS = held_out_requests(["InfTool/trips-api-v0"], CATEGORIES, 5, seed=0)


def test_the_reference_solver_succeeds_everywhere() -> None:
    report = evaluate(OraclePolicy(), REQUESTS)
    assert {name: rate.tries for name, rate in report.categories.items()} == {"parallel": 5, "simple": 5}
    assert report.macro == report.overall.value == 1.0
    assert report.failures == {}
    assert report.policy == "oracle"


def test_failures_are_counted_by_category_and_kind() -> None:
    report = evaluate(RandomPolicy(0), REQUESTS)
    for category, rate in report.categories.items():
        assert sum(report.failures.get(category, {}).values()) == rate.tries - rate.successes
    assert report.overall.value < 0.5


def test_a_report_survives_its_json() -> None:
    report = evaluate(RandomPolicy(0), REQUESTS)
    assert from_json(to_json(report), EvaluationReport) == report


def test_progress_ends_with_all_episodes() -> None:
    seen: list[tuple[int, int]] = []
    evaluate(
        OraclePolicy(), REQUESTS, num_slots=4, on_progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (10, 10)


def test_held_out_requests_are_the_same_for_every_policy_and_on_the_evaluation_side() -> None:
    assert held_out_requests(["InfTool/trips-api-v0"], CATEGORIES, 5, seed=0) == REQUESTS
    assert {request.split for request in REQUESTS} == {Split.EVAL}
    assert len({request.seed for request in REQUESTS}) == len(REQUESTS) == 10
