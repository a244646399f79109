from inftool_env.world.vocabulary import VOCABULARY, plain
from inftool_env.world.words import WORDS


def test_every_pool_holds_each_word_once():
    for kind, pool in WORDS.items():
        assert len(pool) == len(set(pool)), kind


def test_large_pools_are_large():
    assert all(
        len(WORDS[kind]) > 200 for kind in ("first_names", "last_names", "cities", "nouns", "adjectives")
    )


def test_a_word_suggests_one_kind_of_text():
    words = [word for kind in VOCABULARY["texts"].values() for word in kind]
    assert len(words) == len(set(words))


def test_words_that_are_compared_plainly_are_spelled_plainly():
    for table in ("parameters", "properties"):
        for words in VOCABULARY[table].values():
            assert [plain(word) for word in words] == words
