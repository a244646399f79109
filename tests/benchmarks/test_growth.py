from pathlib import Path

import pytest

from benchmarks.speed import growth


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest two sizes of every axis."""
    axes = growth.axes()
    small = {name: (unit, sizes[:2], measure) for name, (unit, sizes, measure) in axes.items()}
    monkeypatch.setattr(growth, "axes", lambda: small)


@pytest.mark.usefixtures("small")
def test_every_axis_is_measured_and_drawn(tmp_path: Path) -> None:
    points = growth.measure(repeats=1)
    assert [point.axis for point in points[::2]] == ["episodes", "tools", "group", "turns", "context"]
    assert all(point.microseconds > 0 for point in points)
    growth.plot(points, tmp_path / "images" / "growth.svg")
    drawn = (tmp_path / "images" / "growth.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<?xml")


def test_no_turn_ends_early_so_that_sizes_compare() -> None:
    sampling = growth.Sampling()
    assert sampling.turns(3)() == 3 * 16
    assert sampling.group(8)() == 64
    assert len({sampling.text(20, seed) for seed in range(8)}) == 8
    assert all(len(sampling.text(tokens, 3)) == tokens for tokens in (5, 300))
