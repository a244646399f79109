from agents.sampling import SamplingConfig
from benchmarks.speed.rollout import GROUP, measure, requests, works


def test_half_of_the_scenarios_come_in_groups() -> None:
    asked = requests(20)
    assert [asked.count(one) for one in dict.fromkeys(asked)] == [1, GROUP, 1, GROUP, 1, 1]


def test_every_side_writes_the_same_kind_of_turns_and_is_measured_on_every_repeat() -> None:
    found = works(4, SamplingConfig(max_new_tokens=6, seed=1))
    assert {work: list(sides) for work, sides in found.items()} == {
        "turns": ["kv", "hf", "generate"],
        "episodes": ["kv", "hf"],
    }
    written = {side: run() for side, run in found["turns"].items()}
    assert written["kv"] == written["hf"] <= 24
    assert 0 < written["generate"] <= 24


def test_one_round_warms_up_and_is_not_counted() -> None:
    calls: list[str] = []

    def work() -> int:
        calls.append("done")
        return 1000 * (len(calls) > 1)

    (speed,) = measure({"ours": work}, "turns", 3)
    assert len(calls) == 4
    assert speed.tokens_per_s > 1000
