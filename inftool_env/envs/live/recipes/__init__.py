"""Which kinds of servers InfTool knows a recipe for: one file each."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import PurePath

from inftool_env.core.errors import ConfigError
from inftool_env.envs.live.recipe import Recipe
from inftool_env.envs.live.recipes import filesystem, git, memory, plain, sqlite, time

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        filesystem.RECIPE,
        memory.RECIPE,
        sqlite.RECIPE,
        git.RECIPE,
        time.RECIPE,
        plain.RECIPE,
    )
}
"""Every recipe by name."""


def choose_recipe(command: Sequence[str], name: str | None = None) -> Recipe:
    """The recipe of that name, or the one whose program the command starts; ``plain`` where none is known.

    Raises:
        ConfigError: there is no recipe of that name.
    """
    if name is not None:
        if name not in RECIPES:
            near = get_close_matches(name, RECIPES, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Leave it out for an empty folder."
            raise ConfigError(
                f"MCP server: recipe is {name!r}; expected one of {', '.join(RECIPES)}, or none. {hint}"
            )
        return RECIPES[name]
    programs = {PurePath(word).name.partition("@")[0] for word in command}
    found = (recipe for recipe in RECIPES.values() if not programs.isdisjoint(recipe.programs))
    return next(found, plain.RECIPE)
