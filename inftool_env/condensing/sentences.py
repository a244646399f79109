"""Texts to vectors by a model of the sentence-transformers library."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inftool_env.core.errors import ConfigError

if TYPE_CHECKING:
    from inftool_env.condensing.embedder import Vectors


class SentenceEmbedder:
    """A sentence-transformers model, from its folder or from the cache that the library keeps.

    Raises:
        ConfigError: the library is not installed, or the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"embedder 'sentence-transformers:{model}': sentence-transformers is not installed; expected it "
                "beside the extra 'condense'. Run `pip install sentence-transformers`, or leave --embedder away."
            ) from error
        self.name = f"sentence-transformers:{model}"
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"embedder {self.name!r}: {error}; expected the name or folder of a model. "
                "Download it first, or leave --embedder away."
            ) from error

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """``(N, D)`` float32; D is the model's width."""
        return self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
