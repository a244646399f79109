"""Much to read: dozens of tools, most of other APIs, and long lists in which the right row must be found."""

from collections.abc import Sequence
from dataclasses import replace

from inftool_env.core.errors import ScenarioError
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import parallel_multiple, simple
from inftool_env.scenarios.crowd import crowd
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import Link
from inftool_env.scenarios.lookup import Lookup, find_lookup, lookup_links
from inftool_env.scenarios.stage import HopelessError, Stage
from inftool_env.scenarios.traps import distractor
from inftool_env.scenarios.unknown import wish_about
from inftool_env.world.entities import EntityMap

SIZES = (30, 48, 72, 100, 128)
"""Tools in sight, by difficulty, as far as there are so many."""
LISTS_TRIED = 4
"""Of which the longest is taken."""
FULL_WORLD = True
"""Tables have many rows."""


def draft(stage: Stage) -> Draft:
    """A row to be found in a long list, as many pages on as can be, and acted on; or calls among many tools.

    At difficulty 1 the wish is a single call half of the time. Where no list leads to a row, it is one call or several.
    """
    usable = {tool.name for tool in stage.usable}
    able = [
        link for link in lookup_links(stage.toolset) if {link.producer.name, link.consumer.name} <= usable
    ]
    if not able or (stage.difficulty == 1 and stage.rng.random() < 0.5):
        return _calls(stage)
    found = _longest(stage, stage.rng.sample(able, min(len(able), LISTS_TRIED)))
    needed = [found.link.producer, found.link.consumer]
    return wish_about(stage, found, crowd(stage, needed, SIZES[stage.difficulty - 1]))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be a tool that can be asked for; the others come from elsewhere."""
    return simple.obstacle(toolset, entities)


def _longest(stage: Stage, able: Sequence[Link]) -> Lookup:
    """The lookup with the most to read; ScenarioError when there is none."""
    found: list[Lookup] = []
    trouble: ScenarioError | None = None
    for link in able:
        try:
            found.append(find_lookup(stage, link, deep=True))
        except ScenarioError as error:
            trouble = error
    if not found and trouble is not None:
        raise trouble
    return max(found, key=lambda one: sum(len(stage.backend.call(page.call).content) for page in one.pages))


def _calls(stage: Stage) -> Draft:
    """One call, or from difficulty 3 on several, among many tools."""
    wish: Draft | None = None
    if stage.difficulty >= 3:
        try:
            wish = parallel_multiple.draft(stage)
        except HopelessError:
            wish = None
    if wish is None:
        tool = stage.pick(stage.usable, "that a user could ask for")
        wish = simple.single_call(stage, tool, ())
    needed = stage.toolset.subset(dict.fromkeys(call.name for call in wish.expected)).tools
    visible = crowd(stage, needed, SIZES[stage.difficulty - 1])
    return replace(wish, visible=visible, traps=distractor(stage, visible, wish.solution))
