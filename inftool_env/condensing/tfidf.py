"""Texts to vectors by the words they share: the embedder that needs no model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inftool_env.core.errors import ConfigError
from inftool_env.specs.meaning import singular
from inftool_env.specs.names import words

if TYPE_CHECKING:
    from inftool_env.condensing.embedder import Vectors

_COMMON_SHARE = 0.3
"""A word in more of the texts than this tells nothing."""
_FEW_TEXTS = 50
"""Below this many texts every word may tell something."""


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
        common = _COMMON_SHARE if len(texts) > _FEW_TEXTS else 1.0
        return self._vectorizer(analyzer=_stems, sublinear_tf=True, max_df=common).fit_transform(texts)


def _stems(text: str) -> list[str]:
    return [singular(word) for word in words(text)]
