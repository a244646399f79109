import pytest

from inftool_env.core.scenario import Split
from inftool_env.world.clock import stamp
from inftool_env.world.wall import split_of

TIME = {"type": "string", "format": "date-time"}


@pytest.mark.parametrize("split", list(Split))
@pytest.mark.parametrize("schema", [TIME, {"type": "string", "format": "date"}, {"type": "integer"}])
def test_a_clock_never_goes_back_and_shows_its_side_of_the_wall(schema, split):
    shown = [stamp(schema, 3, ticks, split) for ticks in range(200)]
    assert shown == sorted(shown)
    assert {split_of(each) for each in shown} == {split}
    assert schema.get("format") == "date" or len(set(shown)) == 200


def test_a_clock_is_spelled_as_its_column_asks():
    assert stamp(TIME, 0, 0, Split.TRAIN)[:3] == "203"
    assert stamp(TIME, 0, 0, Split.TRAIN)[-1] == "Z"
    assert len(stamp({"type": "string", "format": "date"}, 0, 0, Split.TRAIN)) == 10
    assert stamp({"type": "integer"}, 0, 0, Split.TRAIN) > 1_900_000_000


def test_worlds_of_other_seeds_live_at_other_times():
    assert len({stamp(TIME, seed, 0, Split.TRAIN) for seed in range(20)}) == 20
