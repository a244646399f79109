import builtins
import sys
from types import ModuleType

import numpy as np
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


def test_a_sentence_model_gives_one_row_a_text(monkeypatch) -> None:
    class Model:
        def __init__(self, name: str, device: str) -> None:
            if name != "known":
                raise OSError(f"{name} is not a local folder")

        def encode(self, texts: list[str], **options: bool) -> np.ndarray:
            assert options["normalize_embeddings"]
            return np.array([[1.0, 0.0] if "pet" in text else [0.0, 1.0] for text in texts])

    library = ModuleType("sentence_transformers")
    library.SentenceTransformer = Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    embedder = embedder_of("sentence-transformers:known")
    assert embedder.name == "sentence-transformers:known"
    assert embedder.embed(("get pet", "send mail")).tolist() == [[1, 0], [0, 1]]
    with pytest.raises(
        ConfigError, match=r"'sentence-transformers:other'.*expected the name or folder of a model"
    ):
        embedder_of("sentence-transformers:other")
