"""A multi-turn item of BFCL as a scenario of ours, judged by its calls alone.

BFCL runs the calls on simulated APIs and compares what they answer and leave behind after every turn. Its APIs are no
worlds of ours, so our side looks at the calls: those of the truth, in its order, in the turn in which they were wanted,
and no other one that changes something. Both can only be of one mind where other calls have other results.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from benchmarks.bfcl.items import Item
from benchmarks.bfcl.render import Answer, Rendering, read_tools, scenario_of, text_of, widened
from inftool_env.core.errors import SpecError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import (
    Check,
    CheckKind,
    ExpectedCall,
    FollowUp,
    Scenario,
)
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Verdict
from inftool_env.grading.grader import EpisodeRecord, grade

MOST_CHARACTERS = 20_000
"""Of one call of the truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """An item of several turns as our grader takes it."""

    scenario: Scenario
    toolset: Toolset
    turns: tuple[Answer, ...]
    """The calls of the ground truth, turn by turn; none where the user has to be told something instead."""

    def judge(self, turns: Sequence[Answer]) -> Verdict:
        """Our verdict on the calls made in every turn."""
        begins = list(accumulate(map(len, turns), initial=0))
        said = {one.name: begins[at] for at, one in enumerate(self.scenario.follow_ups, start=1)}
        record = EpisodeRecord(
            calls=tuple(call for calls in turns for call in calls),
            format_errors=(),
            asked=frozenset(said),
            asked_at=said,
            state_digest="",
            stop=StopReason.SATISFIED,
        )
        return grade(self.scenario, self.toolset, record)

    def turn(self, at: int) -> Rendering:
        """One turn as an item of its own, for what changes answers; its verdict is not that of the conversation."""
        return Rendering(
            scenario=replace(
                self.scenario,
                checks=_called(self.turns[at], {tool.name: tool for tool in self.toolset.tools}),
            ),
            toolset=self.toolset,
            official_names={name: name for name in self.toolset.names},
            answer=self.turns[at],
        )


def render_conversation(item: Item) -> Conversation:
    """The item as a scenario.

    Raises:
        SpecError: a function of the item cannot be read, or the truth holds no plain calls of them.
    """
    functions = [*item.functions, *(one for later in item.later.values() for one in later)]
    names, tools = read_tools(functions, item.id)
    by_name = {tool.name: tool for tool in tools}
    known = {function: by_name[name] for function, name in names.items()}
    turns = tuple(tuple(_read_call(text, known, item.id) for text in turn) for turn in item.truth)
    called = _called(tuple(call for turn in turns for call in turn), by_name)
    toolset = Toolset(
        name="bfcl",
        title="BFCL",
        tools=tuple(widened(tool, [one.call for one in called if one.call]) for tool in tools),
    )
    begins = list(accumulate(map(len, turns)))[:-1]
    follow_ups = tuple(
        FollowUp(name=f"turn_{number}", text=text_of(messages))
        for number, messages in enumerate(item.question[1:], start=2)
    )
    scenario = scenario_of(
        item,
        toolset,
        opening=text_of(item.question[0]),
        solution=turns,
        checks=(
            *called,
            *(
                Check(kind=CheckKind.IN_TIME, fact=one.name, limit=before)
                for one, before in zip(follow_ups, begins, strict=True)
            ),
            Check(kind=CheckKind.IN_ORDER),
            Check(kind=CheckKind.NO_OTHER_CHANGES),
        ),
        follow_ups=follow_ups,
    )
    return Conversation(scenario=scenario, toolset=toolset, turns=turns)


def _called(calls: Answer, tools: Mapping[str, ToolSpec]) -> tuple[Check, ...]:
    return tuple(Check(kind=CheckKind.CALLED, call=_expected(call, tools[call.name])) for call in calls)


def _expected(call: ToolCall, tool: ToolSpec) -> ExpectedCall:
    defaults = {name: schema["default"] for name, schema in tool.properties.items() if "default" in schema}
    arguments = {**defaults, **call.arguments}
    return ExpectedCall(
        name=call.name,
        arguments=arguments,
        optional=tuple(name for name, value in defaults.items() if arguments[name] == value),
    )


def _read_call(text: str, tools: Mapping[str, ToolSpec], source: str) -> ToolCall:
    """The call that a line of Python makes; positional arguments get the names of the parameters in their order."""
    try:
        node = ast.parse(text[:MOST_CHARACTERS], mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in tools:
            raise ValueError("not a call of a function of the item")
        tool = tools[node.func.id]
        given = dict(zip(tool.properties, map(ast.literal_eval, node.args), strict=False))
        for word in node.keywords:
            if word.arg is None:
                raise ValueError("arguments without names")
            given[word.arg] = ast.literal_eval(word.value)
    except (ValueError, SyntaxError) as error:
        raise SpecError(
            f"BFCL {source}: the truth says {text[:80]!r}; expected a plain call ({error})."
        ) from error
    return ToolCall(name=tool.name, arguments=given)
