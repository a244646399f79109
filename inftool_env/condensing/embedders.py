"""The embedders there are, by the names a person gives them."""

from inftool_env.condensing.embedder import Embedder
from inftool_env.condensing.tfidf import TfidfEmbedder
from inftool_env.core.errors import ConfigError


def embedder_of(name: str) -> Embedder:
    """The embedder that a person asks for.

    Args:
        name: ``tfidf``, or ``sentence-transformers:NAME`` with the name or folder of a model.

    Raises:
        ConfigError: there is none of that name, or its library or model is missing.
    """
    kind, _, model = name.partition(":")
    if name == TfidfEmbedder.name:
        return TfidfEmbedder()
    if kind == "sentence-transformers" and model:
        from inftool_env.condensing.sentences import SentenceEmbedder

        return SentenceEmbedder(model)
    raise ConfigError(
        f"embedder {name!r}: is unknown; expected 'tfidf' or 'sentence-transformers:NAME'. "
        "Leave --embedder away for the default."
    )
