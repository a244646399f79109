"""Texts to vectors by the words they share: the embedder that needs no model."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inftool_env.core.errors import ConfigError
from inftool_env.specs.meaning import singular
from inftool_env.specs.names import words

if TYPE_CHECKING:
    from inftool_env.condensing.embedder import Vectors

_FOREIGN = re.compile(r"[^\W\d_]*[^\W\d_a-zA-Z][^\W\d_]*")
"""Words with a letter beyond ASCII, which names never have."""


class TfidfEmbedder:
    """Words weighed by how rare they are among the texts at hand; exact and repeatable.

    Raises:
        ConfigError: scikit-learn is not installed.
    """

    name = "tfidf"

    def __init__(self) -> None:
        try:
            from sklearn.feature_extraction.text import TfidfVectorizer
        except ModuleNotFoundError as error:
            raise ConfigError(
                "embedder 'tfidf': scikit-learn is not installed; expected the extra 'condense'. "
                'Run `pip install "inftool[condense]"`.'
            ) from error
        self._vectorizer = TfidfVectorizer

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """``(N, D)`` sparse; D is the number of distinct words."""
        return self._vectorizer(analyzer=_stems, sublinear_tf=True).fit_transform(texts)


def _stems(text: str) -> list[str]:
    return [*(singular(word) for word in words(text)), *_FOREIGN.findall(text.lower())] or [text]
