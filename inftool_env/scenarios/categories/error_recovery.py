"""A call goes wrong on purpose: the assistant must get over it, and do nothing twice."""

from dataclasses import replace

from inftool_env.core.message import ToolCall
from inftool_env.core.tool import Effect, Toolset
from inftool_env.scenarios.categories import multi_step, parallel, simple
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import links
from inftool_env.scenarios.looking import readers_of
from inftool_env.scenarios.stage import HopelessError, Stage
from inftool_env.world.entities import EntityMap

HARDEST = 3
"""The highest level of a fault."""


def draft(stage: Stage) -> Draft:
    """A wish of an easier category whose calls meet faults, harder ones and more with the difficulty.

    At 1 a call is refused and made again; at 2 what comes back is not what was asked for, or a time-out leaves
    a reading call unanswered; from 3 on a change may have taken effect although it timed out, so that the state
    must be looked at, or a part of a batch is missing, or an answer is out of date. At 4 there are two faults, at 5
    three.
    """
    return replace(_wish(stage), fault_level=min(stage.difficulty, HARDEST))


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """Any call can go wrong, so there must be one that can be asked for."""
    return simple.obstacle(toolset, entities)


def _wish(stage: Stage) -> Draft:
    """One call (from difficulty 3 on a change, at 2 one that reads), several, or one after the other."""
    follow = multi_step.draft if stage.difficulty < 3 else _change_and_read
    writers = [_single, _single, parallel.draft, follow, multi_step.draft]
    stage.rng.shuffle(writers)
    for write in writers:
        try:
            return write(stage)
        except HopelessError:
            continue
    return simple.draft(stage)


def _single(stage: Stage) -> Draft:
    if stage.difficulty == 1:
        return simple.draft(stage)
    reads = stage.difficulty == 2
    able = [tool for tool in stage.usable if (tool.effect is Effect.READ) == reads]
    seen = [tool for tool in able if readers_of(ToolCall(name=tool.name), stage.toolset, stage.toolset.names)]
    tool = stage.pick(seen or able, "that reads" if reads else "that changes something")
    return simple.single_call(stage, tool, stage.show([tool], stage.rng.randint(0, 2)))


def _change_and_read(stage: Stage) -> Draft:
    """A change, and a reading call about the row that it made or changed."""
    usable = {tool.name for tool in stage.usable}
    able = [
        link
        for link in links(stage.toolset)
        if {link.producer.name, link.consumer.name} <= usable
        and link.producer.effect is not Effect.READ
        and link.consumer.effect is Effect.READ
    ]
    return multi_step.chain(stage, able)
