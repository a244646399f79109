"""Which columns name rows of other tables: an order's ``customer_id`` is the key of a customer."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import ToolSpec
from inftool_env.world.nouns import ends_with_param, path_params
from inftool_env.world.vocabulary import name_words, plain, singular

_KEYS = ("id", "ids", "uuid", "guid")
_BARE_KEYS = frozenset(("id", "uuid", "guid", "key", "name", "slug", "code", "number"))
"""Path parameters that do not say of what they are the key."""


def linked_noun(column: str, own: str, nouns: Collection[str]) -> str | None:
    """The noun whose key a column holds, None where there is none.

    >>> linked_noun("shippingCustomerId", "order", {"customer", "order"})
    'customer'
    """
    words = name_words(column)
    if not words or words[-1] not in _KEYS:
        return None
    for first in range(len(words) - 1):
        noun = "_".join(words[first:-1])
        if noun in nouns and not (noun == own and first == 0):
            return noun
    return None


def parents_of(tool: ToolSpec, noun: str, nouns: Collection[str]) -> dict[str, str]:
    """The path parameters that name a row of another noun by its place alone: ``id`` in ``/orders/{id}/items``."""
    if ends_with_param(tool):
        return {}
    segments = (tool.route or "").partition(" ")[2].split("/")
    in_path = {plain(name): name for name in path_params(tool)}
    found: dict[str, str] = {}
    for before, segment in pairwise(segments):
        param = in_path.get(plain(segment)) if segment.startswith("{") else None
        if param is None or plain(param) not in _BARE_KEYS:
            continue
        words = list(name_words(before))
        parent = next((each for each in _spellings(words) if each in nouns), None)
        if parent is not None and parent != noun:
            found[param] = parent
    return found


def _spellings(words: list[str]) -> Iterable[str]:
    """The nouns that a segment may stand for: ``line-items`` for ``line_item`` and ``item``."""
    ends = [*words[:-1], singular(words[-1])] if words else []
    for first in range(len(ends)):
        yield "_".join(ends[first:])


def parent_column(parent: str, columns: JsonObject) -> str:
    """The column that holds the key of a parent: one that is there, else a hidden one of its own."""
    by_plain = {plain(name): name for name in columns}
    for spelling in (f"{plain(parent)}id", plain(parent)):
        if spelling in by_plain:
            return by_plain[spelling]
    return f"{parent}_id"
