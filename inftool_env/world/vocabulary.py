"""How API authors name things: the words by which parameters, properties and verbs are told apart."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

VOCABULARY: dict[str, Any] = json.loads(files(__package__).joinpath("vocabulary.json").read_text("utf-8"))
"""Word lists by purpose; the file says which."""

VERBS: dict[str, frozenset[str]] = {kind: frozenset(words) for kind, words in VOCABULARY["verbs"].items()}
PARAMETERS: dict[str, frozenset[str]] = {
    kind: frozenset(words) for kind, words in VOCABULARY["parameters"].items()
}
PROPERTIES: dict[str, frozenset[str]] = {
    kind: frozenset(words) for kind, words in VOCABULARY["properties"].items()
}


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name in any case style.

    >>> name_words("pickupCity_name2")
    ('pickup', 'city', 'name')
    """
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A name without case and separators, to compare names of different styles.

    >>> plain("petId") == plain("pet_id")
    True
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(noun: str) -> str:
    """The singular of a noun as API authors form plurals.

    >>> [singular(noun) for noun in ("cities", "boxes", "orders", "status")]
    ['city', 'box', 'order', 'status']
    """
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun
