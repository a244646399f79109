import builtins

import pytest

from inftool_env.condensing.embedders import embedder_of
from inftool_env.condensing.tfidf import TfidfEmbedder
from inftool_env.core.errors import ConfigError


def test_equal_texts_are_wholly_alike_and_those_without_a_common_word_not_at_all() -> None:
    vectors = TfidfEmbedder().embed(["get pet", "get pet", "send mail", "宠物 列表", "_"])
    alike = (vectors @ vectors.T).toarray().round(6)
    assert alike[0].tolist() == [1, 1, 0, 0, 0]
    assert alike.diagonal().tolist() == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("name", ["bert", "sentence-transformers:", "sentence-transformers"])
def test_an_unknown_embedder_is_refused_with_the_known_ones(name) -> None:
    with pytest.raises(ConfigError, match=r"expected 'tfidf' or 'sentence-transformers:NAME'"):
        embedder_of(name)


@pytest.mark.parametrize(
    ("name", "library", "remedy"),
    [
        ("tfidf", "sklearn", r"inftool\[condense\]"),
        ("sentence-transformers:x", "sentence_transformers", "pip install sentence-transformers"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    name, library, remedy, monkeypatch
) -> None:
    real = builtins.__import__

    def without(module: str, *rest: object) -> object:
        if module.partition(".")[0] == library:
            raise ModuleNotFoundError(module)
        return real(module, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=remedy):
        embedder_of(name)
