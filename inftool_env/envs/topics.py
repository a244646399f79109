"""What each tool of a large API is about: where it stands in the API, and the things it speaks of."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inftool_env.core.tool import ToolSpec
from inftool_env.specs.meaning import singular
from inftool_env.specs.names import words
from inftool_env.world.shapes import is_scalar
from inftool_env.world.views import find_view

SCOPE_TOOLS = 30
"""With more tools than this below ``/repos/{repo}``, ``repos`` says whose things they are, not what they are."""

_PARAMETER = "{}"
_ROOTS = frozenset(("api", "apis", "json", "public", "rest"))
_VERSION = re.compile(r"v?\d+(\.\d+)*", re.IGNORECASE)
_EMPTY = """
a an all and api as at beta by controller endpoint for from http https in of on operation or resource s service the to
v via with
"""
"""Words that tell nothing about a tool, in the singular."""
_OWNERS = frozenset(("admin", "id", "me", "my", "own", "self"))
"""Words that say who may look, not at what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What one tool is about."""

    address: tuple[str, ...]
    """From general to special, each a few words joined by dashes: ``("issues", "comments")``."""
    scope: str
    """Whose thing it is, as the path says: ``repos``; empty where it does not."""
    subjects: frozenset[str]
    """The things it speaks of, as single words in the singular: ``{"issue", "comment"}``."""


def topics_of(tools: Sequence[ToolSpec], api_words: Iterable[str]) -> dict[str, Topic]:
    """The topic of every tool by its name.

    Args:
        tools: All tools of the API.
        api_words: The words of the API's own name: they tell none of its tools from another.
    """
    paths = {tool.name: _path(tool) for tool in tools}
    scopes = _scopes(paths.values())
    silent = frozenset(_EMPTY.split()) | {singular(word) for word in api_words}
    return {tool.name: _topic(tool, paths[tool.name], scopes, silent) for tool in tools}


def mentions_of(tool: ToolSpec) -> frozenset[str]:
    """The things that a tool's rows refer to: ``author`` where they hold an ``author_id``, or whole authors."""
    view = find_view(tool, tool.resource or "")
    if view is None:
        return frozenset()
    names = [
        name
        for name, schema in view.schema.get("properties", {}).items()
        if words(name)[-1:] in (["id"], ["ids"]) or not is_scalar(schema, view.root)
    ]
    told = frozenset(singular(word) for name in names for word in words(name))
    return told - frozenset(_EMPTY.split()) - _OWNERS


def _topic(tool: ToolSpec, path: tuple[str, ...], scopes: frozenset[str], silent: frozenset[str]) -> Topic:
    places = [segment for segment in path if segment != _PARAMETER]
    things = [segment for segment in places if segment not in scopes]
    tag = [word for word in words(tool.tags[0] if tool.tags else "") if _tells(word, silent)]
    noun = tool.resource or ""
    # Of a thing as `/guilds/{guild_id}`, to which much belongs, the owner's name is all that there is to say.
    return Topic(
        address=_address([tag, *map(words, things or places[-1:]), words(noun) if len(things) < 2 else []]),
        scope=next((segment for segment in reversed(places) if segment in scopes), ""),
        subjects=_subjects(tool, things, scopes) - silent - _OWNERS,
    )


def _address(parts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The parts with no word said twice."""
    address: list[str] = []
    used: set[str] = set()
    for part in parts:
        told = [word for word in part if singular(word) not in used]
        if told:
            address.append(_joined(told))
            used |= {singular(word) for word in told}
    return tuple(address)


def _subjects(tool: ToolSpec, things: Sequence[str], scopes: frozenset[str]) -> frozenset[str]:
    """What the tool's tags, path, resource and required keys name; an owner counts where a tag names it."""
    told = [*things, tool.resource or "", *_row_names(tool)]
    owners = {singular(word) for scope in scopes for word in words(scope)}
    subjects = {singular(word) for text in told for word in words(text)} - owners
    return frozenset(subjects | {singular(word) for tag in tool.tags for word in words(tag)})


def _path(tool: ToolSpec) -> tuple[str, ...]:
    """The segments of the route from the first that tells something; parameters are ``{}``."""
    route = (tool.route or "").partition(" ")[2].partition("#")[0].removesuffix(".json")
    segments: list[str] = []
    for segment in route.split("/"):
        if "{" in segment:
            segments.append(_PARAMETER)
        else:
            segments.extend(part for part in segment.split(".") if words(part))
    while segments and (segments[0].lower() in _ROOTS or _VERSION.fullmatch(segments[0])):
        segments = segments[1:]
    return tuple(segments)


def _scopes(paths: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """First segments that name one of many things to which much belongs."""
    owning = Counter(path[0] for path in paths if len(path) > 2 and path[1] == _PARAMETER)
    return frozenset(segment for segment, count in owning.items() if count > SCOPE_TOOLS)


def _tells(word: str, silent: frozenset[str]) -> bool:
    return singular(word) not in silent and not _VERSION.fullmatch(word)


def _row_names(tool: ToolSpec) -> list[str]:
    """The nouns of the required parameters that name a row: ``folder`` of ``folder_id``."""
    spelled = ["_".join(words(name)) for name in tool.required]
    return [name.removesuffix("_id") for name in spelled if name.endswith("_id")]


def _joined(spelled: Sequence[str]) -> str:
    """The words with dashes; a number stays with the word before it, as in ``oauth2``."""
    return re.sub(r"(?<=[a-z])-(?=\d)", "", "-".join(spelled))
