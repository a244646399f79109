"""A draft becomes a scenario: the same fields and checks, whatever world it is to be replayed in."""

from inftool_env.core.scenario import Check, CheckKind, Scenario
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.stage import Stage

SPARE_TURNS = 2
"""Assistant turns allowed beyond the reference solution."""


def checks_of(draft: Draft) -> tuple[Check, ...]:
    """What must be true of the conversation; that of the world's end is for whoever replays it."""
    checks = [Check(kind=CheckKind.ASKED, fact=name) for name in draft.asked]
    checks += [Check(kind=CheckKind.CALLED, call=call) for call in draft.expected]
    checks.append(Check(kind=CheckKind.NO_OTHER_CHANGES if draft.may_look else CheckKind.NO_OTHER_CALLS))
    checks += draft.checks
    if not draft.expected:
        checks.append(Check(kind=CheckKind.DECLINED))
    return tuple(checks)


def scenario_of(
    draft: Draft,
    stage: Stage,
    request: ScenarioRequest,
    *,
    seed: int,
    world_seed: int,
    checks: tuple[Check, ...],
) -> Scenario:
    """The draft as a scenario that is yet to be replayed."""
    name = stage.toolset.name
    return Scenario(
        id=f"{name}/{request.category}-{request.difficulty}/{stage.split.value}/{seed}",
        toolset=name,
        category=request.category,
        difficulty=request.difficulty,
        split=stage.split,
        world_seed=world_seed,
        tools=draft.visible,
        goal=draft.goal,
        opening=draft.opening,
        facts=draft.facts,
        solution=draft.solution,
        checks=checks,
        max_turns=len(draft.solution) + SPARE_TURNS,
        persona=stage.voice.persona.value,
        parent_id=request.parent_id,
        tags=(request.kind,) if request.kind else (),
        follow_ups=draft.follow_ups,
        arrival=draft.arrival,
    )
