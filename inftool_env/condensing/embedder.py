"""What turns the texts of tools into vectors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Vectors: TypeAlias = csr_matrix | np.ndarray


class Embedder(Protocol):
    """Texts to vectors whose scalar product is their similarity."""

    @property
    def name(self) -> str:
        """As the person asks for it."""

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """``(N, D)`` float, every row of length 1 (0 for a text that tells nothing); equal texts, equal rows."""
