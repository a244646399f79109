"""Which world a request to an MCP server speaks to, as its client says it: in the URL, or in ``_meta``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue

MCP_PATH = "/mcp"
WORLD_META = "inftool/world"
"""The key in a request's ``_meta`` that holds ``{"token": ..., "seed": ..., "split": ...}``, each of them optional.

It comes before what the URL says, so that one connection, of whatever transport, can use many worlds.
"""
CLOSE_METHOD = "inftool/world/close"
"""The method that ends the world its request names."""

_MAX_SEED = 2**64 - 1
_MAX_QUERY_FIELDS = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SPLITS = {split.value: split for split in Split}
_SEED = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldName:
    """Equal names, one world."""

    seed: int
    split: Split
    token: str = ""
    """As the client chose it."""
    session: str = ""
    """The id of the protocol's session, where the client chose no token."""

    @property
    def is_shared(self) -> bool:
        """Whether anyone who names no session speaks to it."""
        return not self.token and not self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a client says of the world it means."""

    token: str = ""
    seed: int | None = None
    split: Split | None = None


class ChoiceError(ValueError):
    """The client names no world that there can be; the message tells the client why."""


def choice_in_url(path: str, query: str) -> Choice | None:
    """Read ``/mcp/{token}?seed=7&split=eval``, where token, seed and split may each be left out.

    Args:
        path: Decoded.
        query: As sent.

    Returns:
        None for a path that is none of ours.

    Raises:
        ChoiceError: the seed or the split cannot be one.
    """
    token = "" if path == MCP_PATH else path.removeprefix(f"{MCP_PATH}/")
    if path != MCP_PATH and (token == path or not _TOKEN.fullmatch(token)):
        return None
    try:
        fields = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_QUERY_FIELDS))
    except ValueError as error:
        raise ChoiceError(f"query has more than {_MAX_QUERY_FIELDS} fields") from error
    seed = fields.get("seed")
    number = None if seed is None else int(seed) if _SEED.fullmatch(seed) else -1
    return Choice(token=token, seed=_checked_seed(number), split=_checked_split(fields.get("split")))


def choice_in_meta(meta: Mapping[str, object] | None) -> Choice | None:
    """Read ``WORLD_META`` in a request's ``_meta``; None where it is not there.

    Raises:
        ChoiceError: it is not an object, or what it holds cannot be what it should.
    """
    said = None if meta is None else meta.get(WORLD_META)
    if said is None:
        return None
    if not isinstance(said, dict):
        raise ChoiceError(f"{WORLD_META} is no object")
    token = said.get("token", "")
    if not isinstance(token, str) or (token and not _TOKEN.fullmatch(token)):
        raise ChoiceError("token is not 1 to 128 letters, digits, - and _")
    return Choice(token=token, seed=_checked_seed(said.get("seed")), split=_checked_split(said.get("split")))


def _checked_seed(seed: JsonValue) -> int | None:
    if seed is None:
        return None
    if type(seed) is not int or not 0 <= seed <= _MAX_SEED:
        raise ChoiceError(f"seed is no integer from 0 to {_MAX_SEED}")
    return seed


def _checked_split(split: JsonValue) -> Split | None:
    if split is None:
        return None
    known = _SPLITS.get(split) if isinstance(split, str) else None
    if known is None:
        raise ChoiceError(f"split is none of {', '.join(Split)}")
    return known
