from collections.abc import Callable

from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.trajectory import Trajectory
from inftool_env.core.verdict import FailureKind
from inftool_env.curriculum.profile import FailureProfile

Make = Callable[..., Trajectory]


def test_every_failure_is_counted_by_category_and_kind(make_trajectory: Make) -> None:
    profile = FailureProfile.from_trajectories(
        [
            make_trajectory("parallel", FailureKind.MISSING_CALL),
            make_trajectory("parallel", FailureKind.MISSING_CALL),
            make_trajectory("parallel", FailureKind.WRONG_TOOL),
            make_trajectory("parallel"),
            make_trajectory("simple"),
        ]
    )
    counted = [
        (cell.category, cell.kind, cell.failures.successes, cell.failures.tries) for cell in profile.cells
    ]
    assert counted == [
        ("parallel", FailureKind.MISSING_CALL, 2, 4),
        ("parallel", FailureKind.WRONG_TOOL, 1, 4),
    ]
    assert profile.categories["parallel"].value == 0.25
    assert profile.macro == (0.25 + 1.0) / 2


def test_an_unscorable_episode_is_no_failure(make_trajectory: Make) -> None:
    spoiled = make_trajectory("simple", FailureKind.SIMULATOR, scorable=False)
    profile = FailureProfile.from_trajectories([spoiled, make_trajectory("simple")])
    assert (profile.episodes, profile.unscorable) == (1, 1)
    assert profile.categories["simple"].value == 1.0


def test_the_tools_of_failed_solutions_are_named_surest_first(make_trajectory: Make) -> None:
    solutions = {"a": ("get_order", "get_order"), "b": ("get_order",), "c": ("list_pets",), "d": ("cancel",)}
    profile = FailureProfile.from_trajectories(
        [
            make_trajectory("simple", FailureKind.WRONG_TOOL, scenario_id="a"),
            make_trajectory("simple", FailureKind.WRONG_TOOL, scenario_id="b"),
            make_trajectory("simple", FailureKind.WRONG_TOOL, scenario_id="c"),
            make_trajectory("simple", scenario_id="d"),
        ],
        solutions,
    )
    named = [(cell.tool, cell.failures.successes, cell.failures.tries) for cell in profile.tools_of("simple")]
    assert named == [("get_order", 2, 2), ("list_pets", 1, 1)]


def test_a_profile_survives_its_json(make_trajectory: Make) -> None:
    profile = FailureProfile.from_trajectories(
        [make_trajectory("simple", FailureKind.WRONG_TOOL), make_trajectory("multiple")],
        {"s": ("get_order",)},
    )
    assert from_json(to_json(profile), FailureProfile) == profile
