"""The user goes on: two to six requests in one conversation, and later ones refer to earlier ones."""

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Check, CheckKind, FollowUp, SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.categories import simple
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import links
from inftool_env.scenarios.referring import first_request, next_request, summary
from inftool_env.scenarios.stage import Stage, closing_words
from inftool_env.scenarios.telling import is_sayable, is_tellable
from inftool_env.world.entities import EntityMap

LENGTHS = ((2, 2), (2, 3), (3, 4), (4, 5), (5, 6))
"""Fewest and most requests, by difficulty."""


def draft(stage: Stage) -> Draft:
    """One call a request; the user goes on when the assistant says that the last one is fulfilled."""
    count = stage.rng.randint(*LENGTHS[stage.difficulty - 1])
    requests = [first_request(stage)]
    while len(requests) < count:
        requests.append(next_request(stage, requests))
    if not any(request.refers for request in requests):
        raise ScenarioError(
            f"{stage.toolset.name}: no request refers to an earlier one; expected one that does. Try another seed."
        )
    plans = [request.plan for request in requests]
    follow_ups = tuple(
        FollowUp(
            name=follow_up_name(number),
            text=request.text,
            facts=tuple(
                stage.fact(request.plan.tool, name, request.plan.arguments[name]) for name in request.told
            ),
        )
        for number, request in enumerate(requests[1:], start=1)
    )
    ends = [SolutionTurn(content=closing_words({plan.tool.effect})) for plan in plans]
    calls = [SolutionTurn(calls=(plan.call,)) for plan in plans]
    return Draft(
        goal=summary(requests),
        opening=requests[0].text,
        facts=stage.facts(plans[0]),
        solution=tuple(turn for pair in zip(calls, ends, strict=True) for turn in pair),
        expected=tuple(plan.expected for plan in plans),
        checks=in_time(len(follow_ups)),
        visible=stage.show([plan.tool for plan in plans], stage.rng.randint(0, 1 + stage.difficulty)),
        follow_ups=follow_ups,
        traps=((*calls, ends[-1]), (calls[0], *ends)),
    )


def follow_up_name(number: int) -> str:
    """The name of the user's n-th follow-up, from 1 on."""
    return f"follow_up_{number}"


def in_time(count: int) -> tuple[Check, ...]:
    """What holds each call to its request, where the first belongs to the opening and one to every follow-up."""
    return tuple(
        Check(kind=CheckKind.IN_TIME, fact=follow_up_name(number), limit=number)
        for number in range(1, count + 1)
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be something that a later request can refer to."""
    tools = [tool for tool in toolset.tools if is_tellable(tool)]
    names = {tool.name for tool in tools}
    varies = any(is_sayable(schema) for tool in tools for schema in tool.properties.values())
    linked = any({link.producer.name, link.consumer.name} <= names for link in links(toolset))
    if varies or linked:
        return simple.obstacle(toolset, entities)
    return "no request could refer to an earlier one: no parameter can be varied and told"
