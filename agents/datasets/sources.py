"""Where the conversations of a dataset take place: registered environments, and those of any document."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gymnasium

from inftool_env.core.errors import ConfigError
from inftool_env.core.tool import Toolset
from inftool_env.envs.partition import partition, take_group
from inftool_env.envs.registry import NAMESPACE, resolve
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.author import CATEGORIES
from inftool_env.scenarios.telling import is_tellable
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.load import read_spec

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One environment, as a process that has never heard of it can open it."""

    name: str
    """An environment's id, or the slug of a document's tools."""
    digest: str
    """Hash of all that its tools say."""
    tools: int
    categories: tuple[str, ...]
    """Kinds of scenarios that are asked of it."""
    spec: str = ""
    """The ``EnvSpec`` of a registered environment as JSON; empty for the tools of a document."""
    toolset: Toolset | None = None
    """The tools of a document."""

    def open(self) -> ToolEnv:
        """The environment."""
        if self.toolset is not None:
            return ToolEnv(self.toolset)
        # By spec, not by id: a spawned process knows no name that was registered at run time.
        spec = gymnasium.envs.registration.EnvSpec.from_json(self.spec)
        environment = gymnasium.make(spec, disable_env_checker=True).unwrapped
        assert isinstance(environment, ToolEnv), "every id of ours is registered with a ToolEnv"
        return environment


def read_sources(
    names: Sequence[str], categories: Sequence[str] = (), *, access: Access = LOCAL
) -> tuple[Source, ...]:
    """The environments that ids and documents stand for; a large document gives several.

    One that admits none of the categories is left out, with a warning.

    Args:
        names: Ids as ``InfTool/weather-api-v0``, and paths of documents.
        categories: Kinds of scenarios that are wanted; empty for all.
        access: What the documents' references may reach.

    Raises:
        ConfigError: a category is unknown, a name is given twice, or nothing is left.
        RegistrationError: an id is unknown.
        SpecError: a document is no API description.
    """
    unknown = [name for name in categories if name not in CATEGORIES]
    if unknown:
        raise ConfigError(
            f"synth: category {unknown[0]!r} is unknown; expected some of {', '.join(CATEGORIES)}. Correct the name."
        )
    sources: dict[str, Source] = {}
    for name in names:
        for source in _registered(name) if name.startswith(f"{NAMESPACE}/") else _documented(name, access):
            if source.name in sources:
                raise ConfigError(
                    f"synth: {name} gives {source.name} once more; expected every environment once. "
                    "Leave one of the two out."
                )
            sources[source.name] = source
    kept = tuple(_narrowed(source, categories) for source in sources.values())
    for source in kept:
        if not source.categories:
            logger.warning("%s: left out: it admits none of %s.", source.name, ", ".join(categories))
    kept = tuple(source for source in kept if source.categories)
    if not kept:
        raise ConfigError(
            f"synth: no environment {'admits any of ' + ', '.join(categories) if sources else 'is named'}; expected "
            "one or more. Name documents, or ids that `inftool list` shows, and categories that they admit."
        )
    return kept


def _registered(env_id: str) -> list[Source]:
    resolve(env_id)
    spec = gymnasium.registry[env_id]
    environment = gymnasium.make(spec, disable_env_checker=True).unwrapped
    assert isinstance(environment, ToolEnv), "every id of ours is registered with a ToolEnv"
    toolset = environment.toolset
    return [
        Source(
            name=env_id,
            digest=toolset.digest,
            tools=len(toolset.tools),
            categories=environment.categories,
            spec=spec.to_json(),
        )
    ]


def _documented(path: str, access: Access) -> list[Source]:
    whole = read_spec(Path(path), access=access).toolset
    groups = [take_group(whole, group) for group in partition(whole)]
    playable = [group for group in groups if any(map(is_tellable, group.tools))] or groups
    return [
        Source(
            name=group.name,
            digest=group.digest,
            tools=len(group.tools),
            categories=ToolEnv(group).categories,
            toolset=group,
        )
        for group in playable
    ]


def _narrowed(source: Source, categories: Sequence[str]) -> Source:
    wanted = tuple(name for name in source.categories if not categories or name in categories)
    return Source(
        name=source.name,
        digest=source.digest,
        tools=source.tools,
        categories=wanted,
        spec=source.spec,
        toolset=source.toolset,
    )
