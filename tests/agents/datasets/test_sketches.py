from collections.abc import Sequence

import pytest

from agents.datasets.sketches import BANDS, SHINGLE, band_keys, similarity, sketch
from inftool_env.core.seeds import generator


def shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def test_estimate_lies_near_the_true_similarity() -> None:
    rng = generator("words")
    words = [f"w{rng.randrange(500)}" for _ in range(60)]
    for changed in range(0, 30, 3):
        other = [*words[:-changed], *(f"x{number}" for number in range(changed))] if changed else words
        ours, theirs = shingles(words), shingles(other)
        true = len(ours & theirs) / len(ours | theirs)
        assert similarity(sketch(words), sketch(other)) == pytest.approx(true, abs=0.14)


def test_equal_texts_have_equal_sketches_in_every_process() -> None:
    words = ["send", "the", "report", "to", "Maria"]
    assert similarity(sketch(words), sketch(list(words))) == 1.0
    assert [int(number) for number in sketch(words)[:2]] == [1417496308, 873615960]


def test_text_shorter_than_a_shingle_has_a_sketch() -> None:
    assert similarity(sketch(["hi"]), sketch(["hi"])) == 1.0
    assert similarity(sketch(["hi"]), sketch(["ho"])) < 0.1
    assert sketch([]).shape == sketch(["hi"]).shape


def test_near_texts_share_a_band_and_strange_ones_none() -> None:
    words = [f"w{number}" for number in range(60)]
    near = [*words[:-2], "x", "y"]
    strange = [f"v{number}" for number in range(60)]
    keys = set(band_keys(sketch(words)))
    assert len(keys) == BANDS
    assert keys & set(band_keys(sketch(near)))
    assert not keys & set(band_keys(sketch(strange)))
    assert all(-(2**63) <= key < 2**63 for key in keys)
