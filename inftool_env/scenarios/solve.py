"""Replaying a solution in a fresh world: what an author believes is checked, never assumed."""

from collections.abc import Sequence
from dataclasses import replace

from inftool_env.core.message import Message, ToolCall, assistant_message, tool_message, user_message
from inftool_env.core.scenario import Scenario, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Verdict
from inftool_env.grading.grader import EpisodeRecord, grade
from inftool_env.scenarios.sight import Sight
from inftool_env.scenarios.strangers import StrangerWorld
from inftool_env.users.scripted import ScriptedUser
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.faults import put_faults, strikes_of
from inftool_env.world.state import RowChange, WorldState


def replay(scenario: Scenario, toolset: Toolset, turns: Sequence[SolutionTurn]) -> Verdict:
    """The verdict on these assistant turns in the scenario's world.

    Args:
        scenario: The task.
        toolset: The whole toolset that the scenario was written for.
        turns: What the assistant says and calls; an episode cut short counts as the turn limit.
    """
    world = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    backend = put_faults(world, scenario, toolset)
    sight = Sight(scenario, toolset)
    strangers = StrangerWorld(toolset, scenario.world_seed, scenario.split)
    user = ScriptedUser(scenario)
    messages: list[Message] = [user_message(user.open())]
    calls: list[ToolCall] = []
    asked_at: dict[str, int] = {}
    refused: set[int] = set()
    unseen: set[int] = set()
    stop = StopReason.MAX_TURNS
    for turn in turns:
        made = tuple(replace(call, id=f"call_{len(calls) + at}") for at, call in enumerate(turn.calls))
        messages.append(assistant_message(turn.content, made))
        arrival = None if made else sight.hear(turn.content)
        if arrival is not None:
            messages.append(user_message(arrival))
        elif not made:
            reply = user.reply(turn.content)
            messages.append(user_message(reply.text))
            for fact in user.asked:
                asked_at.setdefault(fact, len(calls))
            if reply.ends is not None:
                stop = reply.ends
                break
        for call in made:
            is_own = toolset.get(call.name) is not None or sight.ever.get(call.name) is None
            if sight.visible.get(call.name) is None:
                unseen.add(len(calls))
            result = backend.call(call) if is_own else strangers.call(call)
            messages.append(tool_message(result))
            if result.is_error:
                refused.add(len(calls))
            calls.append(call)
    record = EpisodeRecord(
        calls=tuple(calls),
        format_errors=(),
        asked=user.asked,
        asked_at=asked_at,
        messages=tuple(messages),
        state_digest=world.digest(),
        changes=lambda: changes_from_reference(scenario, toolset, world),
        refused=frozenset(refused),
        unseen=frozenset(unseen),
        stop=stop,
        strikes=strikes_of(backend),
    )
    return grade(scenario, sight.ever, record)


def changes_from_reference(
    scenario: Scenario, toolset: Toolset, world: StatefulBackend
) -> tuple[RowChange, ...]:
    """How a world differs (``after``) from the one that the reference solution leaves (``before``).

    Args:
        scenario: The task.
        toolset: The whole toolset that the scenario was written for.
        world: One of the scenario's world, after some calls.
    """
    reference = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    backend = put_faults(reference, scenario, toolset)
    for turn in scenario.solution:
        for call in turn.calls:
            backend.call(call)
    return WorldState.diff(reference.state.snapshot(), world.state.snapshot())
