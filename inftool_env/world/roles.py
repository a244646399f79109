"""What one tool does to the rows of its noun: the action, and the parameter that names a row."""

from dataclasses import dataclass, field
from enum import StrEnum

from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.world.links import parents_of
from inftool_env.world.nouns import CRUD, ends_with_param, path_params
from inftool_env.world.shapes import is_scalar
from inftool_env.world.views import View, find_view, is_untold
from inftool_env.world.vocabulary import VERBS, name_words, plain, singular


class Action(StrEnum):
    """What a call does to its table."""

    GET = "get"
    """Give one row."""
    LIST = "list"
    """Give the rows that match."""
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    COMPUTE = "compute"
    """Touch no table: the answer depends on the arguments and the seed alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One tool among those of its noun."""

    tool: ToolSpec
    action: Action
    key: str | None
    """The parameter that names one row."""
    view: View | None
    parents: dict[str, str] = field(default_factory=dict)
    """Path parameters that name a row of another noun, by their place alone."""

    @property
    def names_row(self) -> bool:
        """Whether a call says which row it is about."""
        return self.key is not None and self.action in (Action.GET, Action.UPDATE, Action.DELETE)


def role_of(tool: ToolSpec, noun: str, nouns: frozenset[str]) -> Role:
    """The role that a tool's effect, route, parameters and result give it; ``nouns`` are all of the toolset."""
    view = find_view(tool, noun)
    parents = parents_of(tool, noun, nouns)
    key = _key_of(tool, noun, nouns, view, parents)
    others = {param: parent for param, parent in parents.items() if param != key}
    return Role(tool=tool, action=_action_of(tool, key, view), key=key, view=view, parents=others)


def _key_of(
    tool: ToolSpec, noun: str, nouns: frozenset[str], view: View | None, parents: dict[str, str]
) -> str | None:
    stems = (plain(noun), plain(noun.rpartition("_")[2]))
    endings = ("", "id", "uuid", "name", "key", "code", "number", "slug")
    own = {"id", "uuid", "uid", *(stem + ending for stem in stems for ending in endings)}
    foreign = {plain(other) + "id" for other in nouns if other != noun}
    in_path = [name for name in path_params(tool) if is_scalar(tool.properties[name], tool.parameters)]
    if in_path and ends_with_param(tool) and plain(in_path[-1]) not in foreign:
        return in_path[-1]
    shows_many = view is not None and view.many
    if tool.effect is Effect.CREATE or shows_many:
        in_path = [name for name in in_path if name not in parents]
    for param in reversed(in_path):
        if plain(param) in own:
            return param
    for param in reversed(in_path):
        if plain(param) not in foreign and tool.effect is not Effect.CREATE and not shows_many:
            return param
    scalars = [
        param
        for param, schema in tool.properties.items()
        if is_scalar(schema, tool.parameters) and param not in parents
    ]
    for param in scalars:
        if plain(param) in own and (param in tool.required or plain(param).endswith("id")):
            return param
    if tool.route is None and tool.effect is not Effect.CREATE:
        naming = [
            param for param in scalars if param in tool.required and plain(param).endswith(("id", "name"))
        ]
        if len(naming) == 1 and plain(naming[0]) not in foreign:
            return naming[0]
    return None


def _action_of(tool: ToolSpec, key: str | None, view: View | None) -> Action:
    verbs = [word for word in name_words(tool.name) if word in CRUD or word in VERBS["compute"]]
    verb = next(iter(verbs), "")
    shows_many = view is not None and view.many
    if verb in VERBS["compute"] and key is None:
        return Action.COMPUTE
    match tool.effect:
        case Effect.READ:
            says_many = verb in VERBS["list"] or _asks_for_many(tool)
            lists = shows_many or (key is None and is_untold(tool) and says_many)
            return Action.LIST if lists else Action.GET
        case Effect.CREATE:
            if shows_many and verb in VERBS["list"]:
                return Action.LIST
            return Action.UPDATE if key in path_params(tool) else Action.CREATE
        case Effect.UPDATE:
            to_collection = (tool.route or "").startswith("POST ") and not path_params(tool)
            return Action.CREATE if to_collection and key is None else Action.UPDATE
        case Effect.DELETE:
            return Action.DELETE


def _asks_for_many(tool: ToolSpec) -> bool:
    """Whether the route ends in a plural or a search: ``GET /users``, ``POST /search``."""
    last = (tool.route or "").rstrip("/").rpartition("/")[2].lower()
    return "{" not in last and (singular(last) != last or last in VERBS["list"])
