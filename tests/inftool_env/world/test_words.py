import random

from inftool_env.world.words import WORDS, pseudo_word


def test_no_coined_word_is_one_that_a_reader_would_mind() -> None:
    rng = random.Random(0)
    words = {pseudo_word(rng) for _ in range(50_000)}
    assert len(words) > 30_000
    assert not [word for word in words for part in WORDS["rude"] if part in word]
