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


def test_a_change_names_its_columns():
    state = make_state()
    state.put("pet", {"id": 1, "name": "Max", "age": None})
    (change,) = state.diff(make_state().snapshot(), state.snapshot())
    assert change.columns == ("age", "name")


def test_restoring_takes_back_rows_order_places_and_clock():
    state = make_state()
    state.remove("pet", 1)
    state.put("pet", {"id": 1, "name": "Rex"})  # as before, but now the last
    state.ticks = 3
    moment, rows, placed = state.snapshot(), state.rows("pet"), state.placed_rows("pet")
    state.put("pet", {"id": 7, "name": "Bo"})
    state.remove("pet", 2)
    state.remove("toy", 9)
    state.ticks = 9
    state.restore(moment)
    assert (state.snapshot(), state.rows("pet"), state.ticks) == (moment, rows, 3)
    assert (
        state.placed_rows("pet") == placed == [(1, {"id": 2, "name": "Ida"}), (2, {"id": 1, "name": "Rex"})]
    )
    other = make_state()
    other.restore(moment)
    assert (other.snapshot(), other.rows("pet")) == (moment, rows)


def test_a_place_is_never_given_twice():
    state = make_state()
    state.put("toy", {"id": 10})
    state.remove("toy", 10)
    state.put("toy", {"id": 11})
    assert state.placed_rows("toy") == [(0, {"id": 9}), (2, {"id": 11})]


def test_digests_leave_out_when_things_were_done():
    def tables(name):
        return [{"id": 1, "name": "Rex", "updated_at": "2031-01-01"}]

    state = WorldState(tables, {"pet": "id"}, {"pet": frozenset({"updated_at"})})
    untouched = state.digest()
    state.put("pet", {"id": 1, "name": "Rex", "updated_at": "2031-01-02"})
    assert state.digest() == untouched
    assert [change.columns for change in state.snapshot().changes.values()] == [("updated_at",)]
    state.put("pet", {"id": 1, "name": "Max", "updated_at": "2031-01-02"})
    assert state.digest() != untouched
