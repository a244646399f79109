from inftool_env.grading.differences import MOST_LINES, spell_differences
from inftool_env.world.state import RowChange


def change(before: dict | None, after: dict | None) -> RowChange:
    return RowChange(table="order", key="a7", before=before, after=after)


def test_rows_and_values_that_differ_are_named_with_what_should_be_there() -> None:
    changes = [
        change(None, {"id": "a7"}),
        change({"id": "a7"}, None),
        change({"id": "a7", "paid": True, "size": "m"}, {"id": "a7", "paid": 1.5, "note": None}),
    ]
    assert spell_differences(changes) == (
        "order a7 is there, but should not be",
        "order a7 is missing",
        "order a7: note is null, expected absent",
        "order a7: paid is 1.5, expected true",
        'order a7: size is absent, expected "m"',
    )


def test_many_differences_are_counted_rather_than_told() -> None:
    changes = [change(None, {})] * MOST_LINES
    assert len(spell_differences(changes)) == MOST_LINES
    assert spell_differences(changes * 2)[MOST_LINES:] == (f"and {MOST_LINES} more",)
    assert spell_differences([]) == ()


def test_long_values_stay_short() -> None:
    (line,) = spell_differences([change({"x": "y" * 10_000}, {"x": "z" * 10_000})])
    assert len(line) < 300
