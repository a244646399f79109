import pytest

from inftool_env.world.state import RowChange, WorldState


def make_state() -> WorldState:
    tables = {"pet": [{"id": 1, "name": "Rex"}, {"id": 2, "name": "Ida"}], "toy": [{"id": 9}]}
    return WorldState(lambda name: tables[name], {"pet": "id", "toy": "id"})


def test_reading_changes_no_digest():
    untouched, read = make_state(), make_state()
    assert read.rows("pet")
    assert read.get("toy", 9) == {"id": 9}
    assert read.digest() == untouched.digest()


def test_only_touched_tables_are_made():
    state = make_state()
    assert state.tables == {}
    state.rows("toy")
    assert list(state.tables) == ["toy"]


def test_changes_in_any_order_give_one_digest():
    one, other = make_state(), make_state()
    one.put("pet", {"id": 3, "name": "Bo"})
    one.remove("toy", 9)
    other.remove("toy", 9)
    other.put("pet", {"id": 3, "name": "Bo"})
    assert one.digest() == other.digest() != make_state().digest()


def test_a_change_taken_back_leaves_no_trace():
    state = make_state()
    state.put("pet", {"id": 1, "name": "Max"})
    state.put("pet", {"id": 1, "name": "Rex"})
    state.put("pet", {"id": 4, "name": "Eve"})
    state.remove("pet", 4)
    assert state.digest() == make_state().digest()


def test_diff_tells_added_changed_and_removed_rows():
    state = make_state()
    state.put("pet", {"id": 1, "name": "Max"})
    before = state.snapshot()
    state.put("pet", {"id": 1, "name": "Moritz"})
    state.remove("pet", 2)
    state.put("pet", {"id": 3, "name": "Bo"})
    assert WorldState.diff(before, state.snapshot()) == (
        RowChange(table="pet", key="1", before={"id": 1, "name": "Max"}, after={"id": 1, "name": "Moritz"}),
        RowChange(table="pet", key="2", before={"id": 2, "name": "Ida"}, after=None),
        RowChange(table="pet", key="3", before=None, after={"id": 3, "name": "Bo"}),
    )
    assert WorldState.diff(before, before) == ()


def test_a_key_is_found_as_number_and_as_text():
    assert make_state().get("pet", "2") == make_state().get("pet", 2)


def test_removing_what_is_not_there_is_our_mistake():
    with pytest.raises(KeyError):
        make_state().remove("pet", 7)
