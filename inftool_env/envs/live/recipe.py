"""How one kind of server gets a fresh world: what to put into its folder, how to start it, how to judge its end."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue
from inftool_env.world.wall import split_of

FOLDER = "/workspace"
"""What every episode's folder is called in calls and results, wherever it really lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a prepared world is known to hold, which trying the server's tools would hardly find out."""

    values: Mapping[str, tuple[JsonValue, ...]] = field(default_factory=dict)
    """By parameter, or by ``tool.parameter`` where one tool differs."""
    calls: tuple[ToolCall, ...] = ()
    """Calls that the server should be able to answer; the only ones that may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One kind of server."""

    name: str
    programs: tuple[str, ...] = ()
    """Packages or programs whose name in a command means this kind."""
    arguments: tuple[str, ...] = ()
    """Added to the command; ``{folder}`` stands for the episode's folder."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables that a server inherits; ``{folder}`` as above."""
    prepare: Callable[[Path, random.Random, Split], Known]
    """Fills an empty folder. All it draws comes from the generator, and lies on that side of the wall."""
    digest: Callable[[Path], str]
    """A hash of all that calls may have changed, and of nothing that differs between equal runs."""
    read_only: tuple[str, ...] = ()
    """Tools that only read, although the server does not say so."""
    keeps_nothing: bool = False
    """Whether the server remembers nothing outside its folder, so that one process can serve one world after
    the other, as long as nothing was written."""
    closed: frozenset[str] = frozenset()
    """Texts of a closed domain, which may be asked for on both sides of the wall."""


def on_side(make: Callable[[], str], split: Split) -> str:
    """What ``make`` gives, made again until it lies on that side of the wall."""
    while split_of(text := make()) is not split:
        pass
    return text
