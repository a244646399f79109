"""Environment ids: every API, and every variant the curriculum grows, as something ``gym.make`` knows."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import gymnasium

from inftool_env.core.errors import InfToolError, RegistrationError
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.tool import Toolset
from inftool_env.envs.apis import (
    api_folder,
    catalogue_apis,
    drop_kept,
    group_path,
    keep_toolsets,
    kept_apis,
    load_toolset,
    read_api,
    slugify,
)
from inftool_env.envs.servers import keep_server, kept_servers

if TYPE_CHECKING:
    from inftool_env.envs.episode import Episode
    from inftool_env.envs.tool_env import ToolEnv

__all__ = ["catalogue_apis", "env_ids", "load_toolset", "open_episode", "register_api", "register_builtin"]
__all__ += ["register_server", "register_toolset", "register_variant", "resolve"]

logger = logging.getLogger(__name__)

NAMESPACE = "InfTool"
# Strings, so that an EnvSpec goes to JSON and back, and importing this file costs nothing.
_ENTRY_POINT = "inftool_env.envs.tool_env:ToolEnv"
_VECTOR_ENTRY_POINT = "inftool_env.envs.vector_env:ToolVectorEnv"
_LIVE_ENTRY_POINT = "inftool_env.envs.live.env:LiveEnv"
_LIVE_VECTOR_ENTRY_POINT = "inftool_env.envs.live.vector:LiveVectorEnv"
LIVE_ID = f"{NAMESPACE}/mcp-v0"
"""Any real MCP server: an environment only together with its command or URL."""
_ID = re.compile(rf"{NAMESPACE}/[a-z0-9]+(?:-[a-z0-9]+)*-v\d+")


def register_builtin() -> None:
    """Register the catalogue and the APIs that the user keeps; reads none of their documents."""
    for slug in (*catalogue_apis(), *kept_apis()):
        if _first_id(slug) not in gymnasium.registry:
            _register(_first_id(slug), {"api": slug})
    if LIVE_ID not in gymnasium.registry:
        _register_live(LIVE_ID, {})
    for slug, kwargs in kept_servers().items():
        if _live_id(slug) not in gymnasium.registry:
            _register_live(_live_id(slug), kwargs)


def register_api(path: str | Path, *, name: str | None = None, keep: bool = False) -> tuple[str, ...]:
    """Make environments of an API document: one, or one for each group of tools when the API is large.

    A group of a large API in which nothing can be asked for in words is left out, with a warning.

    Args:
        path: An OpenAPI, Swagger, MCP or function-list document.
        name: For the ids, in place of the document's title.
        keep: Store the tools in the user's folder, so that later processes know the ids too.

    Returns:
        The new ids; ``inftool_env.envs.partition`` says how a large API is parted.

    Raises:
        SpecError: the document is no API description.
        RegistrationError: an id is taken; nothing is registered then.
        ConfigError: nothing that a user could ask for can be done with the tools.
    """
    return _register_toolset(read_api(Path(path)), name, document=None if keep else Path(path).resolve())


def register_toolset(toolset: Toolset, *, name: str | None = None) -> tuple[str, ...]:
    """Make environments of tools that no document holds, as those of a live server.

    They are kept in the user's folder, so that later processes know the ids without asking anybody.

    Args:
        toolset: The tools.
        name: For the ids, in place of the toolset's own.

    Returns:
        The new ids.

    Raises:
        RegistrationError: the id is taken.
        ConfigError: nothing that a user could ask for can be done with the tools.
    """
    return _register_toolset(toolset, name, document=None)


def register_server(
    name: str, *, command: Sequence[str] | None = None, url: str | None = None, api: str | None = None
) -> str:
    """Make an environment whose world is a real MCP server, and keep it for later processes.

    Nothing is started now.

    Args:
        name: For the id; ``-live`` is put behind it.
        command: The program and its arguments.
        url: Of a streamable HTTP server, in place of a command.
        api: Slug of the kept tools of the same server, if any.

    Returns:
        The new id, as ``InfTool/my-notes-live-v0``.

    Raises:
        RegistrationError: the id is taken or malformed.
    """
    slug = slugify(name)
    kwargs: JsonObject = {"command": None if command is None else list(command), "url": url, "api": api}
    given = {key: value for key, value in kwargs.items() if value is not None}
    _refuse_taken(_live_id(slug), 'choose another with name="..." (--name on the command line)')
    keep_server(slug, given)
    _register_live(_live_id(slug), given)
    return _live_id(slug)


def _register_toolset(toolset: Toolset, name: str | None, document: Path | None) -> tuple[str, ...]:
    """Registers the tools, all groups or none; without a document to read them from again, they are kept."""
    # Here, as in the next function, so that importing us stays quick.
    from inftool_env.envs.partition import api_name, partition, take_group

    slug = slugify(name if name is not None else api_name(toolset))
    groups: dict[str, Toolset] = {
        named.name: take_group(toolset, own)
        for named, own in zip(partition(toolset, slug), partition(toolset), strict=True)
    }
    for group in groups:
        _refuse_taken(_first_id(group), 'choose another with name="..." (--name on the command line)')
    if len(groups) > 1:
        groups = _playable(groups)
    kept = keep_toolsets(slug, groups) if document is None else None
    ids = {_first_id(group): group for group in groups}
    try:
        for env_id, group in ids.items():
            _register(
                env_id, {"api": group if document is None else _source(document, toolset, groups[group])}
            )
            _environment(env_id, canonical(resolve(env_id)))
    except InfToolError:
        for env_id in ids:
            gymnasium.registry.pop(env_id, None)
        if kept is not None:
            drop_kept(kept)
        raise
    return tuple(ids)


def _playable(groups: Mapping[str, Toolset]) -> dict[str, Toolset]:
    """The groups in which a user could ask for something; all where there is none, for the error they bring."""
    from inftool_env.scenarios.telling import is_tellable

    playable = {}
    for name, toolset in groups.items():
        if any(map(is_tellable, toolset.tools)):
            playable[name] = toolset
        else:
            logger.warning(
                "%s: left out: none of its %d tools takes only what can be told in a few words (%s).",
                name,
                len(toolset.tools),
                ", ".join(toolset.names[:3]),
            )
    return playable or dict(groups)


def _source(document: Path, toolset: Toolset, group: Toolset) -> str:
    return str(document) if group is toolset else group_path(document, group.name)


def register_variant(env_id: str, kwargs: Mapping[str, object]) -> str:
    """Register another environment over a known API; again with the same arguments changes nothing.

    Args:
        env_id: As ``InfTool/weather-api-parallel-v1``.
        kwargs: Of ``ToolEnv``, JSON values only.

    Raises:
        RegistrationError: the id is malformed, or taken by an environment with other arguments.
    """
    known = gymnasium.registry.get(env_id)
    plain: JsonObject = json.loads(
        canonical(dict(kwargs))
    )  # lists for tuples, as a checkpoint gives them back
    if known is None or known.kwargs != plain:
        _refuse_taken(env_id, "raise the version at its end")
        _register(env_id, plain)
    return env_id


def env_ids() -> tuple[str, ...]:
    """Every environment of ours that is registered, in alphabetical order."""
    ours = (name for name in gymnasium.registry if name.startswith(f"{NAMESPACE}/"))
    return tuple(sorted(name for name in ours if name != LIVE_ID))


def resolve(env_id: str) -> JsonObject:
    """The arguments that an id stands for.

    Raises:
        RegistrationError: the id is unknown; names the nearest ones.
    """
    known = gymnasium.registry.get(env_id)
    if known is None or not env_id.startswith(f"{NAMESPACE}/"):
        near = get_close_matches(env_id, env_ids(), n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`inftool list` shows what there is."
        raise RegistrationError(
            f"environment {env_id!r} is not registered; expected an id as InfTool/weather-api-v0. {hint}"
        )
    return dict(known.kwargs)


def open_episode(
    env_id: str, seed: int, *, category: str | None = None, split: Split | str | None = None
) -> "Episode":
    """A fresh episode of an environment; equal arguments give equal episodes.

    Args:
        env_id: A registered id.
        seed: Fixes scenario, world and user.
        category: In place of the one that the seed would choose.
        split: In place of the environment's own.

    Raises:
        RegistrationError: the id is unknown.
        ScenarioError: the API admits no scenario of that category.
    """
    environment = _environment(env_id, canonical(resolve(env_id)))
    return environment.open(seed, category=category, split=None if split is None else Split(split))


@lru_cache(maxsize=512)
def _environment(env_id: str, kwargs: str) -> "ToolEnv":  # noqa: ARG001 - an id may come to mean another API
    # By spec, not by id: for an id Gymnasium warns when a higher version is there, and growth makes many.
    made = gymnasium.make(gymnasium.registry[env_id], disable_env_checker=True)
    return cast("ToolEnv", made.unwrapped)  # the only entry point that _register writes


def _first_id(slug: str) -> str:
    return f"{NAMESPACE}/{slug}-v0"


def _live_id(slug: str) -> str:
    return f"{NAMESPACE}/{slug}-live-v0"


def _refuse_taken(env_id: str, remedy: str) -> None:
    if not _ID.fullmatch(env_id):
        raise RegistrationError(
            f"environment id {env_id!r} is malformed; expected {NAMESPACE}/<lower-case words and dashes>-v<number>. "
            "Give another name."
        )
    if env_id in gymnasium.registry:
        where = gymnasium.registry[env_id].kwargs.get("api")
        kept = f" (kept in {api_folder()})" if where in kept_apis() else ""
        raise RegistrationError(
            f"environment id {env_id!r} is taken by the API {where!r}{kept}; expected a new id. "
            f"To register both, {remedy}."
        )


def _register(env_id: str, kwargs: JsonObject) -> None:
    gymnasium.register(
        id=env_id, entry_point=_ENTRY_POINT, vector_entry_point=_VECTOR_ENTRY_POINT, kwargs=kwargs
    )


def _register_live(env_id: str, kwargs: JsonObject) -> None:
    gymnasium.register(
        id=env_id, entry_point=_LIVE_ENTRY_POINT, vector_entry_point=_LIVE_VECTOR_ENTRY_POINT, kwargs=kwargs
    )
