"""Replaying a solution in a fresh world: what an author believes is checked, never assumed."""

from collections.abc import Sequence
from dataclasses import replace

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Verdict
from inftool_env.grading.grader import EpisodeRecord, grade
from inftool_env.users.scripted import ScriptedUser
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.faults import put_faults, strikes_of


def replay(scenario: Scenario, toolset: Toolset, turns: Sequence[SolutionTurn]) -> Verdict:
    """The verdict on these assistant turns in the scenario's world.

    Args:
        scenario: The task.
        toolset: The whole toolset that the scenario was written for.
        turns: What the assistant says and calls; an episode cut short counts as the turn limit.
    """
    world = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    backend = put_faults(world, scenario, toolset)
    user = ScriptedUser(scenario)
    calls: list[ToolCall] = []
    stop = StopReason.MAX_TURNS
    for turn in turns:
        if not turn.calls:
            reply = user.reply(turn.content)
            if reply.ends is not None:
                stop = reply.ends
                break
        for call in turn.calls:
            calls.append(replace(call, id=f"call_{len(calls)}"))
            backend.call(calls[-1])
    record = EpisodeRecord(
        calls=tuple(calls),
        format_errors=(),
        asked=user.asked,
        state_digest=world.digest(),
        stop=stop,
        strikes=strikes_of(backend),
    )
    return grade(scenario, toolset.subset(scenario.tools), record)
