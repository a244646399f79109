"""Which noun, and so which table, each tool is about."""

import re
from collections import Counter

from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.world.shapes import is_scalar
from inftool_env.world.views import View, find_view, own_id
from inftool_env.world.vocabulary import PROPERTIES, VERBS, VOCABULARY, name_words, plain, singular

CRUD = VERBS["get"] | VERBS["list"] | VERBS["create"] | VERBS["update"] | VERBS["delete"]
"""Verbs that are about rows."""
_TELLING = 4
"""Fewer scalar properties than this do not tell one kind of row from another."""
_STOP_WORDS = frozenset(VOCABULARY["stop_words"])
_FILLERS = frozenset(VOCABULARY["noun_fillers"])


def nouns_of(tools: tuple[ToolSpec, ...]) -> dict[str, str | None]:
    """The noun of every tool; tools that show rows of one shape share the noun that most of them have."""
    nouns = {tool.name: tool.resource or _noun_in_name(tool) for tool in tools}
    votes: dict[frozenset[str], Counter[str]] = {}
    shapes: dict[str, frozenset[str]] = {}
    for tool in tools:
        noun, view = nouns[tool.name], find_view(tool, nouns[tool.name] or "")
        if noun is None or view is None or own_id(view.schema, "") is None or is_part(view, noun):
            continue
        properties = view.schema["properties"]
        if sum(is_scalar(part, view.root) for part in properties.values()) >= _TELLING:
            shapes[tool.name] = frozenset(properties)
            votes.setdefault(shapes[tool.name], Counter())[noun] += 1 if tool.effect is Effect.READ else 2
    for name, shape in shapes.items():
        if len(votes[shape]) <= _TELLING:  # a shape that every noun has is an envelope
            nouns[name] = votes[shape].most_common(1)[0][0]
    parents = {plain(noun) + "id": noun for noun in nouns.values() if noun is not None}
    for tool in tools:
        in_path = path_params(tool)
        if tool.effect is Effect.UPDATE and in_path and not ends_with_param(tool):
            # PUT /lamps/{lamp_id}/brightness changes the lamp.
            nouns[tool.name] = parents.get(plain(in_path[-1]), nouns[tool.name])
    return nouns


def path_params(tool: ToolSpec) -> list[str]:
    """The parameters that stand in the route, in its order."""
    route = (tool.route or "").partition(" ")[2]
    by_plain = {plain(name): name for name in tool.properties}
    found = [by_plain.get(plain(part)) for part in re.findall(r"\{([^}]*)\}", route)]
    return [name for name in found if name is not None]


def ends_with_param(tool: ToolSpec) -> bool:
    """Whether the route names one thing rather than a collection or an act."""
    return (tool.route or "").rstrip("/").endswith("}")


def is_part(view: View, noun: str) -> bool:
    """Whether the row is a part of what the tool is about: the ``user`` of a ban."""
    inner = view.path[-1] if view.path and not view.many else ""
    return inner != "" and inner.lower() not in PROPERTIES["row_wrapper"] and plain(inner) not in plain(noun)


def _noun_in_name(tool: ToolSpec) -> str | None:
    words = name_words(tool.name)
    verb = next((place for place, word in enumerate(words) if word in CRUD), None)
    if verb is None or tool.route is not None:
        return None
    noun: list[str] = []
    for word in words[verb + 1 :]:
        if word in _STOP_WORDS:
            break
        if word not in _FILLERS:
            noun.append(word)
    return "_".join([*noun[:-1], singular(noun[-1])]) if noun else None
