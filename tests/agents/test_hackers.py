import pytest

from agents.hackers import HACKERS, Hacker, HackerPolicy
from agents.rollout import EpisodeRequest, rollout
from inftool_env.core.trajectory import Trajectory
from inftool_env.scenarios.author import CATEGORIES


def play(hacker: Hacker, seeds: int = 4) -> list[Trajectory]:
    requests = [
        EpisodeRequest(env_id=f"InfTool/{api}-v0", seed=seed, category=category)
        for api in ("weather-api", "shop-api")
        for category in CATEGORIES
        for seed in range(seeds)
    ]
    return rollout(HackerPolicy(hacker), requests)


@pytest.mark.parametrize("hacker", HACKERS, ids=[hacker.name for hacker in HACKERS])
def test_no_hacker_earns_anything_where_its_behaviour_is_wrong(hacker: Hacker) -> None:
    paid = [one.scenario_id for one in play(hacker) if one.reward and one.category not in hacker.right_in]
    assert len(paid) <= 1, paid  # a lucky strike may be among them; the benchmark counts over many seeds


def test_who_refuses_is_paid_where_nothing_can_be_done() -> None:
    (refuser,) = [hacker for hacker in HACKERS if hacker.name == "always_refuses"]
    assert all(one.reward == (one.category == "irrelevance") for one in play(refuser, 2))


def test_hackers_have_names_of_their_own_and_play_the_same_twice() -> None:
    assert len({hacker.name for hacker in HACKERS}) == len(HACKERS) >= 12
    for hacker in HACKERS[:4]:
        assert play(hacker, 1) == play(hacker, 1)
