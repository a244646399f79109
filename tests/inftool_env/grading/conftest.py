"""A toy shop, and a judge of conversations written down in a few words; no world, no policy."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)
from inftool_env.core.scenario import Check, Fact, FollowUp, Scenario, SolutionTurn, Split
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Verdict
from inftool_env.grading.grader import grade
from inftool_env.grading.record import EpisodeRecord


def _tool(name: str, effect: Effect, /, **properties: Any) -> ToolSpec:
    return ToolSpec(
        name=name,
        description=name,
        parameters={"type": "object", "properties": properties, "additionalProperties": False},
        effect=effect,
    )


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
SHOP = Toolset(
    name="shop",
    title="Shop",
    tools=(
        _tool(
            "find",
            Effect.READ,
            name=TEXT,
            day={"type": "string", "format": "date"},
            number=NUMBER,
            page=NUMBER,
            offset=NUMBER,
        ),
        _tool(
            "order",
            Effect.CREATE,
            id={"type": "string", "examples": ["a1"], "example": "a2"},
            count={"type": "integer", "default": 1},
            size={"enum": ["s", "m"]},
            day={"anyOf": [{"type": "object"}, {"const": "never"}]},
        ),
        _tool("cancel", Effect.DELETE, id=TEXT, why=TEXT, page=NUMBER),
    ),
)  # fmt: skip


@pytest.fixture
def shop() -> Toolset:
    return SHOP


@pytest.fixture
def judge() -> Callable[..., Verdict]:
    """``judge(checks, talk)``: the verdict on a conversation.

    A text is what the user says, or the assistant where it begins with ``>``; a list of calls is one message of the
    assistant; anything else is what the next unanswered call returns.
    """

    def judge(
        checks: Sequence[Check],
        talk: Sequence[Any],
        facts: tuple[Fact, ...] = (),
        follow_ups: tuple[FollowUp, ...] = (),
        solution: tuple[SolutionTurn, ...] = (),
        **record: Any,
    ) -> Verdict:
        messages: list[Message] = []
        calls: list[ToolCall] = []
        answered = 0
        for part in talk:
            if isinstance(part, str):
                said = part.removeprefix(">")
                messages.append(assistant_message(said) if said != part else user_message(part))
            elif isinstance(part, list):
                calls += part
                messages.append(assistant_message("", tuple(part)))
            else:
                name = calls[answered].name
                content = part[0] if isinstance(part, tuple) else json.dumps(part)
                messages.append(tool_message(ToolResult(call_id="", name=name, content=content)))
                answered += 1
        scenario = Scenario(
            id="shop/1",
            toolset="shop",
            category="simple",
            difficulty=1,
            split=Split.TRAIN,
            world_seed=0,
            tools=SHOP.names,
            goal="",
            opening="",
            facts=facts,
            solution=solution,
            checks=tuple(checks),
            max_turns=4,
            follow_ups=follow_ups,
        )
        plain = {
            "format_errors": (),
            "asked": frozenset(),
            "state_digest": "",
            "stop": StopReason.SATISFIED,
            "messages": tuple(messages),
        }
        return grade(scenario, SHOP, EpisodeRecord(**({"calls": tuple(calls)} | plain | record)))

    return judge
